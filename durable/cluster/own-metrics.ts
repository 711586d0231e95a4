/** The dashboard's own numbers about one cluster, as they are. */
import { type OwnMetric, type OwnSample, ownMetric } from "../meter/meter.ts";
import type { Sql } from "../storage/sql.ts";
import { refusedSeries } from "../view/facts.ts";
import type { Opened } from "./storage.ts";

interface Around {
	sql: Sql;
	viewers: number;
	/** Bridges that have a socket. */
	connected: number;
	bytes: Record<string, number>;
}

export function ownMetrics({ memory, room }: Opened, { sql, viewers, connected, bytes }: Around): OwnMetric[] {
	const { state, history } = memory;
	const { active, total, limits } = history.counts();
	const gaps = { frames: 0, samples: 0, events: 0 };
	let stale = 0;
	for (const link of [...state.links.values(), ...state.forgotten.values()]) {
		gaps.frames += link.gaps.count;
		gaps.samples += link.gaps.samples;
		gaps.events += link.gaps.events;
		if ("staleSince" in link && link.staleSince !== undefined) stale++;
	}
	const by = (label: string, values: Record<string, number>): OwnSample[] =>
		Object.entries(values).map(([name, value]) => ({ labels: { [label]: name }, value }));
	const limit = room.told?.limit;
	return [
		ownMetric("pushes_total", "counter", "Pushes taken in since the cluster began", state.intake.pushes),
		ownMetric("frames_refused_total", "counter", "Frames refused since the cluster began", state.intake.refused),
		ownMetric("frames_repeated_total", "counter", "Frames that came again since the cluster began", state.intake.repeats),
		ownMetric("dropped_total", "counter", "What bridges dropped before it could be pushed", by("what", gaps)),
		ownMetric("log_position", "gauge", "Entries of the log since the cluster began", state.position),
		ownMetric("last_push_timestamp_seconds", "gauge", "When the newest entry of the log was written", state.at / 1000),
		ownMetric("newest_sample_timestamp_seconds", "gauge", "Instant of the newest sample", history.newest / 1000),
		ownMetric("rows_written_total", "counter", "Rows written to the database since it was opened", sql.rowsWritten),
		ownMetric("database_bytes", "gauge", "Size of the database", sql.databaseBytes),
		ownMetric("memory_bytes", "gauge", "Estimated memory of the cluster by part", by("part", bytes)),
		...(limit === undefined
			? []
			: [ownMetric("memory_limit_bytes", "gauge", "Memory that all clusters of the process may take", limit * 1e6)]),
		ownMetric("series", "gauge", "Series with a sample within ten minutes, and all that are known", by("state", { active, known: total })),
		ownMetric(
			"series_limit",
			"gauge",
			"As many series may be active and known",
			by("state", { active: limits.active, known: limits.total }),
		),
		ownMetric("series_refused", "gauge", "Series past a limit", refusedSeries({ state, leftOut: () => room.leftOut.count }).all),
		ownMetric("viewers", "gauge", "Viewers with a socket", viewers),
		ownMetric("bridges", "gauge", "Bridges by state", by("state", { connected, known: state.links.size, stale })),
		ownMetric("commands_waiting", "gauge", "Commands without a result so far", state.commands.underWay),
	];
}
