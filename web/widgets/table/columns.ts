/** Resolves column names: authors write `memory`, `tasks_active` or `startedAt`; rows have fields, metrics and labels. */

import type { RowKind } from "../../../colony-bridge/protocol/query/rows.ts";
import { TABLE_RANGE } from "../../../colony-bridge/protocol/wire/duration.ts";
import type { NamedSource, TableQuery, TableSource } from "../../../colony-bridge/protocol/wire/widgets/table.ts";
import { CHECK, type StatusMark, TASK, WORKER } from "../../components/status.ts";
import { STREAM } from "../../components/stream-status.ts";
import { AGGREGATIONS } from "../../format/aggregation.ts";
import { rangeInWords } from "../../view/time.ts";
import { LEVEL } from "../log/lines.ts";

export type CellKind = "text" | "number" | "instant" | "duration" | "share" | "state" | "list";

export interface ColumnPlan {
	head: string;
	/** The matching field, metric or label; undefined if no row has it. */
	field: string | undefined;
	/** The sort key: the field; for a duration its name, as it sorts by the start. */
	id: string;
	kind: CellKind;
	/** @returns undefined if the row has no value */
	read: (row: Row) => unknown;
	/** End of a duration, ms; undefined: it continues. */
	until: (row: Row) => number | undefined;
	/** The metric of a number, for its unit. */
	metric: (row: Row) => string | undefined;
}

/** A row of any table: fields, metrics, labels of a series. */
export type Row = Record<string, unknown> & { id: string; values?: Record<string, number>; labels?: Record<string, string> };

const ALIASES: Record<NamedSource, Record<string, string[]>> = {
	workers: {
		name: ["id"],
		worker: ["id"],
		cpu: ["cpu_percent"],
		memory: ["memory_mb"],
		tasks: ["tasks_active", "tasks"],
		uptime: ["startedAt"],
	},
	tasks: { task: ["name"], elapsed: ["startedAt"], duration: ["startedAt"], wait: ["queuedAt"] },
	streams: { name: ["name", "id"], stream: ["id"], lag: ["stream_lag_seconds"], throughput: ["stream_records_per_second"] },
	logs: { time: ["at"], timestamp: ["at"] },
	checks: { name: ["id"], check: ["id"], result: ["status"] },
	metrics: { name: ["name"], metric: ["id"], series: ["id"], updated: ["at"], time: ["at"], timestamp: ["at"] },
};
const DURATIONS = new Set(["uptime", "elapsed", "duration", "wait"]);
const INSTANTS = new Set(["at", "since", "watermark", "startedAt", "queuedAt", "endedAt"]);
const NUMBERS = new Set(["attempt", "restarts", "pid", "value", "change"]);

const camel = (name: string): string => name.replace(/[_\s-]+(\w)/g, (_, letter: string) => letter.toUpperCase());
const snake = (name: string): string => name.replace(/[\s-]+/g, "_").replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** @param rows sample that decides between number and text if the name does not */
export function planColumn(source: NamedSource, name: string, rows: readonly Row[]): ColumnPlan {
	const all = ALIASES[source];
	const aliases = Object.hasOwn(all, name.toLowerCase()) ? (all[name.toLowerCase()] ?? []) : [];
	const fields = [...new Set([...aliases, name, camel(name), snake(name)])];
	const found = (row: Row): { field: string; value: unknown } | undefined => {
		for (const field of fields) {
			if (row.values && Object.hasOwn(row.values, field)) return { field, value: row.values[field] };
			if (field !== "values" && !(field in Object.prototype) && row[field] !== undefined) return { field, value: row[field] };
			if (row.labels && Object.hasOwn(row.labels, field)) return { field, value: row.labels[field] };
		}
		return undefined;
	};
	const sample = rows.map(found).find((cell) => cell !== undefined);
	const kind = kindOf(name, sample);
	return {
		head: name,
		field: sample?.field,
		id: kind === "duration" ? name.toLowerCase() : (sample?.field ?? name),
		kind,
		until: (row) => (name.toLowerCase() === "wait" ? (row.startedAt as number | undefined) : undefined),
		read: (row) => found(row)?.value,
		metric: (row) => (NUMBERS.has(found(row)?.field ?? "") ? undefined : found(row)?.field),
	};
}

function kindOf(name: string, sample: { field: string; value: unknown } | undefined): CellKind {
	const field = sample?.field ?? camel(name);
	if (DURATIONS.has(name.toLowerCase())) return "duration";
	if (INSTANTS.has(field)) return "instant";
	if (field === "progress") return "share";
	if (field === "status" || field === "level") return "state";
	if (typeof sample?.value === "number" || NUMBERS.has(field)) return "number";
	return typeof sample?.value === "object" ? "list" : "text";
}

/** The aggregation of a query's table: `average of 5 min, change against the 5 min before`. */
export function howRead({ aggregation = "last", timeRange = TABLE_RANGE }: TableQuery): string {
	const range = rangeInWords(timeRange);
	return `${AGGREGATIONS[aggregation]}${aggregation === "last" ? "" : ` of ${range}`}, change against the ${range} before`;
}

/** By source: its answer, the noun for its rows, and the marks of their states. */
export const SOURCES: Record<NamedSource, { answer: RowKind; one: string; many?: string; marks: Record<string, StatusMark> }> = {
	workers: { answer: "workers", one: "worker", marks: WORKER },
	tasks: { answer: "tasks", one: "task", marks: TASK },
	streams: { answer: "streams", one: "stream", marks: STREAM },
	logs: { answer: "logs", one: "line", marks: LEVEL },
	checks: { answer: "checks", one: "check", marks: CHECK },
	metrics: { answer: "series", one: "series", many: "series", marks: {} },
};

/** The rows of a query are series, like those of `metrics`. */
export const sourceName = (source: TableSource): NamedSource => (typeof source === "string" ? source : "metrics");
