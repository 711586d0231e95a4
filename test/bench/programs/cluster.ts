/**
 * One cluster in a process of its own, driven directly: no sockets, a clock that the pushes move, its database in a file. So an hour of 50,000
 * series takes minutes. Reports what it holds by its own estimate, and what the process was measured to hold after a garbage collection.
 *
 * Arguments: number of series, five a worker; minutes of pushes before the first report. A part of a 2-hour block ends in them, and is compacted after.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BytesByPart } from "../../../durable/cluster/reader.ts";
import type { Socket } from "../../../durable/live/socket.ts";
import { wholly } from "../../../durable/work/work.ts";
import { INTERVAL_MS, workload } from "../history/workload.ts";
import { Colony } from "./pushed-colony.ts";

/** Heap and buffers, bytes: measured, without what the process took before; and estimated. */
export interface Holding {
	heap: number;
	buffers: number;
	estimate: BytesByPart;
}

export interface ClusterReport {
	/** After the minutes that were asked for. */
	steady: Holding;
	/** The most while the 2-hour block is compacted. */
	compaction: Holding;
	/** With a viewer of the Overview page. */
	watched: Holding;
	/** Time of the processor: of the median push, of the slowest but one in a hundred, and of the slowest, ms; and the median of those with which a keyframe is written. */
	pushMs: number;
	pushP99Ms: number;
	pushMostMs: number;
	keyframePushMs: number;
	/** Median time, and that of the processor, until a cluster opened anew gives its first answer, ms. */
	openMs: number;
	openCpuMs: number;
}

/** The 2-hour block ends so long before the first report: its compaction begins ten minutes after its end. */
const OVER_MS = 240_000;
const OPENINGS = 7;
const PUSHES_BETWEEN = 9;
/** Between two measurements: each is a garbage collection. */
const PUSHES_A_LOOK = 8;

function holds(): Holding {
	globalThis.gc?.();
	globalThis.gc?.();
	const { heapUsed, external } = process.memoryUsage();
	return { heap: heapUsed - bare.heapUsed, buffers: external - bare.external, estimate: colony.cluster.reader.bytes };
}

const quantile = (values: number[], share: number): number =>
	values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] as number;
const median = (values: number[]): number => quantile(values, 0.5);
const sum = ({ heap, buffers }: Holding): number => heap + buffers;

const folder = mkdtempSync(join(tmpdir(), "hiveframe-memory-"));
const [series, minutes] = [Number(process.argv[2]), Number(process.argv[3])];
/** The end of a 2-hour block. */
const over = Date.UTC(2026, 0, 1, 12);

/** What the code itself takes, once it has run. */
function warmUp(): NodeJS.MemoryUsage {
	const small = new Colony(":memory:", workload(0.1), 50, over - 1_800_000);
	for (let i = 0; i < 400; i++) small.tick();
	wholly(small.cluster.reader.page("overview"));
	small.sql.close();
	globalThis.gc?.();
	return process.memoryUsage();
}
/** It takes room of its own, which is not the cluster's. */
const load = workload(series / 500);
let bare = process.memoryUsage();
bare = warmUp();

const colony = new Colony(join(folder, "cluster.sqlite"), load, series, over - minutes * 60_000 + OVER_MS);
for (let push = 0; push < (minutes * 60_000) / INTERVAL_MS; push++) colony.tick();
const steady = holds();
let compaction = steady;
for (let push = 0; minutes > 10 && !colony.compacted(over); push++) {
	if (push > 2_000) throw new Error("the 2-hour block was not compacted");
	colony.tick();
	if (push % PUSHES_A_LOOK > 0) continue;
	const now = holds();
	if (sum(now) > sum(compaction)) compaction = now;
}
const { queries } = wholly(colony.cluster.reader.page("overview"));
const viewer: Socket = { attachment: undefined, send() {}, close() {} };
colony.cluster.open(viewer, "viewer");
colony.cluster.message(viewer, JSON.stringify({ type: "watch", queries: Object.values(queries ?? {}) }));
for (let push = 0; push < 3; push++) colony.tick();
const watched = holds();

/** Pushes go on between two, so that some openings have many entries to replay and some have few. */
const openings = Array.from({ length: OPENINGS }, () => {
	for (let push = 0; push < PUSHES_BETWEEN; push++) colony.tick();
	const processor = process.threadCpuUsage();
	const begun = performance.now();
	wholly(colony.open().reader.view([]));
	const ms = performance.now() - begun;
	const { user, system } = process.threadCpuUsage(processor);
	return { ms, cpuMs: (user + system) / 1000 };
});
/** Without those that announce, and those with which the code was compiled. */
const took = colony.took.slice(colony.took.length >> 2);
process.send?.({
	steady,
	compaction,
	watched,
	pushMs: median(took),
	pushP99Ms: quantile(took, 0.99),
	pushMostMs: Math.max(...took),
	keyframePushMs: median(colony.tookWithKeyframe),
	openMs: median(openings.map(({ ms }) => ms)),
	openCpuMs: median(openings.map(({ cpuMs }) => cpuMs)),
} satisfies ClusterReport);
colony.sql.close();
rmSync(folder, { recursive: true, force: true });
