/** Viewers behind relays see what viewers of the cluster's own object see, whatever happens between the objects. */
import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, test, vi } from "vitest";
import { Query } from "../../colony-bridge/protocol/query/query.ts";
import type { Delta, ToViewer } from "../../colony-bridge/protocol/query/view.ts";
import { wholly } from "../../durable/work/work.ts";
import { hello, Line, START, type Watcher } from "./cluster-rig.ts";
import { RelayWorld } from "./relay-rig.ts";

const CLUSTER = { kind: "cluster" };
const WORKERS = { kind: "workers" };
const LOGS = { kind: "logs", limit: 20 };
const QUERIES = [[CLUSTER], [WORKERS, LOGS], [LOGS, CLUSTER, WORKERS], [WORKERS], []];

function withBridge(viewersPerObject?: number) {
	const world = new RelayWorld(viewersPerObject);
	let bridge = new Line(world.rig, "bridge");
	let seq = 0;
	const join = () => {
		bridge = new Line(world.rig, "bridge");
		bridge.say(hello());
	};
	bridge.say(hello());
	const push = (n = 1) => {
		seq++;
		const at = START + seq * 1000;
		bridge.say(
			{
				type: "state",
				seq,
				at,
				workers: { set: [{ id: `worker-${n % 5}`, status: seq % 2 ? "busy" : "idle" }], remove: [`worker-${(n + 1) % 5}`] },
			},
			{ type: "events", seq: ++seq, events: [{ type: "log", at, level: "INFO", message: `line ${seq}` }] },
		);
	};
	return { world, push, join, bridge: () => bridge };
}

/** What the cluster answers now. */
const answersOf = (world: RelayWorld, { queries }: Watcher) =>
	wholly(world.rig.cluster.reader.view(v.parse(v.array(Query), queries))).answers;

describe("past so many viewers of an object", () => {
	test("relays take the others, which see the same; a query that several watch is told once", async () => {
		const { world, push } = withBridge();
		const viewers = Array.from({ length: 7 }, () => world.view([WORKERS, LOGS]));
		await world.pass(100);
		expect(world.relays.size).toBe(3);
		expect(world.rig.cluster.relays?.viewers).toBe(5);
		for (const viewer of viewers) expect(viewer.take<ToViewer>()).toMatchObject([{ type: "snapshot" }]);
		world.calls.length = 0;
		push();
		await world.pass(100);
		expect(world.calls).toEqual(["tell", "tell", "tell"]);
		const told = viewers.map((viewer) => viewer.take<Delta>().map(({ position, changes }) => ({ position, changes })));
		for (const [n, viewer] of viewers.entries()) {
			expect(told[n]).toEqual(told[0]);
			expect(viewer.answers).toEqual(answersOf(world, viewer));
		}
	});

	test("one that changes what it watches is sent only what it does not hold", async () => {
		const { world, push } = withBridge(1);
		world.view();
		const viewer = world.view([CLUSTER, LOGS]);
		push();
		await world.pass(100);
		viewer.take();
		viewer.watch([WORKERS, LOGS], true);
		await world.pass(100);
		expect(viewer.take<ToViewer>().at(-1)).toMatchObject({ type: "renewal", answers: [{ kind: "workers" }, 1] });
		push();
		await world.pass(100);
		expect(viewer.answers).toEqual(answersOf(world, viewer));
	});

	test("bridges are told of viewers at relays, and that the last has gone", async () => {
		const { world, push, bridge } = withBridge(1);
		const [here, there] = [world.view([CLUSTER]), world.view([CLUSTER])];
		push();
		await world.pass(100);
		here?.hangUp();
		await world.pass(40_000);
		bridge().take();
		push();
		expect(bridge().take()).not.toContainEqual({ type: "viewers", count: 0 });
		there?.hangUp();
		await world.pass(100);
		push();
		expect(bridge().take()).toContainEqual({ type: "viewers", count: 0 });
	});

	test("a relay whose viewers have all gone is forgotten, and its number taken again", async () => {
		const { world, push } = withBridge(1);
		world.view([CLUSTER]);
		const viewer = world.view([CLUSTER]);
		await world.pass(100);
		viewer.hangUp();
		await world.pass(61_000);
		push();
		world.rig.restart();
		world.calls.length = 0;
		push();
		await world.pass(100);
		expect(world.calls).toEqual([]);
	});

	test("one that says nothing is closed on time", async () => {
		const { world } = withBridge(1);
		world.view();
		const viewer = world.view();
		await world.pass(9_900);
		expect(viewer.closedWith).toBeUndefined();
		await world.pass(200);
		expect(viewer.closedWith).toBe(1008);
	});

	test("a client's sockets at relays count", async () => {
		const { world } = withBridge(20);
		for (let n = 0; n < 35; n++) world.view([CLUSTER]);
		await world.pass(100);
		expect(world.rig.cluster.relays?.socketsOf("unknown")).toBe(15);
	});

	test("viewers whose relay does not reach its cluster are closed", async () => {
		const logged = vi.spyOn(console, "error").mockImplementation(() => {});
		const { world } = withBridge(1);
		world.view([CLUSTER]);
		const viewer = world.view([CLUSTER]);
		await world.pass(100);
		world.relay(0).evict();
		world.fates = Array(10).fill("lost");
		viewer.watch([WORKERS]);
		await world.pass(10_000);
		expect(viewer.closedWith).toBe(1012);
		expect(logged).toHaveBeenCalled();
		logged.mockRestore();
	});
});

test("whatever calls are lost, whoever forgets and whatever dies: a viewer sees in the end what the cluster answers (C3)", async () => {
	const action = fc.record({
		what: fc.constantFrom(
			"push",
			"push",
			"push",
			"view",
			"view",
			"watch",
			"keep",
			"leave",
			"evict",
			"kill",
			"restart",
			"lost",
			"unanswered",
			"pass",
		),
		n: fc.nat(100),
	});
	await fc.assert(
		fc.asyncProperty(fc.array(action, { minLength: 10, maxLength: 60 }), async (actions) => {
			const { world, push, join } = withBridge();
			let viewers: Watcher[] = [];
			const some = (n: number) => viewers[n % viewers.length];
			const queriesOf = (n: number) => QUERIES[n % QUERIES.length] as object[];
			for (const { what, n } of actions) {
				viewers = viewers.filter((viewer) => viewer.closedWith === undefined);
				for (const viewer of viewers) viewer.seen();
				if (what === "push") push(n);
				else if (what === "view") viewers.push(world.view(queriesOf(n)));
				else if (what === "watch" || what === "keep") some(n)?.watch(queriesOf(n), what === "keep");
				else if (what === "leave") some(n)?.hangUp();
				else if (what === "evict") world.relays.get(n % 3)?.evict();
				else if (what === "kill") world.relays.get(n % 3)?.kill();
				else if (what === "lost" || what === "unanswered") world.fates.push(what);
				else if (what === "pass") await world.pass(n);
				else {
					world.rig.restart(viewers.filter((viewer) => viewer.cluster() === world.rig.cluster));
					join();
				}
			}
			world.fates = [];
			// The bridge goes on, until sockets whose first word was lost with a relay's memory are closed.
			for (let n = 0; n < 6; n++) {
				push(n);
				await world.pass(2_000);
			}
			for (const viewer of viewers) {
				if (viewer.closedWith === undefined) expect(viewer.answers).toEqual(answersOf(world, viewer));
			}
		}),
		{ numRuns: 60 },
	);
});
