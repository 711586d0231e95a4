/** The difference between two answers to one query, and its application: both ends use this file. */
import type { Answer, Change, Metrics, RowKind, Rows } from "./view.ts";

type Row = Record<string, unknown> & { id: string };

const same = (a: unknown, b: unknown): boolean => a === b || (typeof a === "object" && JSON.stringify(a) === JSON.stringify(b));

/** @returns undefined where nothing changed. */
export function difference(index: number, before: Answer, after: Answer): Change | undefined {
	if (before === after) return undefined;
	// Without series there are no values to tell the new length from.
	if (before.kind === "metrics" && after.kind === "metrics" && after.series.length > 0) return metricsDifference(index, before, after);
	if ("rows" in before && "rows" in after && before.kind === after.kind) return rowsDifference(index, before, after);
	return same(before, after) ? undefined : { index, type: "replace", answer: after };
}

function rowsDifference(index: number, before: Rows, after: Rows): Change | undefined {
	const old = new Map((before.rows as unknown as Row[]).map((row) => [row.id, row]));
	const patch: Record<string, Record<string, unknown>> = {};
	let changed = before.total !== after.total || before.seen !== after.seen;
	for (const row of after.rows as unknown as Row[]) {
		const fields = fieldsChanged(old.get(row.id), row);
		if (!fields) continue;
		patch[row.id] = fields;
		changed = true;
	}
	const moved = before.rows.length !== after.rows.length || before.rows.some((row, i) => row.id !== after.rows[i]?.id);
	if (!changed && !moved) return undefined;
	return {
		index,
		type: "rows",
		total: after.total,
		...(after.seen !== undefined && { seen: after.seen }),
		...(moved && { keys: after.rows.map((row) => row.id) }),
		patch,
	};
}

function fieldsChanged(old: Row | undefined, row: Row): Record<string, unknown> | undefined {
	if (!old) return row;
	if (old === row) return undefined;
	const fields: Record<string, unknown> = {};
	let any = false;
	for (const name in row) {
		if (same(old[name], row[name])) continue;
		fields[name] = row[name];
		any = true;
	}
	for (const name in old) {
		if (name in row) continue;
		fields[name] = null;
		any = true;
	}
	return any ? fields : undefined;
}

/** Appends where the new answer goes on from the old one on the same grid, else replaces. */
function metricsDifference(index: number, before: Metrics, after: Metrics): Change | undefined {
	const shift = (after.start - before.start) / after.step;
	const aligned =
		before.step === after.step &&
		Number.isInteger(shift) &&
		shift >= 0 &&
		before.left === after.left &&
		before.series.length === after.series.length &&
		before.series.every((column, i) => column.key === after.series[i]?.key && column.unit === after.series[i]?.unit) &&
		same(before.unknown, after.unknown);
	if (!aligned) return { index, type: "replace", answer: after };
	let keep = Math.max(0, Math.min(before.length - shift, after.length));
	for (const [i, column] of after.series.entries()) {
		const old = before.series[i]?.values ?? [];
		for (let at = 0; at < keep; at++) if (old[at + shift] !== column.values[at]) keep = at;
	}
	if (keep === after.length && shift === 0 && before.length === after.length) return undefined;
	return { index, type: "append", start: after.start, keep, values: after.series.map((column) => column.values.slice(keep)) };
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
	const old = new Map((before.rows as unknown as Row[]).map((row) => [row.id, row]));
	const keys = change.keys ?? before.rows.map((row) => row.id);
	const rows = keys.map((id) => {
		const row = old.get(id);
		const fields = change.patch[id];
		if (!fields) {
			if (row) return row;
			throw new Error(`row ${id} is not known`);
		}
		const next: Row = { ...row, ...fields, id };
		if (row) for (const name in fields) if (fields[name] === null) delete next[name];
		return next;
	});
	return {
		kind: before.kind,
		total: change.total,
		...(change.seen !== undefined && { seen: change.seen }),
		rows,
	} as unknown as Rows<RowKind> as Answer;
}
