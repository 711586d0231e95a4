/** The answers as far as a report has room for them: long texts end early, long lists too, and each cut is counted. */
import type { ReportAnswers, ReportName } from "../../colony-bridge/protocol/pages/report-plan.ts";
import type { Answer } from "../../colony-bridge/protocol/query/view.ts";
import { shorten } from "../../colony-bridge/protocol/values/text.ts";
import { MOST_LINES } from "../chart/pick.ts";

/** Characters, as JSON, of the rows of a list together. They are in the document twice: to read, and as data. */
const ROOM: Partial<Record<ReportName, number>> = {
	workers: 150_000,
	failed: 130_000,
	errorGroups: 130_000,
	warnings: 100_000,
	logs: 100_000,
	names: 100_000,
};
const OTHER_ROOM = 40_000;

/** Characters of one text. */
const TEXT_CHARS = 2000;
const STACK_CHARS = 6000;
/** Entries of a list within a row, and fields of a row or of its values. */
const MOST_ENTRIES = 50;
const MOST_FIELDS = 40;

/** Lists of what came one after the other, of which the cluster keeps the newest. */
const EVENTS: readonly ReportName[] = ["logs", "warnings", "errorGroups", "marks", "runs"];

/** These of a worker's many values stay. */
const USUAL: readonly string[] = ["cpu_percent", "memory_mb", "tasks_active", "tasks_completed", "tasks_failed", "stream_lag_seconds"];

export interface Cut {
	list: ReportName;
	shown: number;
	/** Those that the cluster keeps, or that match. */
	total: number;
	/** Those that there ever were, where it no longer keeps all. */
	overall?: number;
}
export interface Bounded {
	answers: ReportAnswers;
	cuts: Cut[];
	/** Number of texts, and of lists within rows, that end early. */
	shortened: number;
}

/** @param share of the room, 0 to 1. With none there are no lists and no charts. */
export function bounded(answers: ReportAnswers, share: number): Bounded {
	const cuts: Cut[] = [];
	let shortened = 0;
	const first = <T>(list: readonly T[], most: number): readonly T[] => {
		if (list.length > most) shortened++;
		return list.slice(0, most);
	};
	const briefly = (value: unknown, name = ""): unknown => {
		if (typeof value === "string") {
			const most = name === "stack" ? STACK_CHARS : TEXT_CHARS;
			if (value.length > most) shortened++;
			return shorten(value, most);
		}
		// Columns of numbers are bounded by their query.
		if (Array.isArray(value)) return value.some(isText) ? first(value, MOST_ENTRIES).map((one) => briefly(one)) : value;
		if (typeof value !== "object" || value === null) return value;
		const fields = Object.entries(value);
		const ordered = name === "values" ? fields.sort(([a], [b]) => rankOf(a) - rankOf(b)) : fields;
		return Object.fromEntries(first(ordered, MOST_FIELDS).map(([field, inner]) => [field, briefly(inner, field)]));
	};
	const boundedAnswer = (name: ReportName, answer: Answer): unknown => {
		if (answer.kind === "metrics") {
			const shown = share > 0 ? MOST_LINES : 0;
			const series = answer.series.slice(0, shown).map(({ values, ...column }) => ({ ...(briefly(column) as object), values }));
			return { ...answer, series, omitted: answer.omitted + answer.series.length - series.length };
		}
		if (!("rows" in answer)) return briefly(answer);
		const before = shortened;
		const rows = fitting(
			answer.rows.map((row) => briefly(row)),
			share * (ROOM[name] ?? OTHER_ROOM),
		);
		if (rows.length === 0) shortened = before;
		const { total, overall = 0 } = answer;
		const gone = EVENTS.includes(name) && overall > total;
		if (rows.length < total || gone) cuts.push({ list: name, shown: rows.length, total, ...(gone && { overall }) });
		return { ...answer, rows };
	};
	const all = Object.entries(answers).map(([name, answer]) => [name, boundedAnswer(name as ReportName, answer)]);
	return { answers: Object.fromEntries(all) as ReportAnswers, cuts, shortened };
}

const isText = (value: unknown): boolean => typeof value === "string" || (typeof value === "object" && value !== null);

const rankOf = (metric: string): number => (USUAL.includes(metric) ? USUAL.indexOf(metric) : USUAL.length);

function fitting(rows: readonly unknown[], room: number): unknown[] {
	const fit: unknown[] = [];
	let left = room;
	for (const row of rows) {
		left -= JSON.stringify(row).length;
		if (left < 0) break;
		fit.push(row);
	}
	return fit;
}
