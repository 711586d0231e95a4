import type { UpFrameOf } from "../../colony-bridge/protocol/wire/up.ts";

/** Names of so many series, ids from 0: ten metrics a worker. */
export function steadySeries(count: number, seq: number): UpFrameOf<"series"> {
	const series = Array.from({ length: count }, (_, id) => ({
		id,
		name: ["cpu_percent", "memory_mb"][id % 10] ?? `bench_gauge_${id % 10}`,
		labels: { worker: `worker-${Math.floor(id / 10) + 1}` },
		type: "gauge" as const,
	}));
	return { type: "series", seq, series };
}

/** Plausible measurements of all of them at one instant: slow waves of one decimal, each its own. */
export function steadyTick(count: number, seq: number, at: number): UpFrameOf<"tick"> {
	const ids = Array.from({ length: count }, (_, id) => id);
	const values = ids.map((id) => Math.round((50 + 40 * Math.sin(seq / 20 + id) + ((seq * 31 + id * 17) % 13) / 4) * 10) / 10);
	return { type: "tick", seq, at, ids, values };
}

/** Workers 1 to `count`, each busy or idle by turns. */
export function steadyState(count: number, seq: number, at: number): UpFrameOf<"state"> {
	const set = Array.from({ length: count }, (_, i) => ({
		id: `worker-${i + 1}`,
		status: (seq + i) % 3 === 0 ? ("idle" as const) : ("busy" as const),
	}));
	return { type: "state", seq, at, workers: { replace: true, set } };
}
