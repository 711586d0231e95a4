/** Cuts bytes into lines of text, each bounded: a file without newlines must not fill the memory. */

const NEWLINE = 0x0a;

export class BoundedLines {
	readonly #maxBytes: number;
	readonly #take: (line: string, through: number) => void;
	#parts: Buffer[] = [];
	#kept = 0;
	/** Bytes of whole lines, their ends counted. */
	#through = 0;
	/** Bytes of the line under way that went past the bound. */
	#over = 0;

	/**
	 * @param take is given each line without its line end; of a longer one the beginning, and how much is missing. And how many bytes there
	 * were to the end of it.
	 */
	constructor(maxBytes: number, take: (line: string, through: number) => void) {
		this.#maxBytes = maxBytes;
		this.#take = take;
	}

	/** Bytes up to the end of the last whole line. */
	get through(): number {
		return this.#through;
	}

	/** True where a line has begun and not ended. */
	get open(): boolean {
		return this.#kept + this.#over > 0;
	}

	write(chunk: Buffer): void {
		let start = 0;
		for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
			this.#keep(chunk.subarray(start, end));
			this.#flush(1);
			start = end + 1;
		}
		// A copy: a reader uses its buffer again.
		this.#keep(Buffer.from(chunk.subarray(start)));
	}

	/** The end: what has begun counts as a line. */
	end(): void {
		if (this.open) this.#flush(0);
	}

	#keep(part: Buffer): void {
		const room = Math.min(part.length, this.#maxBytes - this.#kept);
		if (room > 0) this.#parts.push(part.subarray(0, room));
		this.#kept += room;
		this.#over += part.length - room;
	}

	#flush(lineEnd: number): void {
		let line = Buffer.concat(this.#parts).toString("utf8");
		if (line.endsWith("\r")) line = line.slice(0, -1);
		if (this.#over > 0) line += `… [cut, ${this.#kept + this.#over} bytes in all]`;
		this.#through += this.#kept + this.#over + lineEnd;
		this.#parts = [];
		this.#kept = 0;
		this.#over = 0;
		this.#take(line, this.#through);
	}
}
