/** The part of Node's module that both hosts have and this room uses. */
declare module "node:zlib" {
	export function deflateRawSync(bytes: Uint8Array, options?: { level?: number }): Uint8Array<ArrayBuffer>;
	export function inflateRawSync(bytes: Uint8Array, options?: { maxOutputLength?: number }): Uint8Array<ArrayBuffer>;
}
