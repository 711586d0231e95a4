/** Bytes as text, and secrets compared. */
import { hex } from "../../colony-bridge/protocol/values/hash.ts";

/** RFC 4648, without padding. */
export function base64(bytes: Uint8Array): string {
	return btoa(String.fromCharCode(...bytes)).replaceAll("=", "");
}

/** The same in the alphabet for addresses. */
export function base64Url(bytes: Uint8Array): string {
	return base64(bytes).replaceAll("+", "-").replaceAll("/", "_");
}

/** Takes either alphabet. @throws where the text is no base64. */
export function bytesOfBase64(text: string): Uint8Array<ArrayBuffer> {
	return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
}

/** @returns undefined where the text is no base64 of UTF-8. */
export function textOfBase64(text: string): string | undefined {
	try {
		return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytesOfBase64(text));
	} catch {
		return undefined;
	}
}

export async function sha256(text: string): Promise<string> {
	return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));
}

/** Takes the same time whatever differs: digests have one length, and all their characters are compared. */
export async function equalSecrets(a: string, b: string): Promise<boolean> {
	const [left, right] = await Promise.all([sha256(a), sha256(b)]);
	let difference = 0;
	for (let at = 0; at < left.length; at++) difference |= left.charCodeAt(at) ^ right.charCodeAt(at);
	return difference === 0;
}
