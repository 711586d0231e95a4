/**
 * Viewers that ask for the same things, in the same order. All of them have applied the same answers, so that one difference, encoded once,
 * is right for every one.
 */

import type { Query } from "../../colony-bridge/protocol/query/query.ts";
import type { Answer, Renewal, Snapshot } from "../../colony-bridge/protocol/query/view.ts";
import { BUDGET, refusedAnswer, tooLong, valuesOf } from "../work/budget.ts";
import { answerBytes, residentBytes, valueBytes } from "../work/resident.ts";
import type { FanOut } from "./fan-out.ts";
import type { Answers, Round, Watched } from "./standing.ts";
import type { Viewer } from "./viewer.ts";

/** Characters of one delta. What does not fit goes with the next: each query's change is whole in itself. */
const DELTA_CHARS = 60_000;
/** Values of an answer that there is always room for. */
const FEW = 100;

/** More viewers than this are told of a change once within this time, however many others come, ms. */
const FEW_VIEWERS = 32;
const JUST_NOW_MS = 50;

/** Answers a viewer has, by the query's text: place and answer. */
export type Holding = ReadonlyMap<string, { index: number; answer: Answer | undefined }>;

export class Group {
	readonly key: string;
	/** Whose work it is: of several clients, that of the first. */
	readonly client: string;
	readonly #watched: readonly Watched[];
	readonly #standing: Answers;
	readonly #fanOut: FanOut;
	readonly #build: Pick<Snapshot, "build">;
	readonly queries: readonly Query[];
	/** Resident bytes of the queries and of their texts. */
	readonly #askedBytes: number;
	/** Viewers that have what was sent last. */
	readonly #viewers = new Set<Viewer>();
	/** Those that have not, with what they hold of what they watched before; `asked`: a watch of theirs has no answer yet. */
	readonly #waiting = new Map<Viewer, { holds?: Holding | undefined; requested: boolean }>();
	/** The snapshot last sent to the viewers; undefined: not all is answered yet, or they have nothing, as after hibernation. */
	#answers: Answer[] | undefined;
	#log = 0;
	#position = 0;
	/** When its viewers were told last, ms. */
	#publishedAt = 0;
	/** `#answers` as text, once somebody has asked for it. */
	#encoded: string | undefined;
	/** Place of the query that the next delta begins with, so that one busy query does not keep the others waiting. */
	#next = 0;
	/** The newest answers, what is told of them, and the values in that; and the sum of these. */
	readonly #sized: { answer: Answer; fitting: Answer; values: number }[] = [];
	#values = 0;

	/** @param key what all of its viewers have in common, as text. */
	constructor(key: string, queries: readonly Query[], client: string, standing: Answers, fanOut: FanOut, build?: string) {
		this.key = key;
		this.#fanOut = fanOut;
		this.#build = build === undefined ? {} : { build };
		this.client = client;
		this.queries = queries;
		this.#askedBytes = valueBytes(queries) + 2 * key.length;
		this.#standing = standing;
		this.#watched = queries.map((query) => standing.hold(query, client));
	}

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		const answers = this.#sized.reduce((sum, { answer }) => sum + answerBytes(answer), 0);
		return this.#askedBytes + answers + (this.#encoded?.length ?? 0) + residentBytes(this.#viewers) + residentBytes(this.#waiting.keys());
	}

	/** Memory is short: the text is made anew for the next who asks. */
	letGo(): void {
		this.#encoded = undefined;
	}

	/** Nobody watches it any more. */
	end(): void {
		for (const watched of this.#watched) this.#standing.release(watched);
	}

	get isEmpty(): boolean {
		return this.#viewers.size + this.#waiting.size === 0;
	}

	/** True if the viewer watches this and was not yet answered. */
	keepsWaiting(viewer: Viewer): boolean {
		return this.#waiting.get(viewer)?.requested === true;
	}

	/** A viewer that is sent all with the next round, without having asked. */
	add(viewer: Viewer): void {
		this.#waiting.set(viewer, { requested: false });
	}

	remove(viewer: Viewer): void {
		this.#viewers.delete(viewer);
		this.#waiting.delete(viewer);
	}

	/** Brings all viewers up to date, and removes those that do not keep up. @returns whether something is left for the next round. */
	publish(round: Round): boolean {
		let left = false;
		if (this.#answers) left = this.#tellChanges(this.#answers, round);
		else {
			const answers = this.#watched.map((_, index) => this.#answer(index, round));
			if (answers.includes(undefined)) return false;
			this.#answers = answers as Answer[];
			this.#encoded = undefined;
		}
		this.#log = round.log;
		this.#position = round.position;
		this.#publishedAt = round.at;
		this.#greet(round.at);
		return left;
	}

	/** Sends those who wait all that the others have. */
	#greet(at: number): void {
		const restored: Viewer[] = [];
		for (const [viewer, { holds, requested }] of this.#waiting) {
			this.#viewers.add(viewer);
			if (requested) viewer.send(holds ? this.#renewalText(holds, at) : this.#snapshotText(at));
			else restored.push(viewer);
		}
		this.#waiting.clear();
		if (restored.length > 0) this.#fanOut.send(this.#snapshotText(at), restored);
	}

	/** A new viewer gets what the others have. @param holds what it has already @returns whether something is left for the next round. */
	welcome(viewer: Viewer, round: Round, holds?: Holding): boolean {
		this.#waiting.set(viewer, { holds, requested: true });
		if (!this.#wasToldJustNow(round)) return this.publish(round);
		this.#greet(round.at);
		return false;
	}

	/** True where one viewer's coming is no reason to tell many others what will be told them in the next round. */
	#wasToldJustNow({ at }: Round): boolean {
		if (!this.#answers || this.#viewers.size <= FEW_VIEWERS) return false;
		return this.#fanOut.isBusy || at - this.#publishedAt < JUST_NOW_MS;
	}

	/** For a viewer that goes on to other queries. @returns what all viewers of the group have now; undefined where they have nothing. */
	bringUpToDate(round: Round): Holding | undefined {
		if (!this.#answers) return undefined;
		if (!this.#wasToldJustNow(round)) this.publish(round);
		return new Map(this.#watched.map(({ key }, index) => [key, { index, answer: this.#answers?.[index] }]));
	}

	/** Past the values one watch may hold, the reason why there is none. */
	#answer(index: number, round: Round): Answer | undefined {
		const watched = this.#watched[index] as Watched;
		const answer = round.answer(watched);
		const before = this.#sized[index];
		if (!answer || before?.answer === answer) return before?.fitting;
		const values = valuesOf(answer);
		const all = this.#values - (before?.values ?? 0);
		const fits = all + values <= BUDGET.values || values <= FEW;
		const fitting = fits ? answer : refusedAnswer(watched.query, tooLong(watched.query));
		this.#values = all + (fits ? values : 0);
		this.#sized[index] = { answer, fitting, values: fits ? values : 0 };
		return fitting;
	}

	#tellChanges(answers: Answer[], round: Round): boolean {
		const { changes, left } = this.#changes(answers, round);
		if (changes.length === 0) return left;
		this.#encoded = undefined;
		const text = `{"type":"delta","position":${round.position},"at":${round.at},"changes":[${changes.join(",")}]}`;
		this.#fanOut.send(text, this.#viewers);
		return left;
	}

	#changes(answers: Answer[], round: Round): { changes: string[]; left: boolean } {
		const changes: string[] = [];
		let chars = 0;
		for (let n = 0; n < answers.length; n++) {
			const index = (this.#next + n) % answers.length;
			const before = answers[index];
			const after = this.#answer(index, round);
			if (!before || !after) continue;
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

	#snapshotText(at: number): string {
		const snapshot: Omit<Snapshot, "answers"> = { type: "snapshot", log: this.#log, position: this.#position, at, ...this.#build };
		this.#encoded ??= JSON.stringify(this.#answers ?? []);
		return `${JSON.stringify(snapshot).slice(0, -1)},"answers":${this.#encoded}}`;
	}

	#renewalText(holds: Holding, at: number): string {
		const answers = this.#watched.map(({ key }, i) => {
			const held = holds.get(key);
			const answer = this.#answers?.[i];
			return held && held.answer === answer ? held.index : (answer as Answer);
		});
		const renewal: Renewal = { type: "renewal", log: this.#log, position: this.#position, at, ...this.#build, answers };
		return JSON.stringify(renewal);
	}
}
