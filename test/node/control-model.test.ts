import fc from "fast-check";
import { expect, test } from "vitest";
import { isUnderWay } from "../../colony-bridge/protocol/query/command-words.ts";
import { Rig } from "./cluster-rig.ts";
import { commandsOf, flow, order, Run, settled, TestColony } from "./control-rig.ts";

/** What can happen, in any order: the colony's world, the link's and the hosts'. */
const STEP = fc.oneof(
	{ weight: 4, arbitrary: fc.record({ type: fc.constant("order" as const), keyed: fc.boolean() }) },
	{ weight: 6, arbitrary: fc.record({ type: fc.constant("up" as const) }) },
	{ weight: 6, arbitrary: fc.record({ type: fc.constant("down" as const) }) },
	{ weight: 4, arbitrary: fc.record({ type: fc.constant("finish" as const), which: fc.nat(20), ok: fc.boolean() }) },
	{ weight: 2, arbitrary: fc.record({ type: fc.constant("cut" as const) }) },
	{ weight: 4, arbitrary: fc.record({ type: fc.constant("connect" as const) }) },
	{ weight: 2, arbitrary: fc.record({ type: fc.constant("post" as const), lost: fc.boolean() }) },
	{ weight: 1, arbitrary: fc.record({ type: fc.constant("new run" as const) }) },
	{ weight: 2, arbitrary: fc.record({ type: fc.constant("restart" as const) }) },
	{ weight: 2, arbitrary: fc.record({ type: fc.constant("pass" as const), ms: fc.integer({ min: 1, max: 40_000 }) }) },
);

const PACES = [{}, { keyframes: { soonest: 1, latest: 3, large: 1 } }];

test("D7: whatever breaks, a command is carried out once at most and its result is true", { timeout: 120_000 }, async () => {
	const ends = new Map<string, number>();
	await fc.assert(
		fc.asyncProperty(fc.array(STEP, { maxLength: 60, size: "max" }), fc.constantFrom(...PACES), async (steps, options) => {
			const rig = new Rig(options);
			const colony = new TestColony();
			let run = new Run(rig, colony, 1);
			const ordered = new Map<string, string>();
			run.connect();
			const everyone = Array.from({ length: 60 }, (_, i) => ({ id: `worker-${i}`, status: "idle" as const }));
			run.say({ type: "state", at: rig.now, workers: { replace: true, set: everyone } });
			await flow(run);
			for (const [i, step] of steps.entries()) {
				switch (step.type) {
					case "order": {
						// One command a worker, so that what was carried out tells which command it was.
						const wanted = { action: "restart" as const, worker: `worker-${i}` };
						const taken = order(rig, wanted, step.keyed ? { key: `key-${i}` } : {});
						if (taken.type === "refused") {
							// Nobody would hear it: the bridge has missed three of its intervals.
							expect(taken.kind).toBe("not-heard");
							expect(rig.now - (rig.ask({ kind: "cluster" }).view.lastPushAt ?? 0)).toBeGreaterThanOrEqual(30_000);
							break;
						}
						ordered.set(taken.command.id, wanted.worker);
						if (step.keyed) expect(order(rig, wanted, { key: `key-${i}` })).toMatchObject({ command: { id: taken.command.id } });
						break;
					}
					case "up":
						run.stepUp();
						break;
					case "down":
						run.stepDown();
						break;
					case "finish": {
						const open = colony.executions.filter(({ outcome }) => !outcome);
						open[step.which % open.length]?.finish(`words ${i}`, step.ok);
						break;
					}
					case "cut":
						run.cut();
						break;
					case "connect":
						run.connect();
						break;
					case "post":
						run.cut();
						run.post(step.lost);
						break;
					case "new run":
						run.cut();
						run = new Run(rig, colony, run.epoch + 1);
						break;
					case "restart": {
						const before = commandsOf(rig);
						run.cut();
						rig.restart();
						expect(commandsOf(rig)).toEqual(before);
						break;
					}
					case "pass":
						rig.pass(step.ms);
				}
				await settled();
			}
			// Everything heals, and all the time there is goes by.
			run.connect();
			await flow(run);
			for (const { id, state } of commandsOf(rig)) {
				if (isUnderWay(state)) expect(colony.times(ordered.get(id) ?? ""), "what is under way has reached the colony").toBe(1);
			}
			for (const execution of colony.executions) if (!execution.outcome && execution.epoch === run.epoch) execution.finish("at last", true);
			await flow(run);
			rig.pass(600_000);
			const rows = commandsOf(rig);
			expect(rows.map(({ id }) => id).sort()).toEqual([...ordered.keys()].sort());
			for (const row of rows) {
				const worker = ordered.get(row.id) ?? "";
				const done = colony.executions.filter((each) => each.worker === worker);
				ends.set(row.state, (ends.get(row.state) ?? 0) + 1);
				expect(isUnderWay(row.state)).toBe(false);
				expect(done.length, `${worker} was restarted once at most`).toBeLessThanOrEqual(1);
				const [execution] = done;
				if (row.state === "done" || row.state === "failed") {
					expect(execution?.outcome).toEqual({ ok: row.state === "done", words: row.message });
				} else if (row.state === "absent") expect(execution).toBeUndefined();
				// The run that lives can always tell; what a run took with it is not known.
				else expect(execution?.epoch, `${row.state} of a run that lives`).not.toBe(run.epoch);
			}
		}),
		{ numRuns: Number(process.env.RUNS ?? 600) },
	);
	// The property is about something: every end came about.
	expect([...ends.keys()]).toEqual(expect.arrayContaining(["absent", "done", "failed", "unknown"]));
});
