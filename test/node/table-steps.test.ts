/** Tables of very many rows are answered in steps: pushes come between, and what is answered is right all the same. */
import { expect, test } from "vitest";
import type { Query } from "../../colony-bridge/protocol/query/query.ts";
import type { Answer } from "../../colony-bridge/protocol/query/view.ts";
import { SLICE } from "../../durable/work/slices.ts";
import { wholly } from "../../durable/work/work.ts";
import { hello, Rig } from "./cluster-rig.ts";

const MANY = 6_000;
const STATUSES = ["busy", "idle", "failed"] as const;

function colony(): { rig: Rig; push: () => void } {
	const rig = new Rig();
	const ids = Array.from({ length: MANY }, (_, n) => n);
	let seq = 0;
	const said = (frame: object) => rig.push(hello(), { ...frame, seq: ++seq, at: rig.now });
	for (let from = 0; from < MANY; from += 3_000) {
		const some = ids.slice(from, from + 3_000);
		said({ type: "state", workers: { set: some.map((n) => ({ id: `worker-${n}`, status: STATUSES[n % 3], host: `host-${n % 97}` })) } });
		said({
			type: "state",
			tasks: { set: some.map((n) => ({ id: `task-${n}`, name: `name-${n % 7}`, status: "running", worker: `worker-${n}` })) },
		});
		said({ type: "state", checks: { set: some.map((n) => ({ id: `check-${n}`, status: n % 5 ? "ok" : "failed" })) } });
		said({ type: "series", series: some.map((n) => ({ id: n, name: "cpu_percent", labels: { worker: `worker-${n}` }, type: "gauge" })) });
		said({ type: "tick", ids: some, values: some.map((n) => n % 101) });
	}
	let next = MANY;
	return {
		rig,
		/** One worker, task and check more, one fewer, one changed. */
		push() {
			const n = next++;
			rig.now += 50;
			said({
				type: "state",
				workers: {
					set: [
						{ id: `worker-${n}`, status: "busy" },
						{ id: `worker-${n % 1000}`, status: STATUSES[n % 3] },
					],
					remove: [`worker-${n - 3_000}`],
				},
				tasks: { set: [{ id: `task-${n}`, name: "new", status: "running" }], remove: [`task-${n - 3_000}`] },
				checks: { set: [{ id: `check-${n}`, status: "failed" }], remove: [`check-${n - 3_000}`] },
			});
		},
	};
}

const QUERIES: Query[] = [
	{ kind: "workers", limit: 100 },
	{ kind: "workers", sort: "cpu_percent", descending: true, limit: 100 },
	{ kind: "workers", sort: "host", filter: "status=busy", limit: 100, offset: 500 },
	{ kind: "workers", filter: "cpu_percent>50 worker-1", limit: 100 },
	{ kind: "workers", around: "worker-5000", sort: "id", limit: 50 },
	{ kind: "comb", metric: "cpu_percent", filter: "status=busy" },
	{ kind: "tasks", limit: 100 },
	{ kind: "tasks", sort: "name", filter: "name-3", limit: 100 },
	{ kind: "checks", limit: 100 },
	{ kind: "checks", ids: ["check-1*"], limit: 100 },
];

const idsOf = (answer: Answer) => ("rows" in answer ? (answer.rows as { id: string }[]).map(({ id }) => id) : []);

test("no step takes more than a slice, and pushes between the steps change nothing that was right", () => {
	const { rig, push } = colony();
	for (const query of QUERIES) {
		push();
		const work = rig.cluster.reader.view([query]);
		let steps = 0;
		let units = 0;
		let largest = 0;
		let answer: Answer | undefined;
		for (;;) {
			const step = work.next();
			if (step.done) {
				answer = step.value.answers[0];
				break;
			}
			steps++;
			units += step.value;
			largest = Math.max(largest, step.value);
			if (steps % 3 === 0) push();
		}
		const name = JSON.stringify(query);
		expect(largest, name).toBeLessThanOrEqual(Math.max(SLICE, 2 * MANY));
		expect(units, name).toBeGreaterThan(MANY);
		const ids = idsOf(answer as Answer);
		expect(new Set(ids).size, name).toBe(ids.length);
		expect(ids.length, name).toBeGreaterThan(0);
	}
	// Nothing of what was remembered meanwhile is of another moment.
	push();
	const asked = () => wholly(rig.cluster.reader.view(QUERIES)).answers;
	const before = asked();
	rig.restart();
	expect(before).toEqual(asked());
});
