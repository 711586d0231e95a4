/**
 * Group commit: what comes in one turn of the event loop is written in one transaction, so that one fsync serves all of it. While that one
 * is under way the next bridges' pushes gather in their sockets, so groups grow by themselves with the load.
 */
import { guarded } from "../clusters/timers.ts";

export interface Piece {
	/** Reads and writes the store. Done again, alone, where the group it was in could not be written: nothing of it was kept then. */
	work(): void;
	/** It is on disk. */
	done(): void;
	/** Not even alone could it be written. */
	failed(error: unknown): void;
}

export class Group {
	readonly #together: (work: () => void) => void;
	#pieces: Piece[] = [];
	#turn: NodeJS.Immediate | undefined;

	/** @param together runs all of it in one transaction, or nothing of it. */
	constructor(together: (work: () => void) => void) {
		this.#together = together;
	}

	add(piece: Piece): void {
		this.#pieces.push(piece);
		// After the sockets of this turn have all been read.
		this.#turn ??= setImmediate(() => this.write());
	}

	/** Writes what waits, now. */
	write(): void {
		clearImmediate(this.#turn);
		this.#turn = undefined;
		const pieces = this.#pieces;
		this.#pieces = [];
		if (pieces.length === 0) return;
		try {
			this.#together(() => {
				for (const piece of pieces) piece.work();
			});
		} catch (error) {
			for (const piece of pieces) this.#alone(piece, pieces.length === 1 ? { error } : undefined);
			return;
		}
		for (const piece of pieces) guarded("what follows a write", () => piece.done());
	}

	/** One that cannot be written must not take the others with it. */
	#alone(piece: Piece, previous: { error: unknown } | undefined): void {
		let failure = previous;
		if (!failure) {
			try {
				this.#together(() => piece.work());
			} catch (error) {
				failure = { error };
			}
		}
		guarded("what follows a write", () => (failure ? piece.failed(failure.error) : piece.done()));
	}
}
