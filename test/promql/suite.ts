/** Runs scripts of Prometheus' test language, case by case. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compareAnnotations, compareAnswer, Difference, type Outcome, says } from "./comparison.ts";
import { answerTo } from "./engine.ts";
import { pinnedQuery } from "./pinned-query.ts";
import { SampleStore } from "./sample-store.ts";
import { type Evaluation, parseScript } from "./script.ts";

export type Verdict =
	| { line: number; query: string; result: "passed" }
	/** The series has native histograms. */
	| { line: number; query: string; result: "refused"; series: string }
	| { line: number; query: string; result: "failed"; why: string };

export interface FileVerdicts {
	file: string;
	verdicts: Verdict[];
}

export const scriptsOf = (folder: string): string[] =>
	readdirSync(folder)
		.filter((file) => file.endsWith(".test"))
		.sort();

export const runFolder = (folder: string): FileVerdicts[] =>
	scriptsOf(folder).map((file) => ({ file, verdicts: runScript(readFileSync(join(folder, file), "utf8")) }));

export function runScript(text: string): Verdict[] {
	const store = new SampleStore();
	const verdicts: Verdict[] = [];
	for (const command of parseScript(text)) {
		if (command.command === "clear") store.clear();
		else if (command.command === "load") store.load(command);
		else verdicts.push(runCase(command, store));
	}
	return verdicts;
}

function runCase(expected: Evaluation, store: SampleStore): Verdict {
	const { line, query } = expected;
	store.readNative = undefined;
	try {
		if (expected.instant) runInstant(expected, store);
		else {
			const outcome = outcomeOf(expected, () => answerTo(query, { start: expected.from, end: expected.to, step: expected.stepMs }, store));
			if (outcome) compareAnswer(expected, outcome.answer);
		}
	} catch (error) {
		if (store.readNative === undefined)
			return {
				line,
				query,
				result: "failed",
				why: `${error instanceof Difference ? "" : `${(error as Error).name}: `}${(error as Error).message}`,
			};
	}
	return store.readNative === undefined ? { line, query, result: "passed" } : { line, query, result: "refused", series: store.readNative };
}

/**
 * At its instant; then with each selector pinned to that instant, at others; each time as the middle of a range query too, which has to give
 * the same.
 */
function runInstant(expected: Evaluation, store: SampleStore): void {
	const at = expected.from;
	runInstantAt(expected, store, expected.query, at);
	const pinned = pinnedQuery(expected.query, at);
	if (pinned === undefined) return;
	for (const instant of at === 0 ? [-1000, 0, 1000] : [-10 * at, 0, Math.trunc(at / 5), at, 10 * at]) {
		try {
			runInstantAt(expected, store, pinned, instant);
		} catch (error) {
			if (error instanceof Difference) throw new Difference(`${pinned} at ${instant}: ${error.message}`);
			throw error;
		}
	}
}

function runInstantAt(expected: Evaluation, store: SampleStore, query: string, at: number): void {
	const outcome = outcomeOf(expected, () => answerTo(query, { time: at }, store));
	if (!outcome) return;
	compareAnswer(expected, outcome.answer);
	if (expected.rangeVector || expected.string !== undefined || expected.expect.ordered || /(start|end|range|step)\(\)/.test(query)) return;
	const { answer } = answerTo(query, { start: at - 60_000, end: at + 60_000, step: 60_000 }, store);
	if (answer.type !== "matrix") throw new Difference(`expected a matrix of a range query, got a ${answer.type}`);
	const middle = answer.series.flatMap(({ labels, points }) =>
		points.filter(([time]) => time === at).map(([, value]) => ({ labels, value })),
	);
	try {
		compareAnswer(
			expected,
			outcome.answer.type === "scalar" ? { type: "scalar", value: middle[0]?.value ?? Number.NaN } : { type: "vector", samples: middle },
		);
	} catch (error) {
		throw new Difference(`as a range query: ${(error as Error).message}`);
	}
}

/** @returns undefined: it failed, as expected. @throws {Difference} */
function outcomeOf(expected: Evaluation, run: () => Outcome): Outcome | undefined {
	const fail = expected.expect.fail;
	let outcome: Outcome;
	try {
		outcome = run();
	} catch (error) {
		const text = (error as Error).message;
		if (!fail) throw error;
		if (!fail.some((saying) => says(saying, text))) throw new Difference(`expected the error ${fail.join("; ")}, got ${text}`);
		return undefined;
	}
	if (fail) throw new Difference("expected an error, got an answer");
	compareAnnotations(expected, outcome);
	return outcome;
}

export type Counts = Record<Verdict["result"], number>;

export function count(verdicts: readonly Verdict[]): Counts {
	const counts: Counts = { passed: 0, failed: 0, refused: 0 };
	for (const { result } of verdicts) counts[result]++;
	return counts;
}
