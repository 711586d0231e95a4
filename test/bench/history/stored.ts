/** The history alone, on a SQLite file of Node's: what it writes, how fast, how dense. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { History } from "../../../durable/history/history.ts";
import { openNodeSql } from "../../../worker/node/clusters/sql.ts";
import { INTERVAL_MS, workload } from "./workload.ts";

const PAGE = 4096;
/** Pushes before the slowest one counts: code that runs for the first time is compiled, and that is not the history's doing. */
const WARM_UP = 2000;

export interface Stored {
	samples: number;
	samplesPerSecond: number;
	rowsPerPush: number;
	slowestPushMs: number;
	/** Processor time of the dearest push: what it takes on a machine that does nothing else, without the disk. */
	slowestPushCpuMs: number;
	pushP99Ms: number;
	/** Bytes of a merged sample, whole pages counted. */
	bytesPerSample: number;
	/** Rollups, for each sample they stand for. */
	rollupBytesPerSample: number;
	/** All of the file. */
	fileBytes: number;
	coldOpenMs: number;
}

export async function store(hours: number, times = 1): Promise<Stored> {
	const folder = await mkdtemp(join(tmpdir(), "hiveframe-history-"));
	const sql = openNodeSql(join(folder, "history.sqlite"));
	try {
		const { definitions, tick, jitter } = workload(times);
		const history = new History(sql);
		const numbers = definitions.map((definition) => history.define(definition));
		const pushes = (hours * 3_600_000) / INTERVAL_MS;
		const took = new Float64Array(pushes);
		const worked = new Float64Array(pushes);
		let at = Date.UTC(2026, 0, 1);
		for (let push = 0; push < pushes; push++) {
			at += INTERVAL_MS + jitter();
			const values = tick();
			const processor = process.threadCpuUsage();
			const begun = performance.now();
			sql.transaction(() => {
				history.append(at, numbers, values);
				history.commit(push + 1);
			});
			took[push] = performance.now() - begun;
			const { user, system } = process.threadCpuUsage(processor);
			worked[push] = (user + system) / 1000;
		}
		const warm = took.slice(WARM_UP).sort();
		const samples = pushes * definitions.length;
		const pages = (table: string): number =>
			Number(sql.all(`SELECT sum((length(block) + ${PAGE - 1}) / ${PAGE} * ${PAGE}) AS bytes FROM ${table}`)[0]?.bytes ?? 0);
		const spans = Number(sql.all("SELECT count(DISTINCT key >> 20) AS n FROM history_block_2h")[0]?.n ?? 0);
		const merged = (Math.floor(spans) * 7_200_000 * definitions.length) / INTERVAL_MS;
		const reopened = performance.now();
		const again = new History(sql);
		const coldOpenMs = performance.now() - reopened;
		if (pushes - again.replayFrom > 400)
			throw new Error(`a cold start has ${pushes - again.replayFrom} pushes to replay: nothing was sealed`);
		return {
			samples,
			samplesPerSecond: samples / (took.reduce((sum, ms) => sum + ms, 0) / 1000),
			rowsPerPush: sql.rowsWritten / pushes,
			slowestPushMs: warm.at(-1) as number,
			slowestPushCpuMs: Math.max(...worked.subarray(WARM_UP)),
			pushP99Ms: warm[Math.floor(warm.length * 0.99)] as number,
			bytesPerSample: pages("history_block_2h") / merged,
			rollupBytesPerSample: (pages("history_bucket_1m") + pages("history_bucket_10m")) / merged,
			fileBytes: sql.databaseBytes,
			coldOpenMs,
		};
	} finally {
		sql.close();
		await rm(folder, { recursive: true, force: true });
	}
}
