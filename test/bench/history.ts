/**
 * The metric history: density, rows, speed of taking in and of answering, and what a month of it costs.
 *
 * `npm run bench -- history`: six hours of the workload. `--full`: 24 hours as well. `--with-peers`: Prometheus and VictoriaMetrics beside it.
 */
import { type Figure, median } from "./harness/figure.ts";
import { freePlan, monthlyBill } from "./history/bill.ts";
import { inNode, inWorkerd, type Push } from "./history/hosted.ts";
import { type Backfilled, backfill } from "./history/late.ts";
import { peers } from "./history/peers.ts";
import { type Stored, store } from "./history/stored.ts";
import { INTERVAL_MS } from "./history/workload.ts";

type Line = Omit<Figure, "bench">;

export async function* run(options: ReadonlySet<string>): AsyncGenerator<Line> {
	const full = options.has("--full");
	for (const hours of full ? [6, 24] : [6]) yield* figures(hours, await store(hours));
	yield* lateness();
	const pushes: Push[] = [];
	for (const hours of full ? [24, 6] : [6]) pushes.push(yield* inWorkerd(hours));
	yield* inNode(6);
	if (options.has("--with-peers")) yield* peers(6);
	for (const push of pushes.slice(-1)) yield* bills(push);
}

function* figures(hours: number, stored: Stored): Generator<Line> {
	const of = `of ${hours} h`;
	yield {
		name: `bytes_per_sample ${of}`,
		value: stored.bytesPerSample,
		unit: "bytes",
		reference: { name: "VictoriaMetrics 1.79 on such data; Prometheus 2.42 takes 2.87", value: 0.61 },
	};
	yield { name: `rollup_bytes_per_sample ${of}`, value: stored.rollupBytesPerSample, unit: "bytes" };
	yield { name: `file_bytes_per_sample ${of}`, value: stored.fileBytes / stored.samples, unit: "bytes" };
	yield { name: `history_rows_per_push ${of}`, value: stored.rowsPerPush, unit: "rows/push" };
	yield { name: `samples_per_second ${of}`, value: stored.samplesPerSecond, unit: "samples/s" };
	yield { name: `slowest_push_ms ${of}`, value: stored.slowestPushMs, unit: "ms" };
	yield { name: `slowest_push_cpu_ms ${of}`, value: stored.slowestPushCpuMs, unit: "ms" };
	yield { name: `push_p99_ms ${of}`, value: stored.pushP99Ms, unit: "ms" };
	yield { name: `cold_open_ms ${of}`, value: stored.coldOpenMs, unit: "ms" };
}

const ROUNDS = 3;

/** Medians of a few rounds. */
async function* lateness(): AsyncGenerator<Line> {
	const rounds: Backfilled[] = [];
	for (let round = 0; round < ROUNDS; round++) rounds.push(await backfill());
	const of = (figure: keyof Backfilled): number => median(rounds.map((round) => round[figure]));
	const beside = (name: string, figure: keyof Backfilled) => ({ reference: { name, value: of(figure) } });
	const inTime = "samples in time, same run";
	yield { name: "late_samples_per_second after 8 h", value: of("latePerSecond"), unit: "samples/s", ...beside(inTime, "inTimePerSecond") };
	yield {
		name: "late_rows_per_1000_samples",
		value: of("rowsPerThousandLate"),
		unit: "rows",
		...beside(inTime, "rowsPerThousandInTime"),
	};
	yield { name: "late_slowest_push_ms", value: of("slowestLatePushMs"), unit: "ms", ...beside(inTime, "slowestInTimePushMs") };
	yield {
		name: "chart_of_late_samples_p50_ms, 2 h not folded",
		value: of("chartUnfoldedMs"),
		unit: "ms",
		...beside("folded", "chartFoldedMs"),
	};
}

/** What the log takes, bytes, and rows a push beside the history's own. */
const LOG_BYTES = 140e6;
const LOG_ROWS = 1.02;

/**
 * Rollups for their 30 days and their year are reckoned from what a day of them takes, the raw tier from its 48 hours: the samples of many
 * series are as dense as those of few.
 */
async function* bills(push: Push): AsyncGenerator<Line> {
	const day = await store(26);
	for (const { series, times } of [
		{ series: 650, times: 1 },
		{ series: 9750, times: 15 },
	]) {
		const samplesADay = (86_400_000 / INTERVAL_MS) * series;
		const bytes = samplesADay * (2 * day.bytesPerSample + 30 * day.rollupBytesPerSample) + LOG_BYTES;
		const rows = times === 1 ? push.rows : LOG_ROWS + (await store(2.5, times)).rowsPerPush;
		const usage = { ...push, rows, bytes, intervalMs: INTERVAL_MS };
		const bill = monthlyBill(usage);
		yield { name: `monthly_bill of ${series} series, the account's only cluster`, value: bill.alone, unit: "USD" };
		yield { name: `monthly_bill of ${series} series, one more cluster`, value: bill.oneMore, unit: "USD" };
		yield { name: `of_which_duration of ${series} series, one more cluster`, value: bill.duration, unit: "USD" };
		const { share, of } = freePlan(usage);
		yield { name: `share_of_free_plan of ${series} series, of its ${of}`, value: share, unit: "ratio" };
	}
}
