/** One worker's page asks for that worker alone, whatever it is called. */
import { expect, test } from "vitest";
import { workerOf, workerPage } from "../../colony-bridge/protocol/pages/pages.ts";
import { wholly } from "../../durable/work/work.ts";
import { hello, Rig, START } from "./cluster-rig.ts";

const IDS = ["w*", "w1", "a/b", 'say "hi"', "__proto__", "%2F"];

function rigWithWorkers(): Rig {
	const rig = new Rig();
	const task = (worker: string, id: string) => ({ id, name: "spin", worker });
	rig.push(
		hello(),
		{
			type: "state",
			seq: 1,
			at: START,
			workers: { replace: true, set: IDS.map((id) => ({ id, status: "running" })) },
			tasks: { replace: true, set: IDS.map((id, i) => ({ ...task(id, `t${i}`), status: i % 2 ? "running" : "queued" })) },
		},
		{
			type: "events",
			seq: 2,
			events: IDS.flatMap((id, i) => [
				{ type: "log", at: START, level: "ERROR", source: id, message: `of ${id}` },
				{ type: "mark", at: START, kind: "restart", text: `of ${id}`, worker: id },
				{ type: "taskEnd", ...task(id, `e${i}`), status: "completed", endedAt: START },
			]),
		},
	);
	return rig;
}

test.each(IDS)("of %j", (id) => {
	const rig = rigWithWorkers();
	expect(workerOf(workerPage(id))).toBe(id);
	const { snapshot } = wholly(rig.cluster.reader.page(workerPage(id)));
	const rows = Object.groupBy(
		(snapshot?.answers ?? []).flatMap((answer) => ("rows" in answer ? [answer] : [])),
		({ kind }) => kind,
	);
	expect(rows.workers?.[0]?.rows).toMatchObject([{ id }]);
	expect(rows.tasks?.[0]?.rows).toMatchObject([{ worker: id }]);
	expect(rows.ended?.[0]?.rows).toMatchObject([{ worker: id }]);
	expect(rows.logs?.[0]?.rows).toMatchObject([{ source: id }]);
	expect(rows.errors?.[0]?.rows).toMatchObject([{ worker: id }]);
	expect(rows.marks?.[0]?.rows).toMatchObject([{ worker: id }]);
	for (const kind of ["workers", "tasks", "ended", "logs", "errors", "marks"] as const) expect(rows[kind]?.[0]?.total).toBe(1);
});

test("a worker the colony does not list has no page", () => {
	const { position, queries } = wholly(rigWithWorkers().cluster.reader.page(workerPage("w2")));
	expect(position).toBeGreaterThan(0);
	expect(queries).toBeUndefined();
});
