/** A spool's directory: which bridge it belongs to, what survives in it, and how the next bridge resumes from it. */
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Bridge } from "../../colony-bridge/bridge/bridge.ts";
import { Outbox } from "../../colony-bridge/bridge/outbox/outbox.ts";
import { Spool } from "../../colony-bridge/bridge/outbox/spool.ts";
import { SpoolUnavailable } from "../../colony-bridge/bridge/outbox/spool-file.ts";
import { LIMITS } from "../../colony-bridge/protocol/wire/limits.ts";
import type { UpFrame } from "../../colony-bridge/protocol/wire/up.ts";
import { PROTOCOL_VERSION } from "../../colony-bridge/protocol/wire/version.ts";
import { SqliteFile, withoutExperimentalWarning } from "../../colony-bridge/sqlite.ts";
import { ask } from "./bridge-rig.ts";
import { bridge, colony, door, errors, start } from "./bridge-under-test.ts";
import { until } from "./until.ts";

let directory: string;
beforeEach(() => {
	directory = mkdtempSync(join(tmpdir(), "hiveframe-spool-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe("a spool", () => {
	test("belongs to one bridge: another at the same time, or of another name, is refused with words", () => {
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

	test("frames that a bridge could not deliver are delivered by the next one of its name", async () => {
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

describe("a spool's file", () => {
	const tick = (at: number, bytes = 100) => ({
		type: "tick" as const,
		at,
		ids: Array(bytes / 2).fill(0),
		values: Array(bytes / 2).fill(0),
	});
	const sent = (outbox: Outbox) => {
		const frames: UpFrame[] = [];
		for (let push = outbox.next(1000); push !== undefined; push = outbox.next(1000)) {
			frames.push(...push.split("\n").map((line) => JSON.parse(line) as UpFrame));
			outbox.ack(outbox.seq);
		}
		return frames;
	};
	let warnings: string[];
	const open = (maxBytes?: number) => {
		const spool = new Spool(
			{ directory, ...(maxBytes !== undefined && { maxBytes }) },
			{ bridge: "a", onError: (message) => warnings.push(message) },
		);
		return { spool, outbox: new Outbox({ spool }) };
	};
	/** What another process would find if this one were killed now. */
	const killed = (spool: Spool) => {
		const copy = `${directory}+`;
		cpSync(directory, copy, { recursive: true });
		spool.close();
		rmSync(directory, { recursive: true });
		cpSync(copy, directory, { recursive: true });
		rmSync(copy, { recursive: true });
	};
	beforeEach(() => {
		warnings = [];
	});

	test.each([
		["format", "PRAGMA user_version = 2", /written by a newer version \(format 2, this one knows 1\): run that version, or choose another/],
		["protocol", `UPDATE frames SET protocol = ${PROTOCOL_VERSION + 1}`, /\(protocol \d+, this one knows \d+\)/],
	])("of a newer %s is refused, and nothing in it is changed", (_, change, words) => {
		const { spool, outbox } = open();
		outbox.put(tick(1));
		spool.close();
		const path = join(directory, "spool.db");
		const sql = new SqliteFile(path);
		sql.run(change);
		sql.close();
		const before = readFileSync(path);
		expect(open).toThrow(words);
		expect(readFileSync(path).equals(before)).toBe(true);
		expect(readdirSync(directory)).toEqual(["spool.db"]);
	});

	test("that is damaged is reported and set aside, and a new one begins", () => {
		const { spool, outbox } = open();
		outbox.put(tick(1));
		spool.close();
		const path = join(directory, "spool.db");
		writeFileSync(path, "x".repeat(10_000));
		const next = open();
		expect(warnings.join()).toMatch(/is damaged \(file is not a database\): it was moved to ".*spool.db.damaged", and a new one begins/);
		expect(readFileSync(`${path}.damaged`, "utf8")).toMatch(/^x+$/);
		next.outbox.put(tick(2));
		killed(next.spool);
		expect(sent(open().outbox)).toEqual([]);
	});

	test("on a full or read-only disk is distinguished from one that must not be used", () => {
		writeFileSync(join(directory, "file"), "");
		const inFile = join(directory, "file", "spool");
		expect(() => new Spool({ directory: inFile }, { bridge: "a", onError: () => {} })).toThrow(SpoolUnavailable);
		const full = vi.spyOn(SqliteFile.prototype, "transaction").mockImplementation(() => {
			throw Object.assign(new Error("database or disk is full"), { code: "ERR_SQLITE_ERROR" });
		});
		expect(() => open()).toThrow(SpoolUnavailable);
		full.mockRestore();
		const { spool } = open();
		expect(open).toThrow(/in use by another bridge/);
		spool.close();
	});

	test("is for its user only", () => {
		const { spool, outbox } = open();
		outbox.put(tick(1));
		spool.commit();
		for (const name of readdirSync(directory)) expect(statSync(join(directory, name)).mode & 0o077, name).toBe(0);
		spool.close();
	});

	test("has a number before its frame is sent: a killed bridge sends the same frames under the same numbers", () => {
		const { spool, outbox } = open();
		outbox.put(tick(1));
		outbox.put(tick(2));
		const push = outbox.next(1000);
		outbox.put(tick(3));
		spool.commit();
		killed(spool);
		const next = open();
		expect(next.outbox.resume(0, 1000)).toBe(true);
		expect(next.outbox.next(1000)).toBe(push);
		expect(sent(next.outbox)).toMatchObject([{ seq: 3, at: 3 }]);
		next.spool.close();
	});

	test("takes frames of one turn together, with the colony's read position: a kill leaves all or none", async () => {
		const { spool, outbox } = open();
		outbox.put(tick(1));
		spool.record({ line: 1 });
		await new Promise(setImmediate);
		outbox.put(tick(2));
		spool.record({ line: 2 });
		killed(spool);
		const next = open();
		expect(next.spool.recovered?.position).toEqual({ line: 1 });
		expect(sent(next.outbox)).toMatchObject([{ at: 1 }]);
		next.spool.close();
	});

	test("that cannot be written for a while catches up, and meanwhile the bridge continues in memory", () => {
		const { spool, outbox } = open();
		outbox.put(tick(1));
		outbox.put(tick(2));
		const full = vi.spyOn(SqliteFile.prototype, "transaction").mockImplementation(() => {
			throw new Error("database or disk is full");
		});
		const first = outbox.next(1000) ?? "";
		expect(first.split("\n")).toHaveLength(2);
		outbox.put(tick(3));
		expect(spool.commit()).toBe(false);
		expect(warnings[0]).toMatch(/cannot be written \(database or disk is full\)/);
		full.mockRestore();
		outbox.ack(1);
		outbox.put(tick(4));
		expect(spool.commit()).toBe(true);
		killed(spool);
		const next = open();
		expect(next.outbox.resume(1, 1000)).toBe(true);
		expect(sent(next.outbox).map((frame) => [frame.seq, frame.type === "tick" && frame.at])).toEqual([
			[2, 2],
			[3, 3],
			[4, 4],
		]);
		next.spool.close();
	});

	test("stays near its bound, its oldest ticks are one gap, and it shrinks when they have arrived", () => {
		const { spool, outbox } = open(20_000_000);
		const size = () =>
			["", "-wal"].reduce((sum, end) => sum + (statSync(join(directory, `spool.db${end}`), { throwIfNoEntry: false })?.size ?? 0), 0);
		let most = 0;
		for (let at = 1; at <= 500; at++) {
			outbox.put(tick(at, 50_000));
			spool.commit();
			most = Math.max(most, size());
			expect(spool.bytes).toBeLessThanOrEqual(20_000_000);
		}
		expect(most).toBeLessThan(20_000_000 * 1.2 + 5_000_000);
		const frames = sent(outbox);
		const [gap] = frames;
		expect(gap).toMatchObject({ type: "gap", from: 1, until: 501 - frames.length });
		for (let i = 0; i < 10; i++) {
			outbox.put(tick(502));
			outbox.next(1000);
			outbox.ack(outbox.seq);
		}
		spool.close();
		expect(size()).toBeLessThan(5_000_000);
		expect(existsSync(join(directory, "spool.db-wal"))).toBe(false);
	});

	test("writes no warning about SQLite on a user's screen, and every other one", () => {
		const emit = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
		withoutExperimentalWarning(() => {
			process.emitWarning("SQLite is an experimental feature and might change at any time", "ExperimentalWarning");
			process.emitWarning("SQLite is an experimental feature", { type: "ExperimentalWarning" });
			process.emitWarning("old", "DeprecationWarning");
		});
		expect(emit.mock.calls).toEqual([["old", "DeprecationWarning"]]);
		emit.mockRestore();
	});
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
