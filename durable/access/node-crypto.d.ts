/** The part of it that `key-derivation.ts` takes, for the checks in which Node's own types are not there. */
declare module "node:crypto" {
	export function scrypt(
		password: Uint8Array,
		salt: Uint8Array,
		bytes: number,
		options: { N: number; r: number; p: number; maxmem: number },
		done: (error: Error | null, key: Uint8Array) => void,
	): void;
}
