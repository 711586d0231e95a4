/** The difference between two answers to one query, and its application: both ends use this file. */
import type { RowKind, Rows } from "./rows.ts";
import type { Answer, Change, Metrics, SeriesColumn } from "./view.ts";

type Fields = Record<string, unknown>;
type TableRow = Fields & { id: string };

/** Equality of JSON values, whatever the order of their fields. */
export function sameValue(a: unknown, b: unknown): boolean {
	if (a === b) return true;
	if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
	if (Array.isArray(a) || Array.isArray(b)) {
		return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((value, i) => sameValue(value, b[i]));
	}
	let left = 0;
	for (const name in a) {
		const value = (a as Fields)[name];
		if (value === undefined) continue;
		if (!Object.hasOwn(b, name) || !sameValue(value, (b as Fields)[name])) return false;
		left++;
	}
	for (const name in b) if ((b as Fields)[name] !== undefined) left--;
	return left === 0;
}

/** @returns undefined where nothing changed. */
export function difference(index: number, before: Answer, after: Answer): Change | undefined {
	if (before === after) return undefined;
	if (reasonOf(before) !== reasonOf(after)) return { index, type: "replace", answer: after };
	// Without series there are no values from which the new length follows.
	if (before.kind === "metrics" && after.kind === "metrics" && after.series.length > 0) return metricsDifference(index, before, after);
	if ("rows" in before && "rows" in after && before.kind === after.kind) return rowsDifference(index, before, after);
	return sameValue(before, after) ? undefined : { index, type: "replace", answer: after };
}

const reasonOf = (answer: Answer): string | undefined => ("refused" in answer ? answer.refused : undefined);

function rowsDifference(index: number, before: Rows, after: Rows): Change | undefined {
	const beforeRows = before.rows as unknown as TableRow[];
	const afterRows = after.rows as unknown as TableRow[];
	let moved = beforeRows.length !== afterRows.length;
	let old: Map<string, TableRow> | undefined;
	// Without a prototype, so that an id such as "__proto__" is an id like any other.
	const patch = Object.create(null) as Record<string, Fields>;
	let changed = EXTENTS.some((name) => before[name] !== after[name]);
	for (const [i, row] of afterRows.entries()) {
		let was = beforeRows[i];
		if (was === row) continue;
		if (was?.id !== row.id) {
			moved = true;
			old ??= new Map(beforeRows.map((each) => [each.id, each]));
			was = old.get(row.id);
		}
		const fields = was ? fieldsChanged(was, row) : row;
		if (!fields) continue;
		patch[row.id] = fields;
		changed = true;
	}
	if (!changed && !moved) return undefined;
	return {
		index,
		type: "rows",
		...extentOf(after),
		...(moved && { keys: afterRows.map((row) => row.id) }),
		patch,
	};
}

const EXTENTS = ["total", "unfiltered", "offset", "overall"] as const;
type Extent = Pick<Rows, (typeof EXTENTS)[number]>;

/** Extent of the rows: those sent, and those there are. */
function extentOf({ total, unfiltered, offset, overall }: Extent): Extent {
	return {
		total,
		...(unfiltered !== undefined && { unfiltered }),
		...(offset !== undefined && { offset }),
		...(overall !== undefined && { overall }),
	};
}

/** A JSON merge patch (RFC 7396): no answer holds null in a row, so null can say "gone". Objects are patched inside, arrays replaced. */
function fieldsChanged(before: Fields, after: Fields): Fields | undefined {
	let patch: Fields | undefined;
	for (const name in after) {
		const value = after[name];
		const was = Object.hasOwn(before, name) ? before[name] : undefined;
		if (value === was || value === undefined) continue;
		const change = isObject(value) && isObject(was) ? fieldsChanged(was, value) : sameValue(was, value) ? undefined : value;
		if (change === undefined) continue;
		patch ??= Object.create(null) as Fields;
		patch[name] = change;
	}
	for (const name in before) {
		if (before[name] === undefined || (Object.hasOwn(after, name) && after[name] !== undefined)) continue;
		patch ??= Object.create(null) as Fields;
		patch[name] = null;
	}
	return patch;
}

function isObject(value: unknown): value is Fields {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Appends where the new answer continues the old one on the same grid, else replaces. */
function metricsDifference(index: number, before: Metrics, after: Metrics): Change | undefined {
	const shift = (after.start - before.start) / after.step;
	const aligned =
		before.step === after.step &&
		Number.isInteger(shift) &&
		shift >= 0 &&
		before.omitted === after.omitted &&
		before.series.length === after.series.length &&
		before.series.every((column, i) => sameColumn(column, after.series[i])) &&
		sameValue(before.unknown, after.unknown) &&
		sameValue(before.notes, after.notes);
	if (!aligned) return { index, type: "replace", answer: after };
	let keep = Math.max(0, Math.min(before.length - shift, after.length));
	for (const [i, column] of after.series.entries()) {
		const old = before.series[i]?.values ?? [];
		for (let at = 0; at < keep; at++) if (old[at + shift] !== column.values[at]) keep = at;
	}
	if (keep === after.length && shift === 0 && before.length === after.length) return undefined;
	return { index, type: "append", start: after.start, keep, values: after.series.map((column) => column.values.slice(keep)) };
}

/** Equality of all but the values, which can be appended to. */
function sameColumn({ values: _, ...a }: SeriesColumn, b: SeriesColumn | undefined): boolean {
	if (!b) return false;
	const { values: __, ...rest } = b;
	return sameValue(a, rest);
}

/** @returns the answer after the change; unchanged rows keep their identity. @throws where the change does not fit: ask for a snapshot. */
export function applyChange(before: Answer | undefined, change: Change): Answer {
	if (change.type === "replace") return change.answer;
	if (change.type === "append" && before?.kind === "metrics") {
		const shift = Math.round((change.start - before.start) / before.step);
		return {
			...before,
			start: change.start,
			length: change.keep + (change.values[0]?.length ?? 0),
			series: before.series.map((column, i) => ({
				...column,
				values: [...column.values.slice(shift, shift + change.keep), ...(change.values[i] ?? [])],
			})),
		};
	}
	if (change.type === "rows" && before && "rows" in before) return applyRows(before, change);
	throw new Error(`change ${change.type} does not fit an answer of kind ${before?.kind ?? "none"}`);
}

function applyRows(before: Rows, change: Extract<Change, { type: "rows" }>): Answer {
	const old = new Map((before.rows as unknown as TableRow[]).map((row) => [row.id, row]));
	const keys = change.keys ?? before.rows.map((row) => row.id);
	const rows = keys.map((id) => {
		const row = old.get(id);
		const fields = Object.hasOwn(change.patch, id) ? change.patch[id] : undefined;
		if (fields) return { ...(row ? merged(row, fields) : fields), id };
		if (row) return row;
		throw new Error(`unknown row ${id}`);
	});
	return {
		kind: before.kind,
		...extentOf(change),
		rows,
	} as unknown as Rows<RowKind> as Answer;
}

function merged(before: Fields, patch: Fields): Fields {
	const next: Fields = { ...before };
	for (const name in patch) {
		const value = patch[name];
		const was = before[name];
		if (value === null) delete next[name];
		else define(next, name, isObject(value) && Object.hasOwn(before, name) && isObject(was) ? merged(was, value) : value);
	}
	return next;
}

/** Assignment would call the setter of `__proto__`, and a metric may be called that. */
function define(fields: Fields, name: string, value: unknown): void {
	if (name === "__proto__") Object.defineProperty(fields, name, { value, writable: true, enumerable: true, configurable: true });
	else fields[name] = value;
}
