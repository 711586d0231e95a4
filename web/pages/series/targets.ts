/** Those whom a scraper asks for series, each made of its series: `up`, how long the scrape took, how many samples came. */
import type { REMOVED, SeriesRow, StatusChange } from "../../../colony-bridge/protocol/query/rows.ts";
import type { Metrics } from "../../../colony-bridge/protocol/query/view.ts";
import { mark, type StatusMark } from "../../components/status.ts";

export type TargetStatus = "up" | "down";
export const TARGET: Record<TargetStatus, StatusMark> = { up: mark("check", "calm", "up"), down: mark("cross", "bad", "down") };

export interface Target {
	/** Id of its series `up`. */
	id: string;
	name: string;
	job: string | undefined;
	/** Undefined: nothing has come of it for ten minutes. */
	status: TargetStatus | undefined;
	/** Since when, ms; undefined: for longer than is looked at, where its past is known. */
	since: number | undefined;
	/** Its past is among those asked for. */
	watched: boolean;
	changes: readonly StatusChange<TargetStatus | typeof REMOVED>[];
	/** Duration of a scrape, s. */
	duration: number | undefined;
	samples: number | undefined;
}

const statusOf = (value: number): TargetStatus => (value === 0 ? "down" : "up");
/** All series of one target have the same labels. */
const keyOf = (labels: SeriesRow["labels"] = {}): string => JSON.stringify(Object.entries(labels).sort());

export function targetsOf(up: readonly SeriesRow[], scrapes: readonly SeriesRow[], past: Metrics): Target[] {
	const known = new Map(scrapes.map((row) => [row.name + keyOf(row.labels), row.value]));
	const lines = new Map(past.series.map(({ labels, values }) => [keyOf(labels), values]));
	return up.map(({ id, labels, value }) => {
		const key = keyOf(labels);
		const values = lines.get(key) ?? [];
		const watched = lines.has(key);
		const changes = changesOf(values, past);
		const status = value === undefined ? undefined : statusOf(value);
		const [last] = changes;
		return {
			id,
			name: labels?.instance ?? id,
			job: labels?.job,
			status,
			since: last?.status === status && (changes.length > 1 || values[0] === null) ? last?.at : undefined,
			watched,
			changes,
			duration: known.get(`scrape_duration_seconds${key}`),
			samples: known.get(`scrape_samples_scraped${key}`),
		};
	});
}

/** Newest first. Of a stretch without samples nothing is known: it is no change. */
function changesOf(values: readonly (number | null)[], { start, step }: Metrics): Target["changes"] {
	const changes: StatusChange<TargetStatus>[] = [];
	for (const [i, value] of values.entries()) {
		if (value === null || changes[0]?.status === statusOf(value)) continue;
		changes.unshift({ at: start + (i - 1) * step, status: statusOf(value) });
	}
	return changes;
}
