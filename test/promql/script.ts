/** Reads a script of Prometheus' test language into its commands. */
import { parseDuration, parseStartOffsets } from "./durations.ts";
import { type LabelPairs, type Point, parseMetric, parseNumber, parseSeries, type SeriesLine, unquoted } from "./series-notation.ts";

export interface LoadedSeries extends SeriesLine {
	/** ms from each sample to the start of its counter, where the script says one. */
	startOffsets?: (number | undefined)[];
}

export interface Load {
	command: "load";
	line: number;
	stepMs: number;
	/** Classic histograms are loaded as native ones too. */
	withNative: boolean;
	series: LoadedSeries[];
}

/** What an annotation or error has to say: exactly this, or a text that this matches. */
export type Saying = string | RegExp;
export type Expectation = "fail" | "warn" | "info" | "no_warn" | "no_info" | "ordered";

export interface Evaluation {
	command: "eval";
	line: number;
	query: string;
	/** An instant query has one instant. */
	instant: boolean;
	from: number;
	to: number;
	stepMs: number;
	expect: Partial<Record<Expectation, Saying[]>>;
	series: SeriesLine[];
	scalar?: number;
	string?: string;
	/** The instants of the points that an instant query for a range vector answers with. */
	rangeVector?: { from: number; to: number; stepMs: number };
}

export interface Clear {
	command: "clear";
	line: number;
}

export type Command = Load | Evaluation | Clear;

/** @throws with the number of the line that cannot be read */
export function parseScript(text: string): Command[] {
	const lines = text.split("\n").map((line) => line.trim().replace(/^#.*/, ""));
	const commands: Command[] = [];
	for (let i = 0; i < lines.length; i++) {
		const head = lines[i] ?? "";
		if (head === "") continue;
		const line = i + 1;
		const body: string[] = [];
		try {
			if (/^clear$/i.test(head)) commands.push({ command: "clear", line });
			else {
				while (lines[i + 1]) body.push(lines[++i] ?? "");
				if (head.startsWith("load")) commands.push(parseLoad(line, head, body));
				else if (head.startsWith("eval")) commands.push(parseEvaluation(line, head, body));
				else throw new Error(`not a command: ${head}`);
			}
		} catch (error) {
			throw new Error(`line ${line}: ${(error as Error).message}`);
		}
	}
	return commands;
}

function parseLoad(line: number, head: string, body: string[]): Load {
	const [, withNative, step = ""] = /^load(_with_nhcb)?\s+(\S+)$/.exec(head) ?? [];
	const series = new Map<string, LoadedSeries>();
	let starts: { labels: LabelPairs; startOffsets: (number | undefined)[] } | undefined;
	for (const text of body) {
		const [metric = "", ...offsets] = text.split(/\s+(.*)/s);
		if (metric.endsWith("@st")) {
			starts = { labels: parseMetric(metric.slice(0, -3))[0], startOffsets: parseStartOffsets(offsets.join(" ")) };
			continue;
		}
		const loaded: LoadedSeries = parseSeries(text);
		if (starts) {
			if (keyOf(starts.labels) !== keyOf(loaded.labels)) throw new Error(`start times of another series stand before: ${text}`);
			if (starts.startOffsets.length !== loaded.points.length) throw new Error(`as many start times as points are needed: ${text}`);
			loaded.startOffsets = starts.startOffsets;
			starts = undefined;
		}
		series.set(keyOf(loaded.labels), loaded);
	}
	return { command: "load", line, stepMs: parseDuration(step), withNative: withNative !== undefined, series: [...series.values()] };
}

const INSTANT = /^eval(?:_(fail|warn|ordered|info))?\s+instant\s+(?:at\s+(.+?))?\s+(.+)$/;
const RANGE = /^eval(?:_(fail|warn|info))?\s+range\s+from\s+(.+)\s+to\s+(.+)\s+step\s+(.+?)\s+(.+)$/;
const EXPECT = /^expect\s+(ordered|fail|warn|no_warn|info|no_info)(?:\s+(regex|msg):(.+))?$/;
const RANGE_VECTOR = /^expect range vector\s+from\s+(.+)\s+to\s+(.+)\s+step\s+(.+)$/;

function parseEvaluation(line: number, head: string, body: string[]): Evaluation {
	const instant = INSTANT.exec(head);
	const range = instant ? undefined : RANGE.exec(head);
	if (!instant && !range) throw new Error(`not an evaluation: ${head}`);
	const at = (text: string | undefined) => parseDuration(text ?? "");
	const evaluation: Evaluation = {
		command: "eval",
		line,
		query: (instant?.[3] ?? range?.[5]) as string,
		instant: instant !== null,
		from: at(instant?.[2] ?? range?.[2]),
		to: at(instant?.[2] ?? range?.[3]),
		stepMs: range ? at(range[4]) : 0,
		expect: {},
		series: [],
	};
	const expect = (kind: Expectation, saying: Saying) => {
		const sayings = evaluation.expect[kind] ?? [];
		sayings.push(saying);
		evaluation.expect[kind] = sayings;
	};
	const old = (instant?.[1] ?? range?.[1]) as Expectation | undefined;
	if (old) expect(old, /^/);
	const series = new Map<string, SeriesLine>();
	for (const text of body) {
		const vector = RANGE_VECTOR.exec(text);
		const expected = EXPECT.exec(text);
		if (old === "fail" && text.startsWith("expected_fail_message")) evaluation.expect.fail = [text.slice(21).trim()];
		else if (old === "fail" && text.startsWith("expected_fail_regexp")) evaluation.expect.fail = [new RegExp(text.slice(20).trim(), "s")];
		else if (vector) evaluation.rangeVector = { from: at(vector[1]), to: at(vector[2]), stepMs: at(vector[3]) };
		else if (text.startsWith("expect string ")) evaluation.string = unquoted(text.slice(14).trim());
		else if (expected) {
			const [, kind, form, saying = ""] = expected;
			expect(kind as Expectation, form === undefined ? /^/ : form === "msg" ? saying.trim() : new RegExp(saying.trim(), "s"));
		} else if (/^expect\s/.test(text)) throw new Error(`not an expectation: ${text}`);
		else {
			const scalar = literal(text);
			if (scalar !== undefined) {
				evaluation.scalar = scalar;
				break;
			}
			const expectedSeries = parseSeries(text);
			series.set(keyOf(expectedSeries.labels), expectedSeries);
		}
	}
	evaluation.series = [...series.values()];
	return evaluation;
}

/** A line that is a number alone expects a scalar. */
function literal(text: string): number | undefined {
	if (/^[+-]?0[xX][0-9a-fA-F_]+$/.test(text)) return Number(text.replaceAll("_", ""));
	return /^[+-]?(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9]+)?$|^[+-]?(?:nan|inf)$/i.test(text)
		? parseNumber(text)
		: undefined;
}

/** A text that equal sets of labels share. */
export const keyOf = (labels: LabelPairs): string => JSON.stringify(labels);

export type { LabelPairs, Point };
