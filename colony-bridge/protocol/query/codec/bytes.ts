/** Bytes written and read in order: the frame of every block. */

/** Grows as needed. Numbers are whole and below 2^53. */
export class ByteWriter {
	#bytes = new Uint8Array(1024);
	length = 0;

	byte(value: number): void {
		this.#room(1);
		this.#bytes[this.length++] = value;
	}

	/** LEB128: 7 bits a byte, least first, the top bit says that more follow. */
	varint(value: number): void {
		this.#room(8);
		let rest = value;
		while (rest >= 0x80) {
			this.#bytes[this.length++] = (rest % 0x80) | 0x80;
			rest = Math.floor(rest / 0x80);
		}
		this.#bytes[this.length++] = rest;
	}

	/** Zigzag: 0, -1, 1, -2, ... as 0, 1, 2, 3, ...; |value| below 2^52. */
	signed(value: number): void {
		this.varint(value < 0 ? -2 * value - 1 : 2 * value);
	}

	append(bytes: Uint8Array): void {
		this.#room(bytes.length);
		this.#bytes.set(bytes, this.length);
		this.length += bytes.length;
	}

	/** Bytes written so far, valid until the next write. */
	view(): Uint8Array {
		return this.#bytes.subarray(0, this.length);
	}

	/** A copy of the bytes written so far. */
	take(): Uint8Array {
		return this.#bytes.slice(0, this.length);
	}

	#room(more: number): void {
		if (this.length + more <= this.#bytes.length) return;
		const bytes = new Uint8Array(Math.max(this.length + more, this.#bytes.length * 2));
		bytes.set(this.#bytes);
		this.#bytes = bytes;
	}
}

/** @throws RangeError where the bytes end too soon. */
export class ByteReader {
	readonly bytes: Uint8Array;
	position: number;

	constructor(bytes: Uint8Array, position = 0) {
		this.bytes = bytes;
		this.position = position;
	}

	byte(): number {
		const value = this.bytes[this.position++];
		if (value === undefined) throw new RangeError(`block ends at byte ${this.bytes.length}, but goes on: it is cut short or damaged`);
		return value;
	}

	varint(): number {
		let value = 0;
		let weight = 1;
		for (;;) {
			const byte = this.byte();
			value += (byte & 0x7f) * weight;
			if (byte < 0x80) return value;
			weight *= 0x80;
		}
	}

	signed(): number {
		const value = this.varint();
		return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
	}

	take(length: number): Uint8Array {
		if (this.position + length > this.bytes.length) {
			throw new RangeError(`block has ${this.bytes.length - this.position} bytes left of ${length}: it is cut short or damaged`);
		}
		const taken = this.bytes.subarray(this.position, this.position + length);
		this.position += length;
		return taken;
	}
}
