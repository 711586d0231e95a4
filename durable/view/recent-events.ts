import type { QueryOf } from "../../colony-bridge/protocol/query/query.ts";
import type { ErrorGroupRow, ErrorRow, LogRow, MarkRow, Rows } from "../../colony-bridge/protocol/query/rows.ts";
import { defined } from "../../colony-bridge/protocol/values/objects.ts";
import { shorten } from "../../colony-bridge/protocol/values/text.ts";
import { LOG_LEVELS } from "../../colony-bridge/protocol/wire/state.ts";
import type { ClusterState } from "../state/cluster-state.ts";
import { newestOf, type Recent } from "../state/recent-events.ts";

import { fitText } from "./tasks.ts";

/** True if a text matches a glob of `*` (any characters) and `?` (any one). Linear in practice and never exponential: patterns come from outside. */
export function matchesGlob(pattern: string, text: string): boolean {
	let p = 0;
	let t = 0;
	/** The last star, and where the text stood when it was met: on a mismatch the star takes one character more. */
	let star = -1;
	let mark = 0;
	while (t < text.length) {
		const wanted = pattern[p];
		if (wanted === "*") {
			star = p++;
			mark = t;
		} else if (wanted !== undefined && (wanted === "?" || wanted === text[t])) {
			p++;
			t++;
		} else if (star >= 0) {
			p = star + 1;
			t = ++mark;
		} else return false;
	}
	while (pattern[p] === "*") p++;
	return p === pattern.length;
}

/** Log lines, errors and marks, newest first. */
export function logLines(state: ClusterState, query: QueryOf<"logs">): Rows<"logs"> {
	const levels = query.level ? LOG_LEVELS.slice(LOG_LEVELS.indexOf(query.level)) : LOG_LEVELS;
	const lists = levels.map((level) => state.recentEvents.logs[level]);
	const { sources, worker, stream, before } = query;
	const charsOf = (row: LogRow) => 100 + row.message.length;
	if (!sources && worker === undefined && stream === undefined && before === undefined) {
		return {
			kind: "logs",
			total: lists.reduce((sum, list) => sum + list.size, 0),
			overall: lists.reduce((sum, list) => sum + list.total, 0),
			rows: fitText(newestOf(lists), query.limit, charsOf),
		};
	}
	const wanted = new Map<string, boolean>();
	const matching: LogRow[] = [];
	/** Those that match and came after `before`. */
	let offset = 0;
	const anySource = !sources && worker === undefined;
	for (const row of newestOf(lists)) {
		if (stream !== undefined && row.stream !== stream) continue;
		const source = row.source ?? "";
		let matches = wanted.get(source);
		if (matches === undefined) {
			matches =
				anySource ||
				(row.source !== undefined &&
					(worker === undefined || source === worker) &&
					(!sources || sources.some((glob) => matchesGlob(glob, source))));
			wanted.set(source, matches);
		}
		if (!matches) continue;
		if (before !== undefined && Number(row.id) >= before) offset++;
		else matching.push(row);
	}
	const total = offset + matching.length;
	return { kind: "logs", total, ...(before !== undefined && { offset }), rows: fitText(matching, query.limit, charsOf) };
}

export function errors(state: ClusterState, query: QueryOf<"errors">): Rows<"errors"> {
	if (!query.brief)
		return newestRows("errors", state.recentEvents.errors, query, (row) => 200 + row.message.length + (row.stack?.length ?? 0));
	const answer = newestRows("errors", state.recentEvents.errors, query, (row) => 200 + Math.min(BRIEF, row.message.length));
	return { ...answer, rows: answer.rows.map(brief) };
}

export function errorGroups(state: ClusterState, query: QueryOf<"errorGroups">): Rows<"errorGroups"> {
	const { limit, order = "recent", stacks = false, source } = query;
	const { errorGroups: all, errors } = state.recentEvents;
	const ofOne = query.worker !== undefined || query.stream !== undefined;
	const groups = (ofOne ? all.of(newestOfOne(errors, query).reverse()) : all)
		.rows(order)
		.filter((group) => source === undefined || group.source === source);
	const whole = (id: string) => (typeof stacks === "boolean" ? stacks : stacks.includes(id));
	const rows = groups.map((row) => (whole(row.id) ? row : { ...row, sample: briefSample(row.sample) }));
	const charsOf = ({ text, sample }: ErrorGroupRow) => 500 + text.length + sample.message.length + (sample.stack?.length ?? 0);
	return {
		kind: "errorGroups",
		total: groups.length,
		...(!ofOne && source === undefined && { overall: all.size + all.dropped.groups }),
		rows: fitText(rows, limit, charsOf),
	};
}

function briefSample({ stack: _, message, ...sample }: ErrorGroupRow["sample"]): ErrorGroupRow["sample"] {
	return { ...sample, message: shorten(message, BRIEF, BRIEF) };
}

/** Characters of a message beside a chart, or behind a line that is closed. */
const BRIEF = 160;
const briefs = new WeakMap<ErrorRow, ErrorRow>();

/** The same row is the same short one, which makes its difference free. */
function brief(row: ErrorRow): ErrorRow {
	const cached = briefs.get(row);
	if (cached) return cached;
	const { stack: _, ...rest } = row;
	const short = { ...rest, message: shorten(row.message, BRIEF, BRIEF) };
	briefs.set(row, short);
	return short;
}

export function statusChanges(state: ClusterState, { limit }: QueryOf<"statusChanges">): Rows<"statusChanges"> {
	const { changes } = state.verdicts;
	return {
		kind: "statusChanges",
		total: changes.length,
		rows: changes.slice(0, limit).map((change) => ({ id: String(change.at), ...change })),
	};
}

/** Events that were reported, the newest first, and each annotation before the first of them that began earlier. */
export function marks(state: ClusterState, query: QueryOf<"marks">): Rows<"marks"> {
	const charsOf = (row: MarkRow) => 100 + row.text.length;
	const reported = newestRows("marks", state.recentEvents.marks, query, charsOf);
	const written = annotationRows(state, query);
	if (written.length === 0) return reported;
	const rows: MarkRow[] = [];
	let next = 0;
	for (const row of reported.rows) {
		while (next < written.length && (written[next] as MarkRow).at > row.at) rows.push(written[next++] as MarkRow);
		rows.push(row);
	}
	rows.push(...written.slice(next));
	const more = (count: number | undefined) => count !== undefined && { overall: count + written.length };
	return { ...reported, total: reported.total + written.length, ...more(reported.overall), rows: fitText(rows, query.limit, charsOf) };
}

export function annotations(state: ClusterState, { limit }: QueryOf<"annotations">): Rows<"annotations"> {
	const all = state.annotations.all().sort((a, b) => b.at - a.at);
	return { kind: "annotations", total: all.length, rows: all.slice(0, limit) };
}

/** Those about the whole cluster are about each of its workers and streams, too. */
const annotationRows = ({ annotations }: ClusterState, { worker, stream }: OfOne): MarkRow[] =>
	annotations
		.all()
		.filter(
			(each) =>
				(worker === undefined || [worker, undefined].includes(each.worker)) &&
				(stream === undefined || [stream, undefined].includes(each.stream)),
		)
		.sort((a, b) => b.at - a.at)
		.map(({ by, createdAt, editedAt, ...mark }) => ({ ...mark, written: { by, createdAt, ...defined({ editedAt }) } }));

function newestRows<K extends "errors" | "marks">(
	kind: K,
	list: Recent<Rows<K>["rows"][number]>,
	{ limit, worker, stream }: { limit: number; worker?: string | undefined; stream?: string | undefined },
	charsOf: (row: Rows<K>["rows"][number]) => number,
): Rows<K> {
	if (worker !== undefined || stream !== undefined) {
		const own = newestOfOne(list, { worker, stream });
		return { kind, total: own.length, rows: fitText(own, limit, charsOf) };
	}
	return { kind, total: list.size, overall: list.total, rows: fitText(newestOf([list]), limit, charsOf) };
}

interface OfOne {
	worker?: string | undefined;
	stream?: string | undefined;
}

const newestOfOne = <T extends OfOne>(list: Recent<T>, { worker, stream }: OfOne): T[] =>
	[...newestOf([list])].filter((row) => (worker === undefined || row.worker === worker) && (stream === undefined || row.stream === stream));
