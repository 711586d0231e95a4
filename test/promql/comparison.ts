/** Compares an answer with what a script expects, as strictly as Prometheus' own runner. */
import type { Labels } from "../../durable/promql/values.ts";
import { type Evaluation, keyOf, type LabelPairs, type Point, type Saying } from "./script.ts";

export type Answer =
	| { type: "scalar"; value: number }
	| { type: "string"; text: string }
	| { type: "vector"; samples: { labels: Labels; value: number }[] }
	| { type: "matrix"; series: { labels: Labels; points: [time: number, value: number][] }[] };

export interface Outcome {
	answer: Answer;
	warnings: readonly string[];
	infos: readonly string[];
}

/** The answer differs from what the script says. */
export class Difference extends Error {
	override readonly name = "Difference";
}

/** Values may differ by this share of their sum. */
const TOLERANCE = 0.000001;
const SMALLEST_NORMAL = 2 ** -1022;

export function almostEqual(a: number, b: number): boolean {
	if (Object.is(a, b) || a === b) return true;
	const sum = Math.abs(a) + Math.abs(b);
	const difference = Math.abs(a - b);
	if (a === 0 || b === 0 || sum < SMALLEST_NORMAL) return difference < TOLERANCE * SMALLEST_NORMAL;
	return difference / Math.min(sum, Number.MAX_VALUE) < TOLERANCE;
}

/** @throws {Difference} */
export function compareAnswer(expected: Evaluation, answer: Answer): void {
	if (answer.type === "string") {
		if (answer.text !== expected.string) differ(`the string ${expected.string}`, answer.text);
	} else if (answer.type === "scalar") {
		if (expected.scalar === undefined) differ("series", `the scalar ${answer.value}`);
		else if (!almostEqual(answer.value, expected.scalar)) differ(expected.scalar, answer.value);
	} else if (expected.scalar !== undefined) differ(`the scalar ${expected.scalar}`, `a ${answer.type}`);
	else if (answer.type === "vector") compareVector(expected, answer.samples);
	else compareMatrix(expected, answer.series);
}

function compareVector(expected: Evaluation, samples: { labels: Labels; value: number }[]): void {
	const wanted = new Map(expected.series.map(({ labels, points }, place) => [keyOf(labels), { labels, points, place }]));
	for (const [place, { labels, value }] of samples.entries()) {
		const want = wanted.get(keyOf([...labels.pairs()]));
		if (!want) differ("no such series", `${labels} ${value}`);
		if (expected.expect.ordered && want.place !== place) differ(`${labels} at place ${want.place + 1}`, `place ${place + 1}`);
		comparePoint(labels, want.points[0], value);
		wanted.delete(keyOf([...labels.pairs()]));
	}
	for (const { labels, points } of wanted.values()) differ(`${written(labels)} ${points[0]}`, "no such series");
}

function compareMatrix(expected: Evaluation, series: { labels: Labels; points: [time: number, value: number][] }[]): void {
	if (expected.expect.ordered) differ("ordered samples", "a matrix");
	const { from, to, stepMs } = expected.rangeVector ?? expected;
	for (const [i, { labels }] of series.entries()) {
		const previous = series[i - 1]?.labels;
		if (previous && compareLabels(previous, labels) > 0) differ(`series sorted by labels`, `${previous} before ${labels}`);
	}
	const wanted = new Map(expected.series.map(({ labels, points }) => [keyOf(labels), { labels, points }]));
	for (const { labels, points } of series) {
		const want = wanted.get(keyOf([...labels.pairs()]));
		const got = points.map(([time, value]) => `${value} @${time}`).join(" ");
		if (!want) differ("no such series", `${labels} ${got}`);
		const timed = want.points.flatMap((point, i): [number, Point][] => (point === "missing" ? [] : [[from + i * stepMs, point]]));
		if (from + (want.points.length - 1) * stepMs > to)
			differ("as many points as the query has steps", `${want.points.length} in the script`);
		if (timed.length !== points.length) differ(`${labels} with ${timed.length} points`, got);
		for (const [i, [time, point]] of timed.entries()) {
			const [gotTime, value] = points[i] as [number, number];
			if (gotTime !== time) differ(`${labels} with a point @${time}`, got);
			comparePoint(labels, point, value, time);
		}
		wanted.delete(keyOf([...labels.pairs()]));
	}
	for (const { labels } of wanted.values()) differ(written(labels), "no such series");
}

/** By name, then value, pair after pair; in the order of code points, as bytes have it. */
export function compareLabels(a: Labels, b: Labels): number {
	const [left, right] = [a, b].map((labels) => [...labels.pairs()].flat()) as [string[], string[]];
	for (let i = 0; i < left.length && i < right.length; i++) {
		if (left[i] !== right[i]) return Buffer.compare(Buffer.from(left[i] ?? ""), Buffer.from(right[i] ?? ""));
	}
	return left.length - right.length;
}

function comparePoint(labels: Labels, expected: Point | undefined, value: number, time?: number): void {
	if (typeof expected !== "number" || !almostEqual(expected, value))
		differ(`${labels}${time === undefined ? "" : ` @${time}`}: ${expected}`, value);
}

const written = (labels: LabelPairs): string => `{${labels.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(", ")}}`;

function differ(expected: unknown, got: unknown): never {
	throw new Difference(`expected ${expected}, got ${got}`);
}

export const says = (saying: Saying, text: string): boolean => (typeof saying === "string" ? saying === text : saying.test(text));

/** Each expected text is there, and where any is expected, no other. @throws {Difference} */
export function compareAnnotations({ expect }: Evaluation, { warnings, infos }: Outcome): void {
	for (const [kind, none, texts] of [
		["warn", "no_warn", warnings],
		["info", "no_info", infos],
	] as const) {
		const sayings = expect[kind];
		if (sayings) {
			for (const saying of sayings) if (!texts.some((text) => says(saying, text))) differ(`${kind} ${saying}`, texts.join("; ") || "none");
			for (const text of texts) if (!sayings.some((saying) => says(saying, text))) differ(`${kind} ${sayings.join("; ")}`, text);
		}
		if (expect[none] && texts.length > 0) differ(none, texts.join("; "));
	}
}
