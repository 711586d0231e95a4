import { describe, expect, test } from "vitest";
import { KEY_MS } from "../../durable/state/commands.ts";
import { hello, Line, Rig, Watcher } from "./cluster-rig.ts";
import { ANN, commandsOf, flow, heardOnce, order, Run, restart, settled, TestColony } from "./control-rig.ts";

const workers = (count: number) => Array.from({ length: count }, (_, i) => ({ id: `worker-${i + 1}`, status: "idle" as const }));

/** A colony whose bridge is connected. */
async function start(options: ConstructorParameters<typeof Rig>[0] = {}, size = 3) {
	const rig = new Rig(options);
	const colony = new TestColony();
	const run = new Run(rig, colony, 1);
	run.connect();
	run.say({ type: "state", at: rig.now, workers: { replace: true, set: workers(size) } });
	await flow(run);
	return { rig, colony, run };
}

const state = (rig: Rig, id: string) => commandsOf(rig).find((row) => row.id === id)?.state;

describe("a command", () => {
	test("is accepted, delivered and done, each of them an entry of the log", async () => {
		const { rig, colony, run } = await start();
		const before = rig.position;
		const { id } = restart(rig, "worker-2");
		expect(commandsOf(rig)[0]).toMatchObject({ id, state: "delivered", by: "ann", bridge: "bridge-1", deliveredAt: rig.now });
		expect(rig.position).toBe(before + 2);
		await flow(run);
		expect(colony.executions.map(({ worker }) => worker)).toEqual(["worker-2"]);
		colony.executions[0]?.finish("worker-2 is back", true);
		await flow(run);
		expect(commandsOf(rig)[0]).toMatchObject({ id, state: "done", message: "worker-2 is back" });
		expect(rig.position).toBe(before + 3);
		expect(rig.ask<"marks">({ kind: "marks", limit: 1 }).rows[0]).toMatchObject({
			text: "restart worker-2 (ann) was carried out: worker-2 is back",
			worker: "worker-2",
		});
	});

	test("fails with the colony's words", async () => {
		const { rig, colony, run } = await start();
		const { id } = restart(rig, "worker-2");
		await flow(run);
		colony.executions[0]?.finish("worker-2 does not answer", false);
		await flow(run);
		expect(commandsOf(rig)[0]).toMatchObject({ id, state: "failed", message: "worker-2 does not answer" });
	});

	test("waits for a bridge that is away, and is given up after half a minute: it is never delivered then", async () => {
		const { rig, colony, run } = await start();
		run.cut();
		const first = restart(rig, "worker-1");
		rig.pass(29_000);
		expect(state(rig, first.id)).toBe("accepted");
		run.connect();
		await flow(run);
		expect(state(rig, first.id)).toBe("delivered");
		run.cut();
		const second = restart(rig, "worker-2");
		rig.pass(30_000);
		expect(state(rig, second.id)).toBe("absent");
		run.connect();
		await flow(run);
		expect(colony.times("worker-1")).toBe(1);
		expect(colony.times("worker-2")).toBe(0);
	});

	test("times out a minute after its delivery, and a later result still counts", async () => {
		const { rig, colony, run } = await start();
		const { id } = restart(rig, "worker-1");
		await flow(run);
		rig.pass(59_000);
		expect(state(rig, id)).toBe("delivered");
		rig.pass(1_001);
		expect(state(rig, id)).toBe("timed-out");
		colony.executions[0]?.finish("late but well", true);
		await flow(run);
		expect(commandsOf(rig)[0]).toMatchObject({ state: "done", message: "late but well" });
	});

	test("is sent again to the same run over a new link, which does not carry it out again", async () => {
		const { rig, colony, run } = await start();
		const { id } = restart(rig, "worker-1");
		await flow(run);
		for (let i = 0; i < 3; i++) {
			run.connect();
			await flow(run);
		}
		expect(colony.times("worker-1")).toBe(1);
		run.cut();
		colony.executions[0]?.finish("done while away", true);
		await settled();
		run.connect();
		await flow(run);
		expect(state(rig, id)).toBe("done");
	});

	test("that was delivered to the run before is not delivered to the next: its result is unknown", async () => {
		const { rig, colony, run } = await start();
		const given = restart(rig, "worker-1");
		run.cut();
		const waiting = restart(rig, "worker-2");
		const next = new Run(rig, colony, 2);
		next.connect();
		await flow(next);
		expect(state(rig, given.id)).toBe("unknown");
		expect(state(rig, waiting.id)).toBe("delivered");
		expect(colony.executions.map(({ worker, epoch }) => [worker, epoch])).toEqual([["worker-2", 2]]);
	});

	test("is in each answer to a push until it has a result, where the bridge has no socket", async () => {
		const { rig, colony, run } = await start();
		run.cut();
		const { id } = restart(rig, "worker-1");
		run.post(true);
		expect(state(rig, id)).toBe("delivered");
		run.post();
		run.post();
		expect(colony.times("worker-1")).toBe(1);
		colony.executions[0]?.finish("ok", true);
		await settled();
		run.post();
		expect(state(rig, id)).toBe("done");
		expect(rig.push(run.hello()).map(({ type }) => type)).toEqual(["welcome"]);
	});

	test("outlives a restart of the cluster at any point, and ends on time", async () => {
		const { rig, colony, run } = await start({ keyframes: { soonest: 1, latest: 2, large: 1 } });
		run.cut();
		const one = restart(rig, "worker-1", { key: "k" });
		rig.restart();
		expect(state(rig, one.id)).toBe("accepted");
		expect(restart(rig, "worker-1", { key: "k" }).id).toBe(one.id);
		rig.pass(1_000);
		const two = restart(rig, "worker-2");
		rig.restart();
		rig.pass(29_000);
		expect(state(rig, one.id)).toBe("absent");
		expect(state(rig, two.id)).toBe("accepted");
		rig.pass(1_000);
		expect(state(rig, two.id)).toBe("absent");
		run.connect();
		await flow(run);
		expect(colony.executions).toEqual([]);
	});

	test("a result of another bridge, or of an unknown command, changes nothing", async () => {
		const { rig, run } = await start();
		const { id } = restart(rig, "worker-1");
		await flow(run);
		rig.push(hello({ bridge: "liar" }), { type: "result", seq: 1, command: id, ok: true, message: "I did it" });
		rig.push(hello({ bridge: "liar" }), { type: "result", seq: 2, command: "no-such", ok: true });
		expect(state(rig, id)).toBe("delivered");
	});

	test("is sent to viewers live", async () => {
		const { rig, colony, run } = await start();
		const watcher = new Watcher(rig, [{ kind: "commands", limit: 20 }]);
		const seen: string[] = [];
		const look = () => {
			rig.pass(100);
			const [answer] = watcher.answers;
			if (answer?.kind === "commands") seen.push(answer.rows[0]?.state ?? "none");
		};
		look();
		restart(rig, "worker-1");
		look();
		await flow(run);
		colony.executions[0]?.finish("ok", true);
		await flow(run);
		look();
		expect(seen).toEqual(["none", "delivered", "done"]);
		expect(JSON.stringify(watcher.answers)).not.toContain(ANN.address);
	});
});

describe("a request that waits for a result", () => {
	test("is answered at the end", async () => {
		const { rig, colony, run } = await start();
		const { id } = restart(rig, "worker-1");
		let told: string | undefined;
		const following = rig.cluster.control.follow(id, 10_000).then((row) => {
			told = row?.state;
		});
		await flow(run);
		expect(told).toBeUndefined();
		colony.executions[0]?.finish("ok", true);
		await flow(run);
		await following;
		expect(told).toBe("done");
	});

	test("is answered with the state after its timeout, and at once where the command has ended or does not exist", async () => {
		const { rig, run } = await start();
		const { id } = restart(rig, "worker-1");
		const following = rig.cluster.control.follow(id, 10_000);
		await flow(run);
		rig.pass(10_000);
		expect((await following)?.state).toBe("delivered");
		rig.pass(60_000);
		expect((await rig.cluster.control.follow(id, 10_000))?.state).toBe("timed-out");
		expect(await rig.cluster.control.follow("no-such", 10_000)).toBeUndefined();
	});
});

describe("is refused", () => {
	test("for a worker nobody has, and where the colony cannot", async () => {
		const { rig } = await start();
		expect(order(rig, { action: "restart", worker: "worker-9" })).toMatchObject({
			kind: "not-found",
			detail: expect.stringContaining("worker-9"),
		});
		expect(order(rig, { action: "scale", workers: 5 })).toMatchObject({ kind: "unsupported" });
		rig.push(hello({ bridge: "mute" }), { type: "state", seq: 1, at: rig.now, workers: { set: [{ id: "fixed", status: "idle" }] } });
		expect(order(rig, { action: "restart", worker: "fixed" })).toMatchObject({
			kind: "unsupported",
			detail: expect.stringContaining("mute"),
		});
		expect(commandsOf(rig)).toEqual([]);
	});

	test("if several colonies can scale, and names them; a stale one does not count", () => {
		const rig = new Rig();
		const speak = (bridge: string, seq: number) =>
			rig.push(hello({ bridge, capabilities: ["scale"] }), {
				type: "state",
				seq,
				at: rig.now,
				workers: { set: [{ id: `${bridge}-1`, status: "idle" }] },
			});
		speak("east", 1);
		speak("west", 1);
		const ambiguous = order(rig, { action: "scale", workers: 5 });
		expect(ambiguous).toMatchObject({ kind: "conflict", detail: expect.stringMatching(/"east", "west"/) });
		expect(order(rig, { action: "scale", workers: 5 }, { bridge: "west" })).toMatchObject({ command: { bridge: "west" } });
		expect(order(rig, { action: "scale", workers: 5 }, { bridge: "north" })).toMatchObject({ kind: "not-found" });
		rig.pass(60_000);
		speak("east", 2);
		expect(order(rig, { action: "scale", workers: 5 })).toMatchObject({ command: { bridge: "east" } });
	});

	test("if the bridge is stale, with the reason, until it pushes again; the first answer to a key stands", async () => {
		const { rig, run } = await start();
		const { id } = restart(rig, "worker-1", { key: "before" });
		run.cut();
		rig.pass(29_999);
		expect(order(rig, { action: "restart", worker: "worker-2" })).toMatchObject({ type: "command" });
		rig.pass(1);
		expect(order(rig, { action: "restart", worker: "worker-2" })).toEqual({
			type: "refused",
			kind: "not-heard",
			detail: expect.stringMatching(/^bridge "bridge-1" has not been heard for 30 s/),
		});
		expect(order(rig, { action: "restart", worker: "worker-1" }, { key: "before" })).toMatchObject({ command: { id } });
		await heardOnce(rig, run);
		expect(order(rig, { action: "restart", worker: "worker-3" })).toMatchObject({ type: "command" });
	});

	test("past 2000 under way", async () => {
		const { rig, run } = await start({}, 2001);
		run.cut();
		for (let i = 2; i <= 2001; i++) restart(rig, `worker-${i}`);
		expect(order(rig, { action: "restart", worker: "worker-1" })).toMatchObject({ kind: "too-many" });
		rig.pass(31_000);
		await heardOnce(rig, run);
		expect(order(rig, { action: "restart", worker: "worker-1" })).toMatchObject({ type: "command" });
	});

	test("and an order to a cluster nobody pushed to leaves no storage behind", () => {
		const rig = new Rig();
		expect(order(rig, { action: "scale", workers: 5 })).toMatchObject({ kind: "unsupported" });
		expect(rig.sql.all("SELECT name FROM sqlite_schema")).toEqual([]);
	});
});

describe("a key", () => {
	test("makes a retry the same command, for a day and for one person", async () => {
		const { rig, run } = await start();
		const { id } = restart(rig, "worker-1", { key: "once" });
		expect(restart(rig, "worker-1", { key: "once" }).id).toBe(id);
		// One at a time: each has ended before the next.
		rig.pass(61_000);
		await heardOnce(rig, run);
		expect(restart(rig, "worker-1", { key: "once", actor: { ...ANN, name: "bob" } }).id).not.toBe(id);
		rig.pass(61_000);
		await heardOnce(rig, run);
		expect(restart(rig, "worker-1").id).not.toBe(id);
		rig.pass(KEY_MS - 1 - 2 * 61_000);
		expect(restart(rig, "worker-1", { key: "once" })).toMatchObject({ id, state: "timed-out" });
		rig.pass(1);
		await heardOnce(rig, run);
		expect(restart(rig, "worker-1", { key: "once" }).id).not.toBe(id);
	});

	test("with another command is a conflict", async () => {
		const { rig } = await start();
		restart(rig, "worker-1", { key: "once" });
		expect(order(rig, { action: "restart", worker: "worker-2" }, { key: "once" })).toMatchObject({
			kind: "conflict",
			detail: expect.stringContaining("restart worker-1"),
		});
	});

	test("outlasts a thousand commands that came after", async () => {
		const { rig, run } = await start({}, 1001);
		run.cut();
		const { id } = restart(rig, "worker-1", { key: "once" });
		for (let round = 0; round < 2; round++) {
			for (let i = 2; i <= 1001; i++) restart(rig, `worker-${i}`);
			rig.pass(31_000);
			await heardOnce(rig, run);
		}
		expect(rig.ask<"commands">({ kind: "commands", limit: 1 }).total).toBeLessThanOrEqual(1001);
		expect(restart(rig, "worker-1", { key: "once" })).toMatchObject({ id, state: "absent" });
	});
});

test("a bridge's socket gets waiting commands after hello, before anything else", async () => {
	const { rig, run } = await start();
	run.cut();
	const { id } = restart(rig, "worker-1");
	const line = new Line(rig, "bridge");
	line.say(run.hello());
	expect(line.take().map(({ type }) => type)).toEqual(["welcome", "viewers", "command"]);
	expect(state(rig, id)).toBe("delivered");
});
