/** Commands to a real bridge: over a socket, over HTTP alone, and at its end. */
import { afterEach, expect, test } from "vitest";
import { Bridge } from "../../colony-bridge/bridge/bridge.ts";
import type { CommandRow } from "../../colony-bridge/protocol/query/rows.ts";
import { ask, Door, TestColony } from "./bridge-rig.ts";
import { ANN } from "./control-rig.ts";
import { until } from "./until.ts";

/** It restarts when the test says so. */
class PatientColony extends TestColony {
	readonly restarts: { worker: string; finish: (words: string) => void }[] = [];
	restartWorker(worker: string): Promise<string> {
		return new Promise((finish) => this.restarts.push({ worker, finish }));
	}
}

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
	for (const end of endings.splice(0).reverse()) await end();
});

async function start(upgrades: boolean, intervalMs = 100) {
	const door = await Door.open();
	door.upgrades = upgrades;
	const colony = new PatientColony();
	colony.say = () => ({ workers: [{ id: "worker-1", status: "idle" }] });
	const bridge = new Bridge({ colony, to: { url: door.url, token: "t" }, name: "patient", intervalMs, onError: () => {} });
	endings.push(
		() => door.close(),
		() => bridge.stop(),
	);
	bridge.start();
	await until(() => bridge.stats.acked > 0 && bridge.stats.acked === bridge.stats.seq, "the worker");
	const order = () => {
		const ordered = door.cluster.control.order({ command: { action: "restart", worker: "worker-1" }, actor: ANN });
		if (ordered.type === "refused") throw new Error(ordered.detail);
		return ordered.command;
	};
	const command = (id: string) => ask<"commands">(door.cluster, { kind: "commands" }).rows.find((row) => row.id === id) as CommandRow;
	return { door, colony, bridge, order, command };
}

test.each([
	["a socket", true],
	["HTTP alone", false],
])("over %s a command arrives once and its result comes back", async (_, upgrades) => {
	const { door, colony, order, command } = await start(upgrades);
	const { id } = order();
	await until(() => colony.restarts.length > 0, "the command");
	// Over HTTP it is asked again with every push, over a socket with every link.
	if (upgrades) door.cut();
	const { pushes, posts } = door;
	await until(() => door.pushes + door.posts > pushes + posts + 3, "more pushes");
	expect(colony.restarts.map(({ worker }) => worker)).toEqual(["worker-1"]);
	colony.restarts[0]?.finish("worker-1 is back");
	await until(() => command(id).state === "done", "the result");
	expect(command(id).message).toBe("worker-1 is back");
});

test("a bridge that stops waits for running commands, so that their results are sent", async () => {
	const { colony, bridge, order, command } = await start(true);
	const { id } = order();
	await until(() => colony.restarts.length > 0, "the command");
	const stopping = bridge.stop();
	colony.restarts[0]?.finish("just in time");
	await stopping;
	expect(command(id)).toMatchObject({ state: "done", message: "just in time" });
});

test("without a socket a bridge that pushes rarely gets commands and viewer counts at once, by a long poll", async () => {
	const { door, colony, bridge, order, command } = await start(false, 3_600_000);
	await until(() => bridge.stats.viewers === 0, "what the first request that waits was told");
	await until(() => door.waits > 1, "the next");
	const viewer = { send() {}, close() {}, attachment: undefined };
	door.cluster.open(viewer, "viewer");
	door.cluster.message(viewer, JSON.stringify({ type: "watch", queries: [{ kind: "cluster" }] }));
	await until(() => bridge.stats.viewers === 1, "the viewer");
	door.cluster.closed(viewer);
	await until(() => bridge.stats.viewers === 0, "the viewer's leave");
	const { posts, waits } = door;
	const { id } = order();
	await until(() => colony.restarts.length > 0, "the command");
	expect(command(id).state).toBe("delivered");
	expect(door.posts).toBe(posts);
	// What is under way does not make it ask in a loop.
	expect(door.waits - waits).toBeLessThanOrEqual(4);
	colony.restarts[0]?.finish("worker-1 is back");
	await until(() => command(id).state === "done", "the result");
	expect(colony.restarts.length).toBe(1);
});
