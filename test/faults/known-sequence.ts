/** A colony that says a known sequence, and what a dashboard kept of it. */
import { expect } from "vitest";
import type { Colony } from "../../colony-bridge/colony.ts";
import type { Snapshot } from "../../colony-bridge/protocol/query/view.ts";

/** Each snapshot is the next whole number, as a sample and as the end of a task. @param begin the first is the one after it. */
export function counting(begin = 0, said: (n: number) => void = () => {}): Colony & { count: number } {
	return {
		name: "counting",
		count: begin,
		snapshot() {
			this.count += 1;
			const n = this.count;
			said(n);
			return {
				workers: [{ id: "w", status: n % 2 === 0 ? "idle" : "busy", restarts: n }],
				metrics: [{ name: "sequence", type: "counter", value: n }],
				ended: [{ id: `task-${n}`, name: "counted", status: "completed", endedAt: Date.now() }],
			};
		},
	};
}

async function json<T>(url: string): Promise<T> {
	const response = await fetch(url);
	expect(response.status).toBe(200);
	return (await response.json()) as T;
}

/** Every sample kept, oldest first, and how many tasks were counted. */
export async function kept(url: string): Promise<{ samples: number[]; tasks: number; gaps: number }> {
	const base = url.replace(/\/$/, "");
	const { series } = await json<{ series: { samples: { value: number }[] }[] }>(`${base}/api/export?format=json&names=sequence&start=0`);
	const { answers } = await json<Snapshot>(`${base}/api/view?queries=${encodeURIComponent('[{"kind":"cluster"}]')}`);
	const [cluster] = answers;
	if (cluster?.kind !== "cluster") throw new Error(`no cluster: ${JSON.stringify(cluster)}`);
	const { tasks, links } = cluster.view;
	return {
		samples: series[0]?.samples.map(({ value }) => value) ?? [],
		tasks: tasks.completed,
		gaps: links.reduce((sum, { gaps }) => sum + gaps.count, 0),
	};
}

export const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

/** Set, the tests of delivery run in full: two minutes of rage, 50 rounds of kills. */
export const IN_FULL = process.env.FAULTS_IN_FULL !== undefined;
