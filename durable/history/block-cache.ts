/** Blocks that were read lately, ready to be read again: a page asks for many series of one row, and a chart for the same rows at every push. */
export class BlockCache<B> {
	readonly #most: number;
	/** Least lately used first. */
	readonly #kept = new Map<number, { block: B; bytes: number }>();
	#bytes = 0;

	/** @param most bytes to keep, as they lie on disk. */
	constructor(most: number) {
		this.#most = most;
	}

	/** @param read gives the block's bytes, undefined where there is none. */
	get(key: number, read: () => Uint8Array | undefined, parse: (bytes: Uint8Array) => B): B | undefined {
		const known = this.#kept.get(key);
		if (known) {
			this.#kept.delete(key);
			this.#kept.set(key, known);
			return known.block;
		}
		const bytes = read();
		if (!bytes) return undefined;
		const block = parse(bytes);
		this.#kept.set(key, { block, bytes: bytes.length });
		this.#bytes += bytes.length;
		for (const [oldest, { bytes }] of this.#kept) {
			if (this.#bytes <= this.#most || oldest === key) break;
			this.#kept.delete(oldest);
			this.#bytes -= bytes;
		}
		return block;
	}

	/** The block has changed. */
	forget(key: number): void {
		this.#bytes -= this.#kept.get(key)?.bytes ?? 0;
		this.#kept.delete(key);
	}
}
