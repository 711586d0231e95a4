import type { NamedSource, TableSource } from "../../../colony-bridge/protocol/layout.ts";
import type { RowKind } from "../../../colony-bridge/protocol/rows.ts";
import { CHECK, LEVEL, type Look, STREAM, TASK, WORKER } from "../../elements/states.ts";

/** A source's table, the word for its rows, and the states its rows can be in. */
export const SOURCES: Record<NamedSource, { answer: RowKind; one: string; many?: string; looks: Record<string, Look> }> = {
	workers: { answer: "workers", one: "worker", looks: WORKER },
	tasks: { answer: "tasks", one: "task", looks: TASK },
	streams: { answer: "streams", one: "stream", looks: STREAM },
	logs: { answer: "logs", one: "line", looks: LEVEL },
	checks: { answer: "checks", one: "check", looks: CHECK },
	metrics: { answer: "series", one: "series", many: "series", looks: {} },
};

/** The rows of a query are series, as those of `metrics` are. */
export const sourceName = (source: TableSource): NamedSource => (typeof source === "string" ? source : "metrics");
