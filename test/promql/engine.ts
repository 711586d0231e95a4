/** The engine as the scripts are run against it: every experimental function and option on. */
import { evaluate, type When } from "../../durable/promql/evaluate/engine.ts";
import { EXPERIMENTAL } from "../../durable/promql/evaluate/options.ts";
import type { SampleSource } from "../../durable/promql/values.ts";
import { wholly } from "../../durable/work/work.ts";
import type { Answer, Outcome } from "./comparison.ts";

export interface Engine {
	/** @param at ms since 1970 */
	instant(query: string, at: number, source: SampleSource): Outcome;
	range(query: string, from: number, to: number, stepMs: number, source: SampleSource): Outcome;
}

function outcome(query: string, when: When, source: SampleSource): Outcome {
	const answer = wholly(evaluate(query, when, source, EXPERIMENTAL));
	const { warnings, infos } = answer;
	return { answer: compared(answer), warnings, infos };
}

function compared(answer: ReturnType<typeof evaluate> extends Generator<number, infer A> ? A : never): Answer {
	if (answer.type !== "matrix") return answer;
	const series = answer.series.map(({ labels, times, values }) => ({
		labels,
		points: Array.from(times, (time, i): [number, number] => [time, values[i] as number]),
	}));
	return { type: "matrix", series };
}

export const engine: Engine = {
	instant: (query, at, source) => outcome(query, { time: at }, source),
	range: (query, start, end, step, source) => outcome(query, { start, end, step }, source),
};
