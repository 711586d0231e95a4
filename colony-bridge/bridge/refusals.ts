/** What stood in the frames that went out, as far as a refusal of one by its number asks for an answer. */
import type { OutboxEntry } from "./outbox-entry.ts";

const STATE_FRAMES = 1_000;

export class Refusals {
	/** Frames the cluster refused, ever. */
	count = 0;
	readonly #series = new Map<number, number[]>();
	readonly #state = new Set<number>();

	/** A frame got its number. */
	note({ seq, type, series }: OutboxEntry): void {
		if (seq === undefined) return;
		if (series) this.#series.set(seq, series);
		else if (type === "state") {
			this.#state.add(seq);
			if (this.#state.size > STATE_FRAMES) this.#state.delete(this.#state.values().next().value as number);
		}
	}

	/** Frame `seq` was refused. @returns the series it would have announced, and whether the cluster's state is now in doubt. */
	refused(seq: number | undefined): { series: readonly number[]; state: boolean } {
		this.count += 1;
		if (seq === undefined) return { series: [], state: false };
		return { series: this.#series.get(seq) ?? [], state: this.#state.has(seq) };
	}

	/** Numbers start again. */
	forget(): void {
		this.#series.clear();
		this.#state.clear();
	}
}
