/**
 * One cluster in a process of its own, driven directly: no sockets, a clock that the pushes move, its database in a file. So an hour of 50,000
 * series takes minutes. Reports what it holds by its own estimate, and what the process was measured to hold after a garbage collection.
 *
 * Arguments: number of series, five a worker; minutes of pushes before the first report. A part of a 2-hour block ends in them, and is compacted after.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Worker } from "../../../colony-bridge/protocol/wire/state.ts";
import type { Hello, UpFrame } from "../../../colony-bridge/protocol/wire/up.ts";
import { PROTOCOL_VERSION } from "../../../colony-bridge/protocol/wire/version.ts";
import { Cluster } from "../../../durable/cluster/cluster.ts";
import type { BytesByPart } from "../../../durable/cluster/reader.ts";
import type { Socket } from "../../../durable/live/socket.ts";
import { wholly } from "../../../durable/work/work.ts";
import { type NodeDatabase, openNodeSql } from "../../../worker/node/clusters/sql.ts";
import { INTERVAL_MS, type Workload, workload } from "../history/workload.ts";

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

const HELLO: Hello = {
	type: "hello",
	protocol: PROTOCOL_VERSION,
	bridge: "bench",
	epoch: 1,
	colony: "bench",
	capabilities: [],
	intervalMs: INTERVAL_MS,
};
const TWO_HOURS_MS = 7_200_000;
/** The 2-hour block ends so long before the first report: its compaction begins ten minutes after its end. */
const OVER_MS = 240_000;
const SERIES_A_PUSH = 5_000;
const WORKERS_A_PUSH = 2_500;
const SAMPLES_A_FRAME = 20_000;
const OPENINGS = 7;
const PUSHES_BETWEEN = 9;
/** Between two measurements: each is a garbage collection. */
const PUSHES_A_LOOK = 8;

class Colony {
	readonly sql: NodeDatabase;
	readonly #workload: Workload;
	readonly #series: number;
	/** Of each push, ms of the processor, and those with which a keyframe was written. */
	readonly took: number[] = [];
	readonly tookWithKeyframe: number[] = [];
	#keyframe = 0;
	cluster: Cluster;
	#timers: (() => void)[] = [];
	#seq = 0;
	now: number;

	constructor(path: string, workload: Workload, series: number, begin: number) {
		this.sql = openNodeSql(path);
		this.#workload = workload;
		this.#series = series;
		this.now = begin;
		this.cluster = this.open();
		const definitions = this.#workload.definitions.slice(0, series).map((definition, id) => ({ id, ...definition }));
		for (const some of parts(definitions, SERIES_A_PUSH)) this.#push({ type: "series", seq: ++this.#seq, series: some });
		for (const set of parts(this.#workers(0), WORKERS_A_PUSH)) this.#push(this.#state(set));
	}

	open(): Cluster {
		return new Cluster("bench", {
			sql: this.sql,
			now: () => this.now,
			erase: () => {},
			setAlarm: () => {},
			defer: (work) => void this.#timers.push(work),
		});
	}

	/** The next push: all series, and the workers that changed. */
	tick(): void {
		this.now += INTERVAL_MS;
		const values = this.#workload.tick().slice(0, this.#series);
		const at = this.now + this.#workload.jitter();
		const ids = Array.from(values, (_, id) => id);
		const ticks = parts(ids, SAMPLES_A_FRAME).map((some): UpFrame => {
			const first = some[0] as number;
			return { type: "tick", seq: ++this.#seq, at, ids: some, values: values.slice(first, first + some.length) };
		});
		const changed = this.#workers(this.#seq).filter((_, i) => (i + this.#seq) % 100 === 0);
		this.#push(...ticks, this.#state(changed));
		for (const work of this.#timers.splice(0)) work();
	}

	/** Whether the 2-hour block that ended before this instant is compacted. */
	compacted(before: number): boolean {
		const [row] = this.sql.all<{ state: string }>("SELECT state FROM history_state");
		return row !== undefined && JSON.parse(row.state).compactedBefore * TWO_HOURS_MS >= before;
	}

	#workers(seq: number): Worker[] {
		return Array.from({ length: this.#series / 5 }, (_, i) => ({
			id: `worker-${i}`,
			status: (seq + i) % 3 === 0 ? "idle" : "busy",
			role: "worker",
			host: `node-${i % 40}.colony.internal`,
			pid: 4000 + i,
			startedAt: this.now - 3_600_000,
		}));
	}

	#state(set: Worker[]): UpFrame {
		return { type: "state", seq: ++this.#seq, at: this.now, workers: { set } };
	}
	/** The bridge names itself at each push over HTTP. */
	#push(...frames: UpFrame[]): void {
		const text = [HELLO, ...frames].map((frame) => JSON.stringify(frame)).join("\n");
		const begun = process.threadCpuUsage();
		const answer = this.cluster.push(text);
		const { user, system } = process.threadCpuUsage(begun);
		const ms = (user + system) / 1000;
		this.took.push(ms);
		const keyframe = Number(this.sql.all("SELECT max(part) AS part FROM keyframe")[0]?.part ?? 0);
		if (keyframe !== this.#keyframe) this.tookWithKeyframe.push(ms);
		this.#keyframe = keyframe;
		const error = answer.find(({ type }) => type === "error");
		if (error) throw new Error(`a push was refused: ${JSON.stringify(error)}`);
	}

	holds(): Holding {
		globalThis.gc?.();
		globalThis.gc?.();
		const { heapUsed, external } = process.memoryUsage();
		return { heap: heapUsed - bare.heapUsed, buffers: external - bare.external, estimate: this.cluster.reader.bytes };
	}
}

function parts<T>(all: readonly T[], size: number): T[][] {
	return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
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
const steady = colony.holds();
let compaction = steady;
for (let push = 0; minutes > 10 && !colony.compacted(over); push++) {
	if (push > 2_000) throw new Error("the 2-hour block was not compacted");
	colony.tick();
	if (push % PUSHES_A_LOOK > 0) continue;
	const now = colony.holds();
	if (sum(now) > sum(compaction)) compaction = now;
}
const { queries } = wholly(colony.cluster.reader.page("overview"));
const viewer: Socket = { attachment: undefined, send() {}, close() {} };
colony.cluster.open(viewer, "viewer");
colony.cluster.message(viewer, JSON.stringify({ type: "watch", queries: Object.values(queries ?? {}) }));
for (let push = 0; push < 3; push++) colony.tick();
const watched = colony.holds();

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
