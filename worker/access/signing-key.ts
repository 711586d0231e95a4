/** The key all signatures are made with: the operator's secret, or one that the store keeps. */
import { base64Url, equalSecrets } from "./bytes.ts";

export class SigningKey {
	readonly #secret: () => Promise<string>;
	#key: Promise<CryptoKey> | undefined;

	/** @param secret is asked once, and again where it could not be had. */
	constructor(secret: () => Promise<string>) {
		this.#secret = secret;
	}

	/** HMAC-SHA-256. @param purpose keeps signatures of one kind from passing for another. */
	async sign(purpose: string, text: string): Promise<string> {
		this.#key ??= this.#secret().then(importKey);
		let key: CryptoKey;
		try {
			key = await this.#key;
		} catch (error) {
			this.#key = undefined;
			throw error;
		}
		return base64Url(new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(`${purpose}\0${text}`))));
	}

	async verify(purpose: string, text: string, signature: string): Promise<boolean> {
		return equalSecrets(await this.sign(purpose, text), signature);
	}
}

function importKey(secret: string): Promise<CryptoKey> {
	return crypto.subtle.importKey("raw", new TextEncoder().encode(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
}
