/** Answers to several queries within the bounds on work, or why not. */
import type { Query } from "../../colony-bridge/protocol/query/query.ts";
import type { Answer } from "../../colony-bridge/protocol/query/view.ts";
import { BUDGET, bounded, OverBudget, tooHeavy, tooHeavyTogether, tooLong } from "./budget.ts";
import type { Work } from "./work.ts";

/** @param partial what is over the bounds says so in place of its answer. @throws OverBudget where it is not partial */
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
			if (room < 0) throw new OverBudget({ type: "refused", kind: "too-heavy", detail: tooLong(query) });
			answers.push(answered.answer);
		} catch (error) {
			if (!partial || !(error instanceof OverBudget)) throw error;
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

/** Stands where the answer would. @param refused why there is none */
export function refusedAnswer(query: Query, refused: string): Answer {
	switch (query.kind) {
		case "metrics":
			return { kind: "metrics", start: 0, step: 1, length: 0, series: [], unknown: [], left: 0, refused };
		case "samples":
			return { kind: "samples", series: [], unknown: [], left: 0, refused };
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
