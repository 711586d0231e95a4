/**
 * Answers to all that is watched, each query once. What is quickly answered is answered in every round; what takes long is answered in steps
 * between the rounds, one query after the other, and its last answer stands meanwhile: so it comes more rarely, and keeps nothing else waiting.
 */

import { difference } from "../../colony-bridge/protocol/query/delta.ts";
import type { Query } from "../../colony-bridge/protocol/query/query.ts";
import type { Answer } from "../../colony-bridge/protocol/query/view.ts";
import { BUDGET, isLittle, refusedAnswer, tooHeavy, tooMuchWatched } from "../work/budget.ts";
import { answerBytes } from "../work/resident.ts";
import type { Work } from "../work/work.ts";

/** Past so many units, some 3 ms, a query takes long. */
const QUICK = 40_000;
/** Long queries that may be under way at a time; the others wait. */
const MOST_BEGUN = 8;
/** At the same position of the log an answer that took long holds so long, ms. */
const FRESH_MS = 1000;
/** An answer that had no memory is tried again after this, ms. */
const LACKING_MS = 30_000;

/** When something is answered: at a position of the log, at an instant of the cluster's clock, ms. */
export interface Moment {
	readonly position: number;
	readonly at: number;
}

/** One query that is watched. */
export interface Watched {
	readonly query: Query;
	readonly key: string;
	/** Whose it is: of several clients, that of the first. */
	readonly client: string;
	holders: number;
	answer?: Answer;
}

/** Source of the answers to watched queries: computed here, or received from the cluster. */
export interface Answers {
	/** Units left in this round. */
	room: number;
	/** There was no room for all. */
	short: boolean;
	/** True if long work is due, which {@link advance} goes on with. */
	readonly isDue: boolean;
	hold(query: Query, client: string): Watched;
	release(watched: Watched): void;
	/** @returns the answer of this round, or the one that stands; undefined: there is none yet */
	answer(watched: Watched, round: Moment): Answer | undefined;
	/** @returns whether an answer has become another */
	advance(units: number, now: Moment): boolean;
}

/** A query that is answered here. */
interface Computed extends Watched {
	of?: Moment;
	/** The round it was answered in. */
	round?: Moment;
	/** Under way, begun at `begun`, with what it has taken so far. */
	work?: Work<Answer> | undefined;
	begun?: Moment;
	spent: number;
	/** Cost of its last evaluation, units. */
	cost: number;
	long: boolean;
	refused: boolean;
	/** When it was refused because there was no memory for it, ms. */
	lackedAt?: number;
}

export class Standing implements Answers {
	readonly #compute: (query: Query, at: number) => Work<Answer>;
	readonly #lacking: (bytes: number) => string | undefined;
	readonly #watched = new Map<string, Computed>();
	/** Those that take long and are to be answered anew, the first one under way. */
	readonly #due = new Set<Computed>();
	/** Cost of one round of all queries of a client, units. */
	readonly #costs = new Map<string, number>();
	/** Units left in this round. */
	room = 0;
	/** There was no room for all. */
	short = false;

	/** @param lacking why there is no memory for so many bytes of an answer. */
	constructor(compute: (query: Query, at: number) => Work<Answer>, lacking: (bytes: number) => string | undefined) {
		this.#compute = compute;
		this.#lacking = lacking;
	}

	/** True if long work is due. */
	get isDue(): boolean {
		return this.#due.size > 0;
	}

	hold(query: Query, client: string): Computed {
		const key = JSON.stringify(query);
		let watched = this.#watched.get(key);
		if (!watched) {
			watched = { query, key, client, holders: 0, spent: 0, cost: 0, long: false, refused: false };
			this.#watched.set(key, watched);
		}
		watched.holders++;
		return watched;
	}

	release(watched: Computed): void {
		if (--watched.holders > 0) return;
		this.#watched.delete(watched.key);
		this.#due.delete(watched);
		this.#give(watched);
		this.#charge(watched, 0);
	}

	/** @returns the answer of this round, or the one that stands; undefined: there is none yet */
	answer(watched: Computed, round: Moment): Answer | undefined {
		if (watched.lackedAt !== undefined && round.at - watched.lackedAt >= LACKING_MS) this.#tryAgain(watched);
		if (watched.refused || watched.round === round) return watched.answer;
		if (watched.long) {
			if (watched.of?.position !== round.position || round.at - watched.of.at > FRESH_MS) this.#due.add(watched);
			return watched.answer;
		}
		if (this.room <= 0) {
			this.short = true;
			return watched.answer;
		}
		const before = watched.spent;
		const done = this.#work(watched, round, QUICK);
		this.room -= watched.spent - before;
		if (done) watched.round = round;
		else {
			watched.long = true;
			this.#due.add(watched);
			// Its partial result takes memory: it begins again when it is its turn.
			if (this.#due.size > MOST_BEGUN) this.#give(watched);
		}
		if (done) watched.spent = 0;
		return watched.answer;
	}

	/** Goes on with what takes long. @returns whether an answer has become another */
	advance(units: number, now: Moment): boolean {
		let left = units;
		let finished = false;
		for (const watched of this.#due) {
			if (left <= 0) break;
			const before = watched.spent;
			const done = this.#work(watched, now, before + left);
			left -= watched.spent - before;
			if (!done) break;
			watched.spent = 0;
			this.#due.delete(watched);
			finished = true;
		}
		return finished;
	}

	/** @param most units in all. @returns whether it is answered */
	#work(watched: Computed, now: Moment, most: number): boolean {
		if (!watched.work) {
			watched.work = this.#compute(watched.query, now.at);
			watched.begun = now;
			watched.spent = 0;
		}
		while (watched.spent < most) {
			const step = this.#step(watched, watched.work);
			if (!step) return true;
			if (step.done) {
				watched.work = undefined;
				watched.long = watched.spent > QUICK;
				// The first time it reads what later stands.
				if (watched.answer) this.#charge(watched, watched.spent);
				const lack = this.#lackFor(watched, step.value);
				if (lack !== undefined) {
					this.#refuse(watched, lack);
					watched.lackedAt = now.at;
					return true;
				}
				watched.answer = step.value;
				if (watched.begun) watched.of = watched.begun;
				if ((this.#costs.get(watched.client) ?? 0) > BUDGET.watches) this.#refuse(watched, tooMuchWatched(watched.query));
				return true;
			}
			watched.spent += step.value;
			if (watched.spent <= BUDGET.query) continue;
			this.#refuse(watched, tooHeavy(watched.query));
			return true;
		}
		return false;
	}

	/** @returns why there is no memory for what this answer holds more than the one that stands. */
	#lackFor({ query, answer }: Computed, next: Answer): string | undefined {
		const more = answerBytes(next) - (answer ? answerBytes(answer) : 0);
		return more > 0 && !isLittle(query) ? this.#lacking(more) : undefined;
	}

	/** @returns undefined where it failed: that is this query's end, and no other's */
	#step(watched: Computed, work: Work<Answer>): IteratorResult<number, Answer> | undefined {
		try {
			return work.next();
		} catch (error) {
			console.error(`a watched query could not be answered: ${watched.key.slice(0, 500)}`, error);
			this.#refuse(watched, "the dashboard failed to answer; its log says why");
			return undefined;
		}
	}

	#refuse(watched: Computed, why: string): void {
		this.#give(watched);
		this.#charge(watched, 0);
		watched.answer = refusedAnswer(watched.query, why);
		watched.refused = true;
	}

	/** There may be memory for it now. */
	#tryAgain(watched: Computed): void {
		delete watched.lackedAt;
		delete watched.answer;
		watched.refused = false;
		watched.spent = 0;
	}

	#give(watched: Computed): void {
		watched.work?.return(undefined as never);
		watched.work = undefined;
	}

	#charge(watched: Computed, cost: number): void {
		const all = (this.#costs.get(watched.client) ?? 0) + cost - watched.cost;
		watched.cost = cost;
		if (all > 0) this.#costs.set(watched.client, all);
		else this.#costs.delete(watched.client);
	}
}

/** One round of publishing: each distinct query is answered once, and each distinct change encoded once, whoever asks. */
export class Round implements Moment {
	readonly log: number;
	readonly position: number;
	/** The cluster's clock, ms. */
	readonly at: number;
	readonly #answers: Answers;
	readonly #changes = new Map<Answer, Map<Answer, string | undefined>>();

	constructor(log: number, position: number, at: number, answers: Answers) {
		this.log = log;
		this.position = position;
		this.at = at;
		this.#answers = answers;
	}

	/** @returns undefined: there is none yet */
	answer(watched: Watched): Answer | undefined {
		return this.#answers.answer(watched, this);
	}

	/** The change as JSON without its first field `index`, or undefined where nothing changed. */
	difference(before: Answer, after: Answer): string | undefined {
		if (before === after) return undefined;
		let from = this.#changes.get(before);
		if (!from) {
			from = new Map();
			this.#changes.set(before, from);
		}
		if (from.has(after)) return from.get(after);
		const change = difference(0, before, after);
		const text = change && JSON.stringify({ ...change, index: undefined }).slice(1);
		from.set(after, text);
		return text;
	}
}
