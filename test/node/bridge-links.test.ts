/** A bridge over real sockets that break, to a real cluster: nothing is missing, nothing counts twice, and it always comes back. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Bridge } from "../../colony-bridge/bridge/bridge.ts";
import type { BridgeOptions } from "../../colony-bridge/bridge/bridge-options.ts";
import { ask, Door, TestColony } from "./bridge-rig.ts";
import { until } from "./until.ts";

let door: Door;
let colony: TestColony;
let bridges: Bridge[];
let errors: string[];

beforeEach(async () => {
	door = await Door.open();
	colony = new TestColony();
	bridges = [];
	errors = [];
});
afterEach(async () => {
	await Promise.all(bridges.map((bridge) => bridge.stop()));
	await door.close();
});

function start(options: Partial<BridgeOptions> = {}): Bridge {
	const bridge = new Bridge({
		colony,
		to: { url: door.url, token: "secret" },
		name: "bridge",
		intervalMs: 100,
		onError: (error) => errors.push(error.message),
		...options,
	});
	bridges.push(bridge);
	bridge.start();
	return bridge;
}

/** Each snapshot has the next whole number, a log line and a task's end. */
function counting(): { beats: () => number; rest(): void } {
	let beat = 0;
	let resting = false;
	colony.say = () => {
		if (resting) return { workers: [{ id: "w", status: beat % 2 === 0 ? "idle" : "busy", restarts: beat }] };
		beat += 1;
		const at = Date.now();
		return {
			workers: [{ id: "w", status: beat % 2 === 0 ? "idle" : "busy", restarts: beat }],
			metrics: [{ name: "beat", type: "counter", value: beat }],
			logs: [{ at, level: "INFO", message: `beat ${beat}` }],
			ended: [{ id: `t${beat}`, name: "task", status: "completed", endedAt: at }],
		};
	};
	return {
		beats: () => beat,
		rest: () => {
			resting = true;
		},
	};
}

describe("a bridge", () => {
	test("D2: loses and doubles no frame over links that are cut before and after the cluster has a push", async () => {
		const { beats, rest } = counting();
		door.cutAfter = (push) => (push % 5 === 3 ? "before" : push % 7 === 4 ? "after" : false);
		const bridge = start();
		await until(() => door.cuts >= 8 && beats() >= 20, "eight cuts and twenty beats");
		door.cutAfter = () => false;
		rest();
		const { snapshots } = colony;
		const delivered = () => bridge.stats.connected && bridge.stats.buffered.frames === 0 && bridge.stats.acked === bridge.stats.seq;
		await until(() => colony.snapshots > snapshots + 2 && delivered(), "all acknowledged");
		const count = beats();
		const { series } = ask(door.cluster, { kind: "samples", selectors: ["beat"], points: 1000 });
		expect(series[0]?.values).toEqual(Array.from({ length: count }, (_, i) => i + 1));
		expect(ask(door.cluster, { kind: "logs" }).rows.map(({ message }) => message)).toEqual(
			Array.from({ length: count }, (_, i) => `beat ${count - i}`),
		);
		const { view } = ask(door.cluster, { kind: "cluster" });
		expect(view.tasks.completed).toBe(count);
		expect(view.links[0]?.gaps).toEqual({ count: 0, samples: 0, events: 0 });
		expect(ask(door.cluster, { kind: "workers" }).rows[0]).toMatchObject({ id: "w", restarts: count });
		await bridge.stop();
		// It has said goodbye.
		expect(ask(door.cluster, { kind: "workers" }).rows).toEqual([]);
		expect(ask(door.cluster, { kind: "cluster" }).view.links).toEqual([]);
		expect(bridge.stats).toMatchObject({ connected: false, state: "stopped", acked: bridge.stats.seq, refused: 0 });
		expect(bridge.stats.reconnects).toBeGreaterThanOrEqual(8);
		const epochs = new Set(door.hellos.map(({ epoch }) => epoch));
		expect([...epochs], "one run, one epoch, asked for once").toEqual([0, bridge.stats.epoch]);
	}, 40_000);

	test("D9: sends series and state again to a cluster that has lost its data, in a new run", async () => {
		counting();
		const bridge = start({ layout: { widgets: [], pages: [{ name: "mine", title: "Mine", widgets: [] }] } });
		await until(() => bridge.stats.acked > 5, "some frames durable");
		const before = bridge.stats.epoch;
		door.forget();
		await until(() => bridge.stats.epoch > before && bridge.stats.acked > 3, "a new epoch");
		expect(ask(door.cluster, { kind: "workers" }).rows).toHaveLength(1);
		expect(ask(door.cluster, { kind: "layout" }).layout.pages).toMatchObject([{ name: "mine" }]);
		await until(() => ask(door.cluster, { kind: "series" }).rows[0]?.value !== undefined, "numbers of the old series");
		expect(bridge.stats.refused).toBe(0);
		expect(errors.join("\n")).toMatch(/has lost what it had acknowledged/);
	});

	test("D5: frames past the buffer are counted in gaps, and the state is right afterwards", async () => {
		let samples = 0;
		let round = 0;
		const workers = () => Array.from({ length: 5 }, (_, i) => ({ id: `w${i}`, status: "busy" as const, restarts: round + i }));
		colony.say = () => {
			round += 1;
			samples += 20;
			return {
				workers: workers(),
				metrics: Array.from({ length: 20 }, (_, i) => ({ name: "n", labels: { i: String(i) }, value: round })),
			};
		};
		door.upgrades = false;
		door.refusal = { status: 403, detail: "not now" };
		const bridge = start({ bufferBytes: 5_000 });
		await until(() => bridge.stats.gaps.samples > 100, "an overflow");
		door.upgrades = true;
		await until(() => bridge.stats.connected && bridge.stats.buffered.frames === 0, "a link, and all acknowledged", 40_000);
		colony.say = () => ({ workers: workers() });
		const { snapshots } = colony;
		await until(() => colony.snapshots > snapshots + 2 && bridge.stats.buffered.frames === 0, "the last");
		const { view } = ask(door.cluster, { kind: "cluster" });
		expect(view.links[0]?.gaps.samples).toBe(bridge.stats.gaps.samples);
		const arrived = ask(door.cluster, { kind: "samples", selectors: ["n"], points: 1000, fold: "each" }).series.reduce(
			(sum, { values }) => sum + values.length,
			0,
		);
		expect(arrived + bridge.stats.gaps.samples).toBe(samples);
		expect(ask(door.cluster, { kind: "workers" }).rows.map(({ restarts }) => restarts)).toEqual([0, 1, 2, 3, 4].map((i) => round + i));
		expect(bridge.stats.buffered.frames).toBe(0);
	}, 60_000);

	test("comes back after a clean restart at a random instant of the next second, without a word: a deploy drops a thousand at once", async () => {
		counting();
		const random = vi.spyOn(Math, "random").mockReturnValue(0.5);
		const bridge = start();
		await until(() => bridge.stats.connected, "a link");
		// Only after a link that has lived for a moment.
		await until(() => bridge.stats.acked > 25, "a second of life");
		const before = performance.now();
		door.restart();
		await until(() => bridge.stats.reconnects === 1 && bridge.stats.connected, "the next link");
		expect(performance.now() - before).toBeGreaterThan(450);
		expect(errors).toEqual([]);
		random.mockRestore();
	});

	test.each(["WebSocket", "HTTP"])(
		"over %s, a second of its name waits while the first speaks, and goes on when that has stopped",
		async (way) => {
			counting();
			door.upgrades = way === "WebSocket";
			const first = start();
			await until(() => first.stats.acked > 5, "the first", 40_000);
			const second = start();
			await until(() => second.stats.inUse !== undefined, "a refusal once the first could have been silent", 40_000);
			expect(second.stats.inUse).toMatch(/the name "bridge" is in use by another bridge of this cluster: give this one a name of its own/);
			expect(errors.join("\n")).toContain("frames are kept, and the bridge retries");
			const { acked } = first.stats;
			await until(() => first.stats.acked > acked + 3, "the first goes on undisturbed");
			expect(second.stats.acked).toBe(0);
			await first.stop();
			await until(() => second.stats.acked > 5, "the second", 40_000);
			expect(second.stats).toMatchObject({ state: "live", gaps: { count: 0 } });
			expect(second.stats.inUse).toBeUndefined();
		},
		120_000,
	);

	test("D6: a bridge whose clock was ahead is not refused, because the cluster numbers runs", async () => {
		counting();
		vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3_600_000 });
		const ahead = start();
		await until(() => ahead.stats.acked > 0, "one whose clock is ahead");
		await ahead.stop();
		vi.useRealTimers();
		const right = start();
		await until(() => right.stats.acked > 5, "the next, whose clock is right");
		expect(right.stats.state).toBe("live");
	});

	test("a refused token is reported once, with what to do, and the bridge tries again", async () => {
		counting();
		door.upgrades = false;
		door.refusal = { status: 401, detail: "the token is wrong" };
		const bridge = start();
		await until(() => bridge.stats.reconnects >= 2, "two attempts");
		expect(errors).toHaveLength(1);
		expect(errors[0]).toMatch(/refused the bridge's token \(401: the token is wrong\); give the bridge the token .*BRIDGE_TOKEN/);
		expect(errors.join()).not.toContain("secret");
		door.upgrades = true;
		await until(() => bridge.stats.connected, "a link", 30_000);
		expect(door.authorizations.at(-1)).toBe("Bearer secret");
		expect(door.posts, "HTTP is no way around a refused token").toBe(0);
	}, 40_000);

	test("pushes over HTTP where no WebSocket can be opened, and resumes at the same number", async () => {
		const { beats } = counting();
		door.upgrades = false;
		const bridge = start();
		await until(() => bridge.stats.acked > 8 && beats() > 6, "pushes over HTTP", 30_000);
		await bridge.stop();
		expect(door.posts).toBeGreaterThan(1);
		const { series } = ask(door.cluster, { kind: "samples", selectors: ["beat"], points: 1000 });
		expect(series[0]?.values).toEqual(Array.from({ length: beats() }, (_, i) => i + 1));
		expect(bridge.stats.refused).toBe(0);
	}, 40_000);

	test("D9: a cluster that loses its data between two HTTP pushes receives series and state again", async () => {
		counting();
		door.upgrades = false;
		const bridge = start();
		await until(() => bridge.stats.acked > 8, "pushes over HTTP", 30_000);
		const before = bridge.stats.epoch;
		door.forget();
		await until(() => bridge.stats.epoch > before && bridge.stats.acked > 3, "a new epoch", 30_000);
		expect(ask(door.cluster, { kind: "workers" }).rows).toHaveLength(1);
	}, 60_000);
});
