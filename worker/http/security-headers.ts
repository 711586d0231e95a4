import type { DashboardConfig, StrictTransport } from "../../colony-bridge/protocol/http/config.ts";

/** On every answer: no sniffing, no framing by others, no referrer to other sites. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
	"X-Content-Type-Options": "nosniff",
	"Referrer-Policy": "same-origin",
	"Content-Security-Policy": "default-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'self'",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Cross-Origin-Opener-Policy": "same-origin",
};

/** Over https: never again without, for a year; with `subdomains` also on hosts below ours, which could plant cookies here. */
export const STRICT_TRANSPORT: Record<StrictTransport, string | undefined> = {
	off: undefined,
	host: "max-age=31536000",
	subdomains: "max-age=31536000; includeSubDomains",
};

/** @returns a fresh nonce, 128 bits. */
export function newNonce(): string {
	return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
}

/** The policy of a page: our own files, what is inline by nonce, the operator's stylesheet and logo by origin, nothing else. */
export function pagePolicy(config: Pick<DashboardConfig, "customCss" | "logoUrl">, nonce: string): string {
	return [
		"default-src 'none'",
		`script-src 'self' 'nonce-${nonce}'`,
		`style-src 'self' 'nonce-${nonce}'${originOf(config.customCss)}`,
		`img-src 'self' data:${originOf(config.logoUrl)}`,
		`font-src 'self'${originOf(config.customCss)}`,
		"connect-src 'self'",
		// Custom widgets: wherever such a frame tries to go, it stays here.
		"frame-src 'self'",
		"manifest-src 'self'",
		"object-src 'none'",
		"base-uri 'none'",
		"form-action 'self'",
		"frame-ancestors 'self'",
	].join("; ");
}

/**
 * The policy of a custom widget's frame. Its HTML comes from some program: an origin of its own wherever it is opened, our script alone by
 * nonce, styles and pictures of its own inside, nothing from outside, and nothing to send a form to.
 */
export function framePolicy(nonce: string): string {
	return [
		"sandbox allow-scripts",
		"default-src 'none'",
		`script-src 'nonce-${nonce}'`,
		"style-src 'unsafe-inline'",
		"img-src data:",
		"font-src data:",
		"base-uri 'none'",
		"form-action 'none'",
		"frame-ancestors 'self'",
	].join("; ");
}

/**
 * The policy of a report, which is a file to be saved: looked at here, it has no more than it has on a disk, its own styles by nonce. The document
 * repeats it inside (`web/report/document.tsx`), where a header is gone.
 */
export function reportPolicy(nonce: string): string {
	return [
		"sandbox",
		"default-src 'none'",
		`style-src 'nonce-${nonce}'`,
		"object-src 'none'",
		"base-uri 'none'",
		"form-action 'none'",
		"frame-ancestors 'self'",
	].join("; ");
}

/** A path, as against a URL, is our own origin, which the policy names already. */
function originOf(address: string | undefined): string {
	return address && URL.canParse(address) ? ` ${new URL(address).origin}` : "";
}
