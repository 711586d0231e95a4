/**
 * The reference workload: 650 series every five seconds. 100 workers with cpu_percent and memory_mb (walks with one decimal), tasks_active
 * (a small number), tasks_total and records_total (counters), and 150 cluster metrics: a third walks, a third counters, a third constants.
 * The same numbers in every run.
 */
import type { SeriesDefinition } from "../../../colony-bridge/protocol/wire/series.ts";

export const INTERVAL_MS = 5000;
export const WORKERS = 100;
const CLUSTER_METRICS = 150;

export interface Workload {
	definitions: SeriesDefinition[];
	/** The next value of every series. */
	tick(): number[];
	/** How far the next push is from its five seconds, ms: a timer is never quite on time. */
	jitter(): number;
}

/** @param times how many times the reference. */
export function workload(times = 1): Workload {
	let state = 12_345;
	const random = (): number => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return state / 2 ** 32;
	};
	const walk = (start: number, stride: number, least: number, most: number) => {
		let now = start;
		return () => {
			now = Math.min(most, Math.max(least, now + (random() + random() + random() - 1.5) * stride));
			return Math.round(now * 10) / 10;
		};
	};
	const counter = (most: number) => {
		let now = Math.floor(random() * 100_000);
		return () => (now += Math.floor(random() * most));
	};
	const few = () => {
		let now = 3;
		return () => {
			if (random() < 0.2) now = Math.min(8, Math.max(0, now + (random() < 0.5 ? -1 : 1)));
			return now;
		};
	};
	const definitions: SeriesDefinition[] = [];
	const next: (() => number)[] = [];
	const add = (definition: SeriesDefinition, value: () => number): void => {
		definitions.push(definition);
		next.push(value);
	};
	for (let i = 0; i < WORKERS * times; i++) {
		const labels = { worker: `worker-${i}` };
		add({ name: "cpu_percent", labels, type: "gauge", unit: "percent" }, walk(50, 2, 0, 100));
		add({ name: "memory_mb", labels, type: "gauge", unit: "megabytes" }, walk(1000, 3, 100, 4000));
		add({ name: "tasks_active", labels, type: "gauge" }, few());
		add({ name: "tasks_total", labels, type: "counter" }, counter(4));
		add({ name: "records_total", labels, type: "counter" }, counter(300));
	}
	for (let i = 0; i < CLUSTER_METRICS * times; i++) {
		if (i % 3 === 0) add({ name: `cluster_level_${i}`, type: "gauge" }, walk(100, 1, 0, 1000));
		else if (i % 3 === 1) add({ name: `cluster_events_${i}_total`, type: "counter" }, counter(20));
		else add({ name: `cluster_size_${i}`, type: "gauge" }, () => 7);
	}
	return { definitions, tick: () => next.map((value) => value()), jitter: () => Math.round((random() - 0.5) * 6) };
}
