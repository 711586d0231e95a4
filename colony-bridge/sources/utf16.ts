/** UTF-16 in pieces of any length: PowerShell and Windows services write logs so. */

export type Wide = "utf-16le" | "utf-16be";

/** @param start a file's first two bytes. @returns undefined where it does not begin with UTF-16's mark */
export function wideOf(start: Buffer): Wide | undefined {
	if (start[0] === 0xff && start[1] === 0xfe) return "utf-16le";
	return start[0] === 0xfe && start[1] === 0xff ? "utf-16be" : undefined;
}

export class Utf16Units {
	readonly #decoder: TextDecoder;
	readonly #newline: Buffer;
	#half: Buffer = Buffer.alloc(0);

	constructor(wide: Wide) {
		this.#decoder = new TextDecoder(wide);
		this.#newline = Buffer.from(wide === "utf-16le" ? [0x0a, 0] : [0, 0x0a]);
	}

	/** With the half of a unit that the chunk before ended with, and without the one that this one ends with. */
	whole(chunk: Buffer): Buffer {
		const all = this.#half.length > 0 ? Buffer.concat([this.#half, chunk]) : chunk;
		const even = all.length - (all.length % 2);
		this.#half = Buffer.from(all.subarray(even));
		return all.subarray(0, even);
	}

	/** Index of the next line end, or -1. */
	lineEnd(chunk: Buffer, from: number): number {
		let end = chunk.indexOf(this.#newline, from);
		// A byte of one character and one of the next are no line end.
		while (end !== -1 && end % 2 === 1) end = chunk.indexOf(this.#newline, end + 1);
		return end;
	}

	text(bytes: Buffer): string {
		return this.#decoder.decode(bytes);
	}
}
