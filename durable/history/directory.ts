/**
 * The directory of a block and its columns: for each series which of the block's shared parts it has (its presence, its timing) and the
 * length of its column, varints; then the columns themselves, series after series.
 */
import { ByteReader, ByteWriter } from "../../colony-bridge/protocol/codec/bytes.ts";

/** A directory in the making. */
export class DirectoryWriter {
	readonly #which: number[] = [];
	readonly #lengths: number[] = [];
	readonly #columns = new ByteWriter();

	/** @param which of the shared parts the next series has. @param write puts its column down. */
	add(which: number, write: (out: ByteWriter) => void): void {
		const start = this.#columns.length;
		write(this.#columns);
		this.#which.push(which);
		this.#lengths.push(this.#columns.length - start);
	}

	writeInto(frame: ByteWriter): void {
		for (const [i, length] of this.#lengths.entries()) {
			frame.varint(this.#which[i] as number);
			frame.varint(length);
		}
		frame.append(this.#columns.view());
	}
}

export class Directory {
	readonly #which: Uint32Array;
	readonly #ends: Uint32Array;
	readonly #columns: ByteReader;

	/** @param from stands at the directory. @param series how many it is of. */
	constructor(from: ByteReader, series: number) {
		this.#which = new Uint32Array(series);
		this.#ends = new Uint32Array(series);
		let end = 0;
		for (let i = 0; i < series; i++) {
			this.#which[i] = from.varint();
			end += from.varint();
			this.#ends[i] = end;
		}
		this.#columns = new ByteReader(from.take(end));
	}

	/** Which of the shared parts a series has. */
	which(place: number): number {
		return this.#which[place] as number;
	}

	/** A reader that stands at the column of a series, valid until the next call. */
	column(place: number): ByteReader {
		this.#columns.position = place === 0 ? 0 : (this.#ends[place - 1] as number);
		return this.#columns;
	}
}
