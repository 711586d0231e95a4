/**
 * Keys derived from passwords by scrypt (RFC 7914), which costs an attacker memory as well as time. Node and workerd both have it in
 * `node:crypto`: Node on a thread of its own, workerd on the caller's. Web Crypto, which the rest uses, has PBKDF2 alone, and at Cloudflare
 * with too few iterations.
 */
import { scrypt } from "node:crypto";

/** N is 2 to the power of `ln`; `r`: block size; `p`: parallelization. It takes 128 * r * N bytes at a time, p times. */
export interface ScryptParameters {
	ln: number;
	r: number;
	p: number;
}

const KEY_BYTES = 32;

export function derive(password: string, salt: Uint8Array, { ln, r, p }: ScryptParameters): Promise<Uint8Array> {
	const N = 2 ** ln;
	// No more than these parameters need: the default is 32 MB.
	const maxmem = 128 * r * (N + p + 2);
	return new Promise((resolve, reject) => {
		scrypt(new TextEncoder().encode(password), salt, KEY_BYTES, { N, r, p, maxmem }, (error, key) =>
			error ? reject(error) : resolve(Uint8Array.from(key)),
		);
	});
}
