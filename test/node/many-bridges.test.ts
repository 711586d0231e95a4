/** A thousand bridges, one a node, in one cluster: what each costs does not grow with how many there are, and what people see stays small. */
import { describe, expect, test } from "vitest";
import type { ClusterView } from "../../colony-bridge/protocol/query/view.ts";
import { staleSince } from "../../colony-bridge/protocol/wire/liveness.ts";
import { nextStale, silentSince as pageSilentSince } from "../../web/live/liveness.ts";
import { DashboardServer } from "../../worker/node/dashboard-server.ts";
import { RawBridge } from "../wire/raw-bridge.ts";
import { hello, Line, Rig, Watcher } from "./cluster-rig.ts";

const BRIDGES = 1000;
const name = (i: number) => `node-${String(i).padStart(4, "0")}`;
const view = (rig: Rig): ClusterView => rig.ask<"cluster">({ kind: "cluster" }).view;

/** CPU time of this process, ms: others that run beside it do not count. */
function cpuOf(work: () => void): number {
	const before = process.cpuUsage();
	work();
	const { user, system } = process.cpuUsage(before);
	return (user + system) / 1000;
}

class Node {
	readonly line: Line;
	readonly #name: string;
	readonly #rig: Rig;
	#seq = 0;

	constructor(rig: Rig, i: number, epoch = 1) {
		this.#rig = rig;
		this.#name = name(i);
		this.line = new Line(rig, "bridge");
		this.line.say(hello({ bridge: this.#name, epoch, capabilities: ["restart"] }));
	}

	/** Series, whole state, first numbers. */
	begin(status = "idle"): void {
		const labels = { worker: `${this.#name}/a` };
		const workers = { replace: true, set: ["a", "b", "c"].map((worker) => ({ id: `${this.#name}/${worker}`, status })) };
		this.line.say(
			{ type: "series", seq: ++this.#seq, series: [{ id: 0, name: "cpu_percent", labels, type: "gauge" }] },
			{ type: "state", seq: ++this.#seq, at: this.#rig.now, workers },
		);
		this.push();
	}

	push(): void {
		this.line.say({ type: "tick", seq: ++this.#seq, at: this.#rig.now, ids: [0], values: [this.#seq] });
	}
}

const nodes = (rig: Rig, count: number, epoch = 1) => Array.from({ length: count }, (_, i) => new Node(rig, i, epoch));

describe("a thousand bridges", () => {
	test("each connects, pushes, gets viewer counts and leaves at the cost it has among few", { timeout: 120_000 }, () => {
		function phases(count: number): Record<string, number> {
			const rig = new Rig();
			let all: Node[] = [];
			const connect = cpuOf(() => {
				all = nodes(rig, count);
				for (const node of all) node.begin();
			});
			const watcher = new Watcher(rig, [{ kind: "cluster" }]);
			const push = cpuOf(() => {
				for (let round = 0; round < 3; round++) {
					rig.pass(5000);
					for (const node of all) node.push();
				}
			});
			// As after a deploy: every bridge begins a new run and tells everything again.
			const again = cpuOf(() => {
				all = nodes(rig, count, 2);
				for (const node of all) node.begin();
			});
			const demand = cpuOf(() => {
				for (let i = 0; i < 5; i++) {
					watcher.hangUp();
					new Watcher(rig, [{ kind: "cluster" }]).hangUp();
				}
			});
			const leave = cpuOf(() => {
				for (const { line } of all) line.hangUp();
			});
			return { connect, push, again, demand, leave };
		}
		phases(100);
		const few = phases(125);
		const many = phases(BRIDGES);
		// Eight times as many: eight times as much, where it were quadratic sixty-four times.
		for (const [phase, ms] of Object.entries(many)) expect(ms / 8, phase).toBeLessThan(3 * ((few[phase] as number) + 5));
	});

	test("the page's answer is small, counts all bridges and names those in trouble", () => {
		const rig = new Rig();
		const all = nodes(rig, BRIDGES);
		for (const [i, node] of all.entries()) node.begin(i % 2 ? "failed" : "idle");
		const watcher = new Watcher(rig, [{ kind: "cluster" }, { kind: "workers", limit: 50 }]);
		watcher.seen();
		expect(watcher.sent.join("").length).toBeLessThan(300_000);
		for (let round = 0; round < 4; round++) {
			rig.pass(5000);
			for (const [i, node] of all.entries()) if (i !== 7 && i !== 700) node.push();
			rig.pass(100);
			watcher.seen();
		}
		expect(watcher.longest).toBeLessThan(64_000);
		const { bridges, links, workers, reason, status } = view(rig);
		expect({ bridges, workers: workers.total, status }).toEqual({
			bridges: { total: BRIDGES, stale: 2, withGaps: 0, restart: BRIDGES, scale: 0, nextStaleAt: rig.now - 100 + 15_000 },
			workers: 3 * BRIDGES,
			status: "unhealthy",
		});
		expect(links.length).toBeLessThanOrEqual(40);
		expect(links.filter((link) => staleSince(link, rig.now) !== undefined).map(({ bridge }) => bridge)).toEqual([name(7), name(700)]);
		expect(links.map(({ bridge }) => bridge)).toEqual(links.map(({ bridge }) => bridge).sort());
		expect(reason).toContain(`bridges ${name(7)}, ${name(700)} are silent`);
		expect(reason).toMatch(/and \d+ more$/);
		expect(reason?.length).toBeLessThan(1_000);
	});

	test("a page knows to the millisecond when the next bridge becomes stale, though not all are listed", () => {
		const rig = new Rig();
		const all = nodes(rig, 60);
		const ends: number[] = [];
		for (const node of all) {
			rig.pass(7);
			node.begin();
			ends.push(rig.now + 15_000);
		}
		const asked: number[] = [];
		for (let now = rig.now; ; ) {
			const at = nextStale(view(rig), now);
			if (!Number.isFinite(at)) break;
			asked.push(at);
			rig.pass(at - now);
			now = at;
			expect(view(rig).bridges.stale).toBe(asked.length);
			expect(pageSilentSince(view(rig), now)).toBe(asked.length < all.length ? undefined : rig.now - 15_000);
		}
		expect(asked).toEqual(ends);
	});

	test("each gets one viewer count, and a command reaches only its bridge", () => {
		const rig = new Rig();
		const all = nodes(rig, BRIDGES);
		for (const node of all) {
			node.begin();
			node.line.take();
		}
		new Watcher(rig, [{ kind: "cluster" }]);
		expect(all.every(({ line }) => JSON.stringify(line.take()) === JSON.stringify([{ type: "viewers", count: 1 }]))).toBe(true);
		const worker = `${name(321)}/b`;
		rig.cluster.control.order({
			command: { action: "restart", worker },
			actor: { name: "ann", role: "operator", via: "session", address: "" },
		});
		expect(all.flatMap(({ line }, i) => line.take().map(({ type }) => [i, type]))).toEqual([[321, "command"]]);
	});
});

test("fifty bridges over sockets: each is acknowledged, and the cluster has the workers of all", async () => {
	const server = new DashboardServer({ bridgeToken: "t" });
	await server.start({ host: "127.0.0.1", port: 0 });
	try {
		const bridges = await Promise.all(
			Array.from({ length: 50 }, (_, i) => RawBridge.connect(server.url, "t", { bridge: name(i), epoch: Date.now() })),
		);
		await Promise.all(
			bridges.map(async (bridge, i) => {
				bridge.push({ type: "state", seq: 1, at: Date.now(), workers: { replace: true, set: [{ id: name(i), status: "idle" }] } });
				await bridge.acknowledge(1);
			}),
		);
		expect(await (await fetch(`${server.url}/api/cluster`)).json()).toMatchObject({ workers: { total: 50, ready: 50 } });
		await Promise.all(bridges.map((bridge) => bridge.close()));
	} finally {
		await server.stop();
	}
});
