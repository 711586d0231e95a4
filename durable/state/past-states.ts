/**
 * The state of a cluster at an instant that has passed: the newest moment before it, and the entries of the log from there on. Reading it changes
 * nothing of what the writer goes by.
 */

import type { Log } from "../log/log.ts";
import { RefusedWork } from "../work/budget.ts";
import type { Work } from "../work/work.ts";
import { ClusterState } from "./cluster-state.ts";
import type { Moments } from "./moments.ts";
import { reduce } from "./reduce.ts";

/** Units of taking an entry in, and of each of its characters. */
const ENTRY_UNITS = 300;
const UNITS_A_CHAR = 0.1;

export interface PastState {
	state: ClusterState;
	/** The instant that it is the state of, ms: the one asked for, or an earlier one where the entries between are gone. */
	at: number;
}

export class PastStates {
	readonly #log: Log;
	readonly #moments: Moments;

	constructor(log: Log, moments: Moments) {
		this.#log = log;
		this.#moments = moments;
	}

	/** The oldest instant there is a state of, ms; undefined: there is none. */
	get earliest(): number | undefined {
		const known = [this.#moments.all[0]?.at, this.#log.oldest === 1 ? this.#log.oldestAt : undefined].filter((at) => at !== undefined);
		return known.length > 0 ? Math.min(...known) : undefined;
	}

	/** The position that {@link at} gives, and its instant; undefined: there is no state that old. */
	place(asked: number): { from: number; position: number; at: number } | undefined {
		const position = this.#log.positionAt(asked);
		const before = position > 0 ? this.#moments.notAfter(position) : undefined;
		const from = before?.position ?? 0;
		if (position > 0 && from >= this.#log.oldest - 1) return { from, position, at: asked };
		const moment = this.#moments.at(asked);
		return moment && { from: moment.position, position: moment.position, at: moment.at };
	}

	/** @param asked ms. @throws RefusedWork where there is no state that old. */
	*at(asked: number): Work<PastState> {
		const place = this.place(asked);
		if (!place) {
			const { earliest } = this;
			const since = earliest === undefined ? "nothing is known of this cluster yet" : `the oldest is ${new Date(earliest).toISOString()}`;
			throw new RefusedWork({
				type: "refused",
				kind: "not-found",
				detail: `no state is kept of ${new Date(asked).toISOString()}: ${since}`,
			});
		}
		const { from, position, at } = place;
		const moment = this.#moments.notAfter(from);
		const state = moment ? yield* this.#moments.state(moment) : new ClusterState();
		for (const { position: read, entry, chars } of this.#log.between(from, position)) {
			// An entry that is damaged changes nothing, as when the cluster is opened.
			if (entry instanceof Error) state.position = read;
			else reduce(state, entry);
			state.commands.takeEnded();
			yield Math.ceil(ENTRY_UNITS + chars * UNITS_A_CHAR);
		}
		return { state, at };
	}
}
