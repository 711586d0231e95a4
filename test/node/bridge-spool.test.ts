/** A spool's directory: whose it is, what is found in it, and what the next bridge makes of it. */
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Bridge } from "../../colony-bridge/bridge/bridge.ts";
import { Outbox } from "../../colony-bridge/bridge/outbox/outbox.ts";
import { Spool } from "../../colony-bridge/bridge/outbox/spool.ts";
import { LIMITS } from "../../colony-bridge/protocol/wire/limits.ts";
import type { UpFrame } from "../../colony-bridge/protocol/wire/up.ts";
import { ask } from "./bridge-rig.ts";
import { bridge, colony, door, errors, start } from "./bridge-under-test.ts";
import { until } from "./until.ts";

let directory: string;
beforeEach(() => {
	directory = mkdtempSync(join(tmpdir(), "hiveframe-spool-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe("a spool", () => {
	test("is one bridge's: another at the same time, or of another name, is told so", () => {
		const owner = { bridge: "a", onError: () => {} };
		const first = new Spool({ directory }, owner);
		expect(() => new Spool({ directory }, owner)).toThrow(/is in use by another bridge: give each bridge a spool directory of its own/);
		first.close();
		new Spool({ directory }, owner).close();
		expect(() => new Spool({ directory }, { ...owner, bridge: "b" })).toThrow(/is of bridge "a", this one is "b": each needs its own/);
		expect(() => new Spool({ directory, maxBytes: 5 }, owner)).toThrow(/invalid maxBytes 5 of the spool/);
		// A refused one holds nothing.
		new Spool({ directory }, owner).close();
	});

	test("what a bridge could not deliver the next one of its name does", async () => {
		let beat = 0;
		colony.say = () => ({ workers: [{ id: "w", status: "idle", restarts: ++beat }], metrics: [{ name: "beat", value: beat }] });
		door.upgrades = false;
		door.refusal = { status: 403, detail: "not now" };
		const first = start({ spool: { directory } });
		await until(() => beat >= 5, "some beats");
		const { epoch } = first.stats;
		await first.stop();
		door.upgrades = true;
		const second = start({ spool: { directory } });
		await until(() => second.stats.acked > 0 && second.stats.acked === second.stats.seq && beat > 8, "all durable");
		expect(second.stats.epoch).toBeGreaterThanOrEqual(epoch);
		await second.stop();
		const third = start({ spool: { directory } });
		await until(() => third.stats.acked > 5, "the third goes on");
		expect(third.stats.epoch, "the second has said goodbye").toBeGreaterThan(second.stats.epoch);
		colony.say = () => ({ workers: [{ id: "w", status: "idle", restarts: beat }] });
		const { snapshots } = colony;
		await until(() => colony.snapshots > snapshots + 2 && third.stats.buffered.frames === 0, "the last beat");
		const { series } = ask(door.cluster, { kind: "samples", selectors: ["beat"], points: 1000 });
		expect(series[0]?.values).toEqual(Array.from({ length: beat }, (_, i) => i + 1));
		expect(ask(door.cluster, { kind: "workers" }).rows).toMatchObject([{ id: "w", restarts: beat }]);
		expect(ask(door.cluster, { kind: "cluster" }).view.links[0]?.gaps.count).toBe(0);
		expect(errors.filter((error) => !/no link|refused the bridge's token/.test(error))).toEqual([]);
	}, 40_000);

	test.each(["WebSocket", "HTTP"])(
		"over %s, of two with copies of one spool the older stops for good",
		async (way) => {
			door.upgrades = way === "WebSocket";
			colony.say = () => ({ metrics: [{ name: "m", value: 1 }] });
			const older = start({ spool: { directory } });
			await until(() => older.stats.acked > 2, "the first", 30_000);
			const copy = join(directory, "copy");
			for (const file of readdirSync(directory)) if (file !== "lock") cpSync(join(directory, file), join(copy, file));
			const later = new Bridge({
				colony,
				to: { url: door.url },
				name: "bridge",
				intervalMs: 100,
				spool: { directory: copy },
				onError: () => {},
			});
			later.start();
			await until(() => older.stats.state === "superseded", "the end of the first", 30_000);
			expect(errors.join()).toMatch(/another run of bridge "bridge" has taken over.*Give each bridge of a cluster its own name/);
			expect(colony.listeners).toBe(1);
			await until(() => later.stats.acked > older.stats.acked, "the later goes on");
			await later.stop();
			expect(bridge?.stats.connected).toBe(false);
		},
		90_000,
	);
});

describe("after hours of absence", () => {
	const HOUR = 3_600_000;
	const now = Date.now();

	test("the newest state and an error of now go before hours of ticks; ticks too old for the cluster are a gap", () => {
		const outbox = new Outbox({ bufferBytes: 50_000_000 });
		const values = Array.from({ length: 50 }, (_, i) => i);
		for (let at = now - 25 * HOUR; at < now; at += 60_000) {
			outbox.put({ type: "tick", at, ids: values, values });
			outbox.put({ type: "state", at, queued: at, workers: { set: [{ id: "w", status: "idle" }] } });
		}
		outbox.put({ type: "state", at: now, queued: 7, workers: { replace: true, set: [{ id: "w", status: "busy" }] } });
		outbox.put({ type: "events", events: [{ type: "log", at: now, level: "ERROR", message: "now" }] });
		const first = (outbox.next(now) ?? "").split("\n").map((line) => JSON.parse(line) as UpFrame);
		expect(first.slice(0, 3).map(({ type }) => type)).toEqual(["gap", "state", "events"]);
		expect(first[0]).toMatchObject({ samples: 50 * 61, events: 0, from: now - 25 * HOUR });
		expect(first[1]).toMatchObject({ queued: 7 });
		const ticks = first.filter((frame) => frame.type === "tick");
		expect(first).toHaveLength(ticks.length + 3);
		expect(ticks[0]?.at).toBeGreaterThan(now - LIMITS.pastMs);
		// While the rest is on its way, what is said now is in the very next push.
		outbox.put({ type: "events", events: [{ type: "mark", at: now, kind: "deploy", text: "now" }] });
		expect(JSON.parse((outbox.next(now) ?? "").split("\n")[0] ?? "")).toMatchObject({ type: "events" });
	});
});
