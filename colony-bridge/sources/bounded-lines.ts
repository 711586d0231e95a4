/**
 * Cuts bytes into lines of text, each bounded: a file without newlines must not fill the memory. Text is UTF-8, a line that is none
 * Windows-1252, and UTF-16 where it is said to be. NULs before a line are none of it: a file that was cut short under a writer that does not
 * append is full of them.
 */
import { isUtf8 } from "node:buffer";

export type Wide = "utf-16le" | "utf-16be";

/** @param start a file's first two bytes. @returns undefined where it does not begin with UTF-16's mark */
export function wideOf(start: Buffer): Wide | undefined {
	if (start[0] === 0xff && start[1] === 0xfe) return "utf-16le";
	return start[0] === 0xfe && start[1] === 0xff ? "utf-16be" : undefined;
}

/** UTF-16 in pieces of any length: PowerShell and Windows services write logs so. */
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

const NEWLINE = 0x0a;
const UTF8 = new TextDecoder("utf-8");
const WINDOWS = new TextDecoder("windows-1252");

export class BoundedLines {
	readonly #maxBytes: number;
	readonly #take: (line: string, through: number) => void;
	#parts: Buffer[] = [];
	#stored = 0;
	/** Bytes of whole lines, their ends counted. */
	#through = 0;
	/** Bytes of the line under way that went past the bound. */
	#over = 0;
	/** NULs before the line under way. */
	#nulls = 0;
	#wide: Utf16Units | undefined;

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
		return this.#stored + this.#over > 0;
	}

	/** UTF-16 decoder of the input; undefined for other encodings. */
	set wide(wide: Wide | undefined) {
		this.#wide = wide && new Utf16Units(wide);
	}

	write(bytes: Buffer): void {
		const wide = this.#wide;
		const chunk = wide ? wide.whole(bytes) : bytes;
		const next = (from: number) => (wide ? wide.lineEnd(chunk, from) : chunk.indexOf(NEWLINE, from));
		const size = wide ? 2 : 1;
		let start = 0;
		for (let end = next(0); end !== -1; end = next(start)) {
			this.#keep(chunk.subarray(start, end));
			this.#flush(size);
			start = end + size;
		}
		// A copy: a reader uses its buffer again.
		this.#keep(Buffer.from(chunk.subarray(start)));
	}

	/** The end: a begun line counts as a line. */
	end(): void {
		if (this.open) this.#flush(0);
	}

	#keep(given: Buffer): void {
		const part = this.open || this.#wide ? given : this.#withoutNulls(given);
		const room = Math.min(part.length, this.#maxBytes - this.#stored);
		if (room > 0) this.#parts.push(part.subarray(0, room));
		this.#stored += room;
		this.#over += part.length - room;
	}

	#withoutNulls(part: Buffer): Buffer {
		let nulls = 0;
		while (part[nulls] === 0) nulls++;
		this.#nulls += nulls;
		return part.subarray(nulls);
	}

	#flush(lineEnd: number): void {
		let line = this.#decoded(Buffer.concat(this.#parts));
		if (line.endsWith("\r")) line = line.slice(0, -1);
		if (this.#over > 0) line += `… [cut, ${this.#stored + this.#over} bytes in all]`;
		this.#through += this.#nulls + this.#stored + this.#over + lineEnd;
		this.#nulls = 0;
		this.#parts = [];
		this.#stored = 0;
		this.#over = 0;
		this.#take(line, this.#through);
	}

	#decoded(bytes: Buffer): string {
		if (this.#wide) return this.#wide.text(bytes);
		// A truncated line may end inside a character.
		for (let tail = 0; tail <= (this.#over > 0 ? 3 : 0); tail++) {
			const whole = bytes.subarray(0, bytes.length - tail);
			if (isUtf8(whole)) return UTF8.decode(whole);
		}
		return WINDOWS.decode(bytes);
	}
}
