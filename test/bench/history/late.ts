/**
 * Bridges that come back after eight hours while another goes on: what their late samples cost beside samples in time, in the same run, and
 * what a chart costs over a span whose late samples are not folded yet beside the same span folded. On a SQLite file of Node's.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { History } from "../../../durable/history/history.ts";
import { wholly } from "../../../durable/work/work.ts";
import { openNodeSql } from "../../../worker/node/clusters/sql.ts";
import { median } from "../harness/figure.ts";
import { INTERVAL_MS, workload } from "./workload.ts";

const HOUR = 3_600_000;
const AWAY_MS = 8 * HOUR;
/** Ticks that a bridge which catches up sends in one push. */
const TICKS_A_PUSH = 8;
const ASKED = 20;
/** Pushes before the slowest one counts: code that runs for the first time is compiled. */
const WARM_UP = 2000;

export interface Backfilled {
	inTimePerSecond: number;
	latePerSecond: number;
	/** Until all is folded. */
	rowsPerThousandInTime: number;
	rowsPerThousandLate: number;
	slowestInTimePushMs: number;
	slowestLatePushMs: number;
	chartUnfoldedMs: number;
	chartFoldedMs: number;
}

/** Half of the reference's series are told in time, the others late. */
export async function backfill(): Promise<Backfilled> {
	const folder = await mkdtemp(join(tmpdir(), "hiveframe-late-"));
	const sql = openNodeSql(join(folder, "history.sqlite"));
	try {
		const { definitions, tick } = workload();
		const history = new History(sql);
		const numbers = definitions.map((definition) => history.define(definition));
		const half = numbers.length / 2;
		const [there, away] = [numbers.slice(0, half), numbers.slice(half)];
		const begin = Date.UTC(2026, 0, 1, 1);
		let position = 0;
		const push = (ticks: readonly { at: number; numbers: number[]; values: number[] }[]): number => {
			const begun = performance.now();
			sql.transaction(() => {
				for (const { at, numbers, values } of ticks) history.append(at, numbers, values);
				history.commit(++position);
			});
			return performance.now() - begun;
		};
		const missed: { at: number; numbers: number[]; values: number[] }[] = [];
		const inTimePushes: number[] = [];
		let at = begin;
		for (; at < begin + AWAY_MS; at += INTERVAL_MS) {
			const values = tick();
			inTimePushes.push(push([{ at, numbers: there, values: values.slice(0, half) }]));
			missed.push({ at, numbers: away, values: values.slice(half) });
		}
		const sum = (times: readonly number[]): number => times.reduce((total, ms) => total + ms, 0);
		const inTimeMs = sum(inTimePushes);
		const samples = missed.length * half;
		const rowsInTime = sql.rowsWritten;

		const chart = (): number => {
			const query = { kind: "samples", selectors: ["cluster_level_0", "cluster_events_1_total"], step: "1m", points: 500 } as const;
			const times = Array.from({ length: ASKED }, () => {
				const begun = performance.now();
				const { series } = wholly(history.samples({ ...query, selectors: [...query.selectors], range: "2h", end: begin + 3 * HOUR }));
				if (series.length !== 2 || series.some(({ at }) => at.length < 119)) throw new Error("a chart of late samples is not whole");
				return performance.now() - begun;
			});
			return median(times);
		};
		const latePushes: number[] = [];
		for (let i = 0; i < missed.length; i += TICKS_A_PUSH) latePushes.push(push(missed.slice(i, i + TICKS_A_PUSH)));
		const chartUnfoldedMs = chart();
		// The other goes on until nothing late is left, as it would have without: its own rows are not the late samples'.
		const rowsAPush = rowsInTime / missed.length;
		let pushes = 0;
		const unfolded = (): boolean => Number(sql.all("SELECT count(*) AS n FROM history_out_of_order")[0]?.n ?? 0) > 0;
		for (; pushes < 600 || (unfolded() && pushes < 5000); pushes++, at += INTERVAL_MS) {
			latePushes.push(push([{ at, numbers: there, values: tick().slice(0, half) }]));
		}
		if (unfolded()) throw new Error("late samples were not folded in seven hours");
		const rowsLate = sql.rowsWritten - rowsInTime - pushes * rowsAPush;
		const lateMs = sum(latePushes) - (pushes * inTimeMs) / missed.length;
		return {
			inTimePerSecond: (samples * 1000) / inTimeMs,
			latePerSecond: (samples * 1000) / lateMs,
			rowsPerThousandInTime: (rowsInTime * 1000) / samples,
			rowsPerThousandLate: (rowsLate * 1000) / samples,
			slowestInTimePushMs: Math.max(...inTimePushes.slice(WARM_UP)),
			slowestLatePushMs: Math.max(...latePushes),
			chartUnfoldedMs,
			chartFoldedMs: chart(),
		};
	} finally {
		sql.close();
		await rm(folder, { recursive: true, force: true });
	}
}
