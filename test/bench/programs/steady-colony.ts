import type { Colony } from "hiveframe-dashboard";

/** A colony whose numbers move a little at every look: the same work for the dashboard every time. `series` is for all workers together. */
export function steadyColony({ workers, series }: { workers: number; series: number }): Colony {
	let look = 0;
	const ids = Array.from({ length: workers }, (_, i) => `worker-${i + 1}`);
	const names = ["cpu_percent", "memory_mb", ...Array.from({ length: Math.ceil(series / workers) - 2 }, (_, i) => `bench_gauge_${i}`)];
	return {
		name: "bench",
		snapshot() {
			look++;
			return {
				workers: ids.map((id, i) => ({ id, status: (look + i) % 3 === 0 ? ("idle" as const) : ("busy" as const) })),
				tasks: ids.map((worker, i) => ({ id: `task-${look}-${i}`, name: "bench", status: "running" as const, worker })),
				metrics: names
					.flatMap((name, n) =>
						ids.map((worker, i) => ({ name, labels: { worker }, value: 50 + ((look * 7 + i * 13 + n * 29) % 400) / 10 })),
					)
					.slice(0, series),
			};
		},
	};
}
