/** A colony and its cluster, driven directly: no sockets, a clock that the pushes move, its database in a file. */
import type { Worker } from "../../../colony-bridge/protocol/wire/state.ts";
import type { Hello, UpFrame } from "../../../colony-bridge/protocol/wire/up.ts";
import { PROTOCOL_VERSION } from "../../../colony-bridge/protocol/wire/version.ts";
import { Cluster } from "../../../durable/cluster/cluster.ts";
import { type NodeDatabase, openNodeSql } from "../../../worker/node/clusters/sql.ts";
import { INTERVAL_MS, type Workload } from "../history/workload.ts";

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
const SERIES_A_PUSH = 5_000;
const WORKERS_A_PUSH = 2_500;
const SAMPLES_A_FRAME = 20_000;

export class Colony {
	readonly sql: NodeDatabase;
	readonly #workload: Workload;
	readonly #series: number;
	/** Processor time of each push, ms, and of those with which a keyframe was written. */
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
}

function parts<T>(all: readonly T[], size: number): T[][] {
	return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
}
