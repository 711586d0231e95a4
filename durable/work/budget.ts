/** Work budgets of clients, in units of `work.ts`: past them a request, a query of a watch or a client is refused by name. */
import type { Query } from "../../colony-bridge/protocol/query/query.ts";
import type { Answer } from "../../colony-bridge/protocol/query/view.ts";
import { LIMITS } from "../../colony-bridge/protocol/wire/limits.ts";
import type { Refusal } from "../../colony-bridge/protocol/wire/problem.ts";
import { TokenBuckets } from "../../colony-bridge/protocol/wire/token-bucket.ts";
import type { Work } from "./work.ts";

export const BUDGET = {
	/** Work of one query: some two seconds. */
	query: 30_000_000,
	/** Work of all queries of one request or page. */
	request: 60_000_000,
	/** Work of one client: a second on average, and at once. */
	clientSecond: 4_000_000,
	client: 120_000_000,
	/** Work of everything one client watches, each time it is answered again. */
	watches: 10_000_000,
	/** Values that all answers to one request or watch may hold. */
	values: 400_000,
} as const;

/** Work that is refused, with what to say about it. */
export class RefusedWork extends Error {
	override readonly name = "RefusedWork";
	readonly refusal: Refusal;

	constructor(refusal: Refusal) {
		super(refusal.detail);
		this.refusal = refusal;
	}
}

/** @throws RefusedWork where it takes more than it may. @param words who asks for it */
export function* bounded<Answer>(work: Work<Answer>, most: number, words: () => string): Work<Answer> {
	let spent = 0;
	try {
		for (;;) {
			const step = work.next();
			if (step.done) return step.value;
			spent += step.value;
			if (spent > most) throw new RefusedWork({ type: "refused", kind: "too-heavy", detail: words() });
			yield step.value;
		}
	} finally {
		work.return(undefined as never);
	}
}

const millions = (units: number): string => `${Math.round(units / 1e6)} million samples`;

/** Name of a query in a refusal. */
function called(query: Query): string {
	const selectors = "selectors" in query && query.selectors ? ` of ${query.selectors.slice(0, 3).join(", ")}` : "";
	if (query.kind === "promql") return `${query.expr} over ${query.range}`.slice(0, LIMITS.nameChars * 2);
	const how = "aggregation" in query && query.aggregation ? ` (${query.aggregation})` : "";
	const range = "range" in query && query.range ? ` over ${query.range}` : "";
	return `${query.kind}${how}${selectors}${range}`.slice(0, LIMITS.nameChars * 2);
}

export const tooHeavy = (query: Query): string =>
	`${called(query)} takes more work than one query may, that of reading ${millions(BUDGET.query)}: ask for a shorter time, fewer series, or an aggregation other than a quantile`;

const tooHeavyTogether = (query: Query): string =>
	`the queries up to ${called(query)} take more work together than one request may, that of reading ${millions(BUDGET.request)}: ask for fewer at once`;

export const tooLong = (query: Query): string =>
	`the answers up to ${called(query)} hold more than the ${BUDGET.values} values one request or watch may: ask for fewer queries, points or series`;

export const tooMuchWatched = (query: Query): string =>
	`with ${called(query)} this address watches more than it may, what takes the work of reading ${millions(BUDGET.watches)} each time it is answered: close some pages, or ask for less`;

/** Work of each client: who has used up what is its own may ask again when some of it has come back. */
export class Allowances {
	readonly #now: () => number;
	readonly #clients = new TokenBuckets({ perSecond: BUDGET.clientSecond, burst: BUDGET.client });

	constructor(now: () => number) {
		this.#now = now;
	}

	/** True if the client is past its budget. */
	refusal(client: string): Refusal | undefined {
		const bucket = this.#clients.of(client);
		if (bucket.look(this.#now()) > 0) return undefined;
		const retryAfter = bucket.secondsUntil(BUDGET.clientSecond);
		return {
			type: "refused",
			kind: "too-many",
			detail: `this address has asked for more work than one client may, that of reading ${millions(BUDGET.client)} at once and ${millions(BUDGET.clientSecond)} a second after that: wait ${retryAfter} s before the next request`,
			retryAfter,
		};
	}

	charge(client: string, units: number): void {
		const bucket = this.#clients.of(client);
		bucket.look(this.#now());
		bucket.left -= units;
	}
}

/** @param partial what is over the bounds says so in place of its answer. @throws RefusedWork where it is not partial */
export function* answerAll(queries: readonly Query[], answer: (query: Query) => Work<Answer>, partial: boolean): Work<Answer[]> {
	let left: number = BUDGET.request;
	let room: number = BUDGET.values;
	const answers: Answer[] = [];
	for (const query of queries) {
		const words = () => (left < BUDGET.query ? tooHeavyTogether(query) : tooHeavy(query));
		try {
			const answered = yield* bounded(counted(answer(query)), Math.min(left, BUDGET.query), words);
			left -= answered.units;
			room -= valuesOf(answered.answer);
			if (room < 0) throw new RefusedWork({ type: "refused", kind: "too-heavy", detail: tooLong(query) });
			answers.push(answered.answer);
		} catch (error) {
			if (!partial || !(error instanceof RefusedWork)) throw error;
			answers.push(refusedAnswer(query, error.refusal.detail));
		}
	}
	return answers;
}

/** The answer, and the units it took. */
function* counted(work: Work<Answer>): Work<{ answer: Answer; units: number }> {
	let units = 0;
	for (;;) {
		const step = work.next();
		if (step.done) return { answer: step.value, units };
		units += step.value;
		yield step.value;
	}
}

/** Values that an answer holds, roughly: rows have some ten. */
export function valuesOf(answer: Answer): number {
	if ("rows" in answer) return answer.rows.length * 10;
	if (answer.kind === "metrics") return answer.series.reduce((sum, { values }) => sum + values.length, 0);
	if (answer.kind === "samples") return answer.series.reduce((sum, { values }) => sum + 2 * values.length, 0);
	return 10;
}

/** True of a query that is answered whatever the work and the memory. */
export const isLittle = ({ kind }: Query): boolean => kind === "cluster" || kind === "layout";

/** Stands where the answer would. @param refused why there is none */
export function refusedAnswer(query: Query, refused: string): Answer {
	switch (query.kind) {
		case "metrics":
		case "promql":
			return { kind: "metrics", start: 0, step: 1, length: 0, series: [], unknown: [], omitted: 0, refused };
		case "explain":
			return { kind: "explain", at: 0, refused };
		case "samples":
			return { kind: "samples", series: [], unknown: [], omitted: 0, refused };
		case "task":
		case "html":
			return { kind: query.kind, refused };
		case "cluster":
		case "layout":
			throw new RangeError(`the answer to ${query.kind} is always little work`);
		default:
			return { kind: query.kind, total: 0, rows: [], refused } as Answer;
	}
}
