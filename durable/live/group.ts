/**
 * Viewers that ask for the same things, in the same order. All of them have applied the same answers, so that one difference, encoded once,
 * is right for every one.
 */
import type { Query } from "../../colony-bridge/protocol/query.ts";
import type { Answer, Renewal, Snapshot } from "../../colony-bridge/protocol/view.ts";
import type { Round } from "./round.ts";
import type { Viewer } from "./viewer.ts";

/** Characters of one delta. What does not fit goes with the next: each query's change is whole in itself. */
const DELTA_CHARS = 60_000;
/** Silence and the end of charts follow from the clock alone: at the same position answers hold this long, ms. */
const FRESH_MS = 1000;

/** Answers a viewer has, by the query's text: where they stand, and what they are. */
export type Holding = ReadonlyMap<string, { index: number; answer: Answer | undefined }>;

export class Group {
	readonly key: string;
	readonly #queries: readonly { query: Query; key: string }[];
	readonly viewers = new Set<Viewer>();
	/** What the viewers have been sent; undefined: they have nothing, as after hibernation. */
	#answers: Answer[] | undefined;
	#log = 0;
	#position = 0;
	#at = 0;
	/** The snapshot of `#answers` as text, once somebody has asked for it. */
	#snapshot: string | undefined;
	/** Where the next delta begins, so that one busy query does not keep the others waiting. */
	#next = 0;

	/** @param key what all of its viewers have in common, as text. */
	constructor(key: string, queries: readonly Query[]) {
		this.key = key;
		this.#queries = queries.map((query) => ({ query, key: JSON.stringify(query) }));
	}

	/** Brings all viewers up to date, and lets go of those that cannot be. @returns whether something is left for the next round. */
	publish(round: Round): boolean {
		if (!this.#answers) {
			this.#refresh(round);
			for (const viewer of this.viewers) this.#send(viewer, this.#snapshotText());
			return false;
		}
		const { changes, left } = this.#changes(this.#answers, round);
		this.#log = round.log;
		this.#position = round.position;
		this.#at = round.at;
		if (changes.length === 0) return left;
		this.#snapshot = undefined;
		const text = `{"type":"delta","position":${round.position},"at":${round.at},"changes":[${changes.join(",")}]}`;
		for (const viewer of this.viewers) this.#send(viewer, text);
		return left;
	}

	/** A new viewer gets what the others have. @param holds what it has already @returns whether something is left for the next round. */
	welcome(viewer: Viewer, round: Round, holds?: Holding): boolean {
		const stale = !this.#answers || this.#position !== round.position || round.at - this.#at > FRESH_MS;
		const left = stale && this.publish(round);
		this.viewers.add(viewer);
		this.#send(viewer, holds ? this.#renewalText(holds) : this.#snapshotText());
		return left;
	}

	/** For a viewer that goes on to other queries. @returns what all viewers of the group have now; undefined where they have nothing. */
	bringUpToDate(round: Round): Holding | undefined {
		if (!this.#answers) return undefined;
		this.publish(round);
		return new Map(this.#queries.map(({ key }, index) => [key, { index, answer: this.#answers?.[index] }]));
	}

	#refresh(round: Round): void {
		this.#answers = this.#queries.map(({ query, key }) => round.answer(query, key));
		this.#log = round.log;
		this.#position = round.position;
		this.#at = round.at;
		this.#snapshot = undefined;
	}

	#changes(answers: Answer[], round: Round): { changes: string[]; left: boolean } {
		const changes: string[] = [];
		let chars = 0;
		for (let n = 0; n < answers.length; n++) {
			const index = (this.#next + n) % answers.length;
			const asked = this.#queries[index];
			const before = answers[index];
			if (!asked || !before) continue;
			const after = round.answer(asked.query, asked.key);
			const body = round.difference(before, after);
			if (body !== undefined) {
				if (changes.length > 0 && chars + body.length > DELTA_CHARS) {
					this.#next = index;
					return { changes, left: true };
				}
				chars += body.length;
				changes.push(`{"index":${index},${body}`);
			}
			answers[index] = after;
		}
		this.#next = 0;
		return { changes, left: false };
	}

	#snapshotText(): string {
		const snapshot: Snapshot = { type: "snapshot", log: this.#log, position: this.#position, at: this.#at, answers: this.#answers ?? [] };
		this.#snapshot ??= JSON.stringify(snapshot);
		return this.#snapshot;
	}

	#renewalText(holds: Holding): string {
		const answers = this.#queries.map(({ key }, i) => {
			const held = holds.get(key);
			const answer = this.#answers?.[i];
			return held && held.answer === answer ? held.index : (answer as Answer);
		});
		const renewal: Renewal = { type: "renewal", log: this.#log, position: this.#position, at: this.#at, answers };
		return JSON.stringify(renewal);
	}

	#send(viewer: Viewer, text: string): void {
		if (!viewer.send(text)) this.viewers.delete(viewer);
	}
}
