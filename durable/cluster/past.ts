/** A cluster as it stood at an instant: the views that live viewers have, over the state and the history as of then. */
import { setNewest } from "../../colony-bridge/protocol/values/objects.ts";
import type { HistoryReads } from "../history/reads.ts";
import type { ClusterState } from "../state/cluster-state.ts";
import type { TaskReads } from "../tasks/task-log.ts";
import type { View } from "../view/view.ts";
import type { Work } from "../work/work.ts";
import type { Memory } from "./memory.ts";

/** Looks at the past that are kept, those asked for last: who steps from event to event comes back to them. */
const KEPT = 3;
/** Time after which a look is made anew, ms: samples that came late may belong to it. */
const KEPT_MS = 60_000;

export interface PastFacts {
	state: ClusterState;
	history: HistoryReads;
	tasks: TaskReads;
	/** The instant that all is as of, ms. */
	at: number;
}
/** A look at the past. */
export interface PastView extends PastFacts {
	view: View;
}

export class Past {
	readonly #memory: Memory;
	readonly #view: (facts: PastFacts) => View;
	readonly #now: () => number;
	readonly #kept = new Map<string, { madeAt: number; past: PastView }>();

	/** @param view of facts of the past. @param now ms */
	constructor(memory: Memory, view: (facts: PastFacts) => View, now: () => number) {
		this.#memory = memory;
		this.#view = view;
		this.#now = now;
	}

	/** Estimated resident bytes. */
	get bytes(): number {
		let bytes = 0;
		for (const { past } of this.#kept.values()) bytes += past.state.bytes + past.history.bytesAsOf + past.view.bytes;
		return bytes;
	}

	/** Memory is short. */
	letGo(): void {
		this.#kept.clear();
	}

	/** @param asked ms. @throws RefusedWork where nothing is kept of it. */
	*at(asked: number): Work<PastView> {
		const place = this.#memory.past.place(asked);
		const { annotations } = this.#memory.state;
		const key = `${place?.position} ${place?.at} ${annotations.version}`;
		const kept = this.#kept.get(key);
		if (kept && this.#now() - kept.madeAt < KEPT_MS) return kept.past;
		const { state, at } = yield* this.#memory.past.at(asked);
		const history = yield* this.#memory.history.at(Math.min(at, state.sampledAt), state.seriesEnd);
		state.annotations = annotations.upTo(at);
		const facts = { state, history, tasks: this.#memory.tasks.upTo(state.ended), at };
		const past = { ...facts, view: this.#view(facts) };
		setNewest(this.#kept, key, { madeAt: this.#now(), past }, KEPT);
		return past;
	}
}
