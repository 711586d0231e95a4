import { expect, test } from "vitest";
import { hello, Rig, START } from "./cluster-rig.ts";

const ABSURD = [0, 1_700_000_000, Date.UTC(1999, 11, 31), START + 86_400_001, 8_640_000_000_000_000];

test.each(ABSURD)("an event at %i is left out and reported, and the rest of its frame is applied", (at) => {
	const rig = new Rig();
	const end = { type: "taskEnd", name: "count", status: "completed" };
	const answer = rig.push(
		hello(),
		{
			type: "events",
			seq: 1,
			events: [
				{ ...end, id: "absurd", endedAt: at },
				{ ...end, id: "half", startedAt: at, endedAt: START },
				{ ...end, id: "right", startedAt: START - 1000, endedAt: START },
				{ type: "log", at, level: "ERROR", message: "absurd" },
				{ type: "mark", at: START, until: at, kind: "deploy", text: "half" },
			],
		},
		{
			type: "state",
			seq: 2,
			at: START,
			workers: { set: [{ id: "w", status: "busy", startedAt: at }] },
			streams: { set: [{ id: "s", status: "running", watermark: at, checkpoint: { id: "c", status: "completed", endedAt: at } }] },
		},
	);
	expect(answer.filter(({ type }) => type === "error")).toEqual([
		{ type: "error", kind: "instant", detail: expect.stringMatching(/^taskEnd.endedAt: .* 3 more instants of this frame/), fatal: false },
		{ type: "error", kind: "instant", detail: expect.stringMatching(/^workers.startedAt: .* 1 more instants/), fatal: false },
	]);
	expect(answer.at(-1)).toEqual({ type: "ack", seq: 2 });
	const { rows } = rig.ask({ kind: "ended", limit: 10 });
	expect(rows.map(({ task, startedAt }) => [task, startedAt]).sort()).toEqual([
		["half", undefined],
		["right", START - 1000],
	]);
	expect(rig.ask({ kind: "logs", limit: 10 }).rows).toEqual([]);
	const [worker] = rig.ask({ kind: "workers", limit: 10 }).rows;
	expect(worker).toMatchObject({ id: "w", status: "busy" });
	expect(worker).not.toHaveProperty("startedAt");
	// Watermarks are the time of records.
	expect(rig.ask({ kind: "streams", limit: 10 }).rows[0]).toMatchObject({ watermark: at });
});
