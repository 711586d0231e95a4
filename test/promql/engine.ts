/** The engine as the scripts are run against it: every experimental function and option on. */
import type { Answer as EngineAnswer } from "../../durable/promql/evaluate/answer.ts";
import { evaluate, type When } from "../../durable/promql/evaluate/engine.ts";
import { EXPERIMENTAL } from "../../durable/promql/evaluate/options.ts";
import type { SampleSource } from "../../durable/promql/values.ts";
import { wholly } from "../../durable/work/work.ts";
import type { Answer, Outcome } from "./comparison.ts";

/** @param when ms since 1970. @throws what the engine throws: the query has no answer */
export function answerTo(query: string, when: When, source: SampleSource): Outcome {
	const answer = wholly(evaluate(query, when, source, EXPERIMENTAL));
	return { answer: comparable(answer), warnings: answer.warnings, infos: answer.infos };
}

function comparable(answer: EngineAnswer): Answer {
	if (answer.type !== "matrix") return answer;
	return {
		type: "matrix",
		series: answer.series.map(({ labels, times, values }) => ({
			labels,
			points: Array.from(times, (time, i): [number, number] => [time, values[i] as number]),
		})),
	};
}
