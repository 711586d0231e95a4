/**
 * Seeks to random instants of a cluster's past, in a process of its own. Arguments: number of workers, five series each; minutes of pushes, one
 * every five seconds. Reports how long the answer to a page's questions takes, and how long a push has to wait for it at most.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Query } from "../../../colony-bridge/protocol/query/query.ts";
import type { Work } from "../../../durable/work/work.ts";
import { quantile } from "../harness/figure.ts";
import { INTERVAL_MS, workload } from "../history/workload.ts";
import { Colony } from "./pushed-colony.ts";

export interface PastReport {
	/** ms: the answers as of a random instant, and the longest step between two pauses in which a push may come. */
	seekP50: number;
	seekP99: number;
	longestStep: number;
	/** The same questions to the live cluster, ms. */
	liveP50: number;
	/** Bytes: heap and buffers that a kept look takes, by estimate; states kept a day, where all of them are compressed. */
	lookBytes: number;
	bytesADay: number;
	/** Pushes, ms of the processor. */
	pushP50: number;
	pushP99: number;
	keyframePush: number;
}

const SEEKS = 60;
const QUESTIONS: Query[] = [
	{ kind: "cluster" },
	{ kind: "layout" },
	{ kind: "workers", limit: 50 },
	{ kind: "comb" },
	{ kind: "tasks", limit: 50 },
	{ kind: "marks", limit: 50 },
	{ kind: "metrics", selectors: ["cpu_percent"], range: "15m", points: 90 },
];

const [workers, minutes] = [Number(process.argv[2]), Number(process.argv[3])];
const folder = mkdtempSync(join(tmpdir(), "hiveframe-past-"));
const begin = Date.UTC(2026, 0, 1, 9);
const colony = new Colony(join(folder, "cluster.sqlite"), workload(Math.max(0.1, workers / 100)), workers * 5, begin);
for (let push = 0; push < (minutes * 60_000) / INTERVAL_MS; push++) colony.tick();

/** @returns ms in all, and of the longest step. */
function timed(work: Work<unknown>): { ms: number; longest: number } {
	const begun = performance.now();
	let longest = 0;
	for (let before = begun; ; ) {
		const { done } = work.next();
		const now = performance.now();
		longest = Math.max(longest, now - before);
		if (done) return { ms: now - begun, longest };
		before = now;
	}
}

const { reader } = colony.cluster;
const instants = Array.from({ length: SEEKS }, (_, i) => Math.round(begin + ((i + 0.5) / SEEKS) * minutes * 60_000));
const before = reader.bytes.caches;
timed(reader.view(QUESTIONS, true, instants[7]));
const lookBytes = reader.bytes.caches - before;
// The code is compiled by the first ones.
for (const at of instants.slice(0, 6)) timed(reader.view(QUESTIONS, true, at + 1));
const seeks = instants.map((at) => timed(reader.view(QUESTIONS, true, at)));
const live = Array.from({ length: SEEKS }, () => timed(reader.view(QUESTIONS, true)).ms);
const [moments] = colony.sql.all<{ n: number; bytes: number }>("SELECT count(*) AS n, avg(bytes) AS bytes FROM moment WHERE packed = 1");
const took = colony.took.slice(colony.took.length >> 2);
process.send?.({
	seekP50: quantile(
		seeks.map(({ ms }) => ms),
		0.5,
	),
	seekP99: quantile(
		seeks.map(({ ms }) => ms),
		0.99,
	),
	longestStep: Math.max(...seeks.map(({ longest }) => longest)),
	liveP50: quantile(live, 0.5),
	lookBytes,
	// One in ten minutes.
	bytesADay: (moments?.bytes ?? 0) * 144,
	pushP50: quantile(took, 0.5),
	pushP99: quantile(took, 0.99),
	keyframePush: quantile(colony.tookWithKeyframe, 0.5),
} satisfies PastReport);
colony.sql.close();
rmSync(folder, { recursive: true, force: true });
