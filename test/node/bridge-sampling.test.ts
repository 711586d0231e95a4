/** Sampling: only changes are sent, an invalid part hides no other, and errors are sent at once. */
import { describe, expect, test } from "vitest";
import { entryOf } from "../../colony-bridge/bridge/outbox/outbox-entry.ts";
import { Sampler } from "../../colony-bridge/bridge/sampler.ts";
import { Warnings } from "../../colony-bridge/bridge/warnings.ts";
import type { Colony, ColonySnapshot } from "../../colony-bridge/colony.ts";
import { ask } from "./bridge-rig.ts";
import { bridge, colony, door, errors, framesOf, start } from "./bridge-under-test.ts";
import { until } from "./until.ts";

/** Snapshots in order, the last one for ever. */
function script(...snapshots: unknown[]): void {
	let next = 0;
	colony.say = () => snapshots[Math.min(next++, snapshots.length - 1)] as ColonySnapshot;
}

const ticks = (count: number) => until(() => framesOf("tick").length >= count, `${count} ticks`);

test("frames that are serialized in pieces equal those serialized at once", async () => {
	const text = 'a "quoted" \\ name, "at":5}]';
	const workers = [...Array(6_000).keys()].map((i) => ({ id: `${i} ${text}`, status: "idle", note: text }));
	const sampler = new Sampler(
		{
			name: "c",
			snapshot: () => ({
				workers,
				checks: [{ id: "disk", status: "ok" }],
				tasks: [],
				health: { status: "degraded", reason: text },
				queued: 0,
				metrics: workers.map(({ id }) => ({ name: "load", labels: { worker: id }, value: 1, help: text })),
				logs: workers.map(({ id }) => ({ at: Date.now(), level: "INFO", message: id })),
			}),
		} as unknown as Colony,
		new Warnings(() => {}),
	);
	const frames = [...(await sampler.sample(() => false)), ...sampler.everything()];
	expect(frames.filter(({ type }) => type === "state").length).toBeGreaterThanOrEqual(4);
	workers.splice(5, 2_000);
	for (const frame of [...frames, ...(await sampler.sample(() => false))]) {
		const { rest } = entryOf(frame, 1);
		expect({ type: frame.type, ...JSON.parse(`{${rest}`) }).toEqual(frame);
	}
});

test("snapshots within one millisecond are samples of different instants", async () => {
	let n = 0;
	const counted = { name: "c", snapshot: () => ({ metrics: [{ name: "n", type: "counter", value: ++n }] }) } as Colony;
	const sampler = new Sampler(counted, new Warnings(() => {}));
	const at: number[] = [];
	for (let i = 0; i < 10; i++) for (const frame of await sampler.sample(() => false)) if (frame.type === "tick") at.push(frame.at);
	expect(at).toHaveLength(10);
	expect(at).toEqual([...new Set(at)].sort((a, b) => a - b));
});

describe("sampling", () => {
	test("only changes are sent, and an unchanged colony still pushes", async () => {
		const [a, b] = [
			{ id: "a", status: "idle" },
			{ id: "b", status: "idle" },
		];
		script(
			{ workers: [a, b], queued: 3, health: { status: "healthy" } },
			{ workers: [a, { ...b, status: "busy" }], queued: 3, health: { status: "healthy" } },
			{ workers: [a], queued: 4 },
			{ workers: [a] },
		);
		start();
		await ticks(6);
		expect(framesOf("state").map(({ seq: _, at: __, ...patch }) => patch)).toEqual([
			{ type: "state", health: { status: "healthy" }, queued: 3, workers: { set: [a, b] } },
			{ type: "state", workers: { set: [{ id: "b", status: "busy" }] } },
			{ type: "state", queued: 4, workers: { remove: ["b"] } },
		]);
		expect(framesOf("tick").at(-1)).toMatchObject({ ids: [], values: [] });
	});

	test("a series is announced once, with a dense number; NaN and infinities are no value", async () => {
		const metric = (name: string, value: number, labels?: Record<string, string>) => ({ name, value, ...(labels && { labels }) });
		script(
			{ metrics: [metric("x", 1), metric("y", Number.NaN, { a: "1", b: "2" })] },
			{ metrics: [metric("y", 2, { b: "2", a: "1" }), metric("x", Number.POSITIVE_INFINITY), metric("z", 3)] },
		);
		start();
		await ticks(4);
		expect(framesOf("series").flatMap(({ series }) => series)).toEqual([
			{ id: 0, name: "x", type: "gauge" },
			{ id: 1, name: "y", type: "gauge", labels: { a: "1", b: "2" } },
			{ id: 2, name: "z", type: "gauge" },
		]);
		expect(framesOf("tick").slice(0, 2)).toMatchObject([
			{ ids: [0], values: [1] },
			{ ids: [1, 2], values: [2, 3] },
		]);
		expect(errors).toEqual([]);
	});

	test("an invalid entry is left out and reported, its previous state stays, and the rest is sent", async () => {
		const good = { id: "good", status: "idle" };
		script(
			{ workers: [good, { id: "shaky", status: "busy" }], metrics: [{ name: "m", value: 1 }] },
			{
				workers: [{ ...good, status: "busy" }, { id: "shaky", status: "dancing" }, null, { status: "idle" }, good],
				tasks: "none",
				streams: [{ id: "s", status: "running" }],
				queued: -1,
				metrics: [{ name: "not a name", value: 1 }, { name: "m", value: "2" }, undefined, { name: "m", value: 3 }, { name: "m", value: 4 }],
				logs: [
					{ at: Date.now(), level: "LOUD", message: "x" },
					{ at: Date.now(), level: "INFO", message: "fine" },
				],
			},
		);
		start();
		await ticks(4);
		const workers = Object.fromEntries(ask(door.cluster, { kind: "workers" }).rows.map(({ id, status }) => [id, status]));
		expect(workers).toEqual({ good: "busy", shaky: "busy" });
		expect(ask(door.cluster, { kind: "streams" }).rows).toMatchObject([{ id: "s" }]);
		expect(ask(door.cluster, { kind: "logs" }).rows.every(({ message }) => message === "fine")).toBe(true);
		expect(framesOf("tick").at(-1)).toMatchObject({ ids: [0], values: [3] });
		const told = errors.join("\n");
		for (const words of [
			/^1 entry left out at workers.status: "shaky": status/m,
			/^1 entry left out at workers listed twice: "good": the first counts/m,
			/^1 entry left out at tasks: a list is needed, this is string/m,
			/^1 entry left out at queued: /m,
			/^1 entry left out at metrics.name: "not a name": name: a metric name has letters/m,
			/^2 entries left out at metrics.value: the value of "m" is "2"; a number is needed/m,
			/^\d entr(y|ies) left out at logs.level: level/m,
		]) {
			expect(told).toMatch(words);
		}
		expect(new Set(errors.map((words) => words.split(": ")[0]?.replace(/.* at /, ""))).size, "a line a field a minute").toBe(errors.length);
		// The cluster knows, too: how many are missing now, and how many events are lost so far.
		const fields = new Map(ask(door.cluster, { kind: "cluster" }).view.leftOut?.rows.map(({ field, ...left }) => [field, left]));
		expect([...fields.keys()].sort()).toEqual(
			[
				"logs.level",
				"metrics.name",
				"metrics.value",
				"metrics listed twice",
				"queued",
				"tasks",
				"workers",
				"workers.id",
				"workers listed twice",
				"workers.status",
			].sort(),
		);
		expect(fields.get("metrics.value")).toMatchObject({ bridge: "bridge", count: 2 });
		expect(fields.get("metrics.value")).not.toHaveProperty("at");
		expect(fields.get("logs.level")?.count).toBeGreaterThan(1);
		expect(fields.get("logs.level")).toHaveProperty("at");
	});

	test("an instant in seconds is left out and reported, a watermark of 1970 is accepted", async () => {
		const seconds = 1_764_500_000;
		colony.say = () => ({
			workers: [{ id: "w1", status: "idle", startedAt: seconds }],
			streams: [
				{ id: "s1", name: "s1", status: "running", watermark: seconds },
				{ id: "s2", name: "s2", status: "running", checkpoint: { id: "c", status: "completed", endedAt: seconds } },
			],
			logs: [{ at: seconds, level: "INFO", message: "late" }],
		});
		start();
		await ticks(2);
		const told = new Map(ask(door.cluster, { kind: "cluster" }).view.leftOut?.rows.map(({ field, reason }) => [field, reason]));
		expect([...told.keys()].sort()).toEqual(["logs.at", "streams.checkpoint.endedAt", "workers.startedAt"]);
		expect(told.get("workers.startedAt")).toBe('"w1": startedAt: 1764500000 looks like seconds; write ms since 1970 (1764500000000)');
		expect(framesOf("state").at(0)?.streams?.set).toMatchObject([{ id: "s1", watermark: seconds }]);
	});

	test("entries left out are reported for as long as they are", async () => {
		const said = { startedAt: "yesterday" as string | number };
		colony.say = () => ({ workers: [1, 2, 3].map((n) => ({ id: `w${n}`, status: "idle", ...said })) });
		start();
		const view = () => ask(door.cluster, { kind: "cluster" }).view;
		await ticks(5);
		const reason =
			'"w1": startedAt: "yesterday" is no instant; write ms since 1970, a Date, or ISO 8601 with a zone (2024-01-15T10:00:00Z)';
		expect(view()).toMatchObject({
			status: "degraded",
			findings: [{ text: expect.stringContaining("bridge bridge left out 3 entries at workers.startedAt"), page: "/#left-out" }],
			leftOut: { total: 1, rows: [{ bridge: "bridge", field: "workers.startedAt", count: 3, reason }] },
		});
		expect(framesOf("state"), "nothing changes, nothing is sent").toHaveLength(1);
		expect(errors).toEqual([`3 entries left out at workers.startedAt: ${reason}`]);
		said.startedAt = 1_000;
		await until(() => view().leftOut === undefined, "nothing is left out any more");
		expect(view()).toMatchObject({ status: "healthy", workers: { total: 3 } });
	});

	test("instants are ms with fractions, Dates or ISO 8601 with a zone", async () => {
		const at = Date.UTC(2026, 0, 15, 10);
		const written = [at, at + 0.4, new Date(at), "2026-01-15T10:00:00Z", "2026-01-15T12:00:00.000+02:00"];
		colony.say = () => ({ workers: written.map((startedAt, n) => ({ id: `w${n}`, status: "idle", startedAt })) });
		start();
		colony.emit({ type: "log", at: new Date(at), level: "INFO", message: "x" });
		await ticks(2);
		expect(ask(door.cluster, { kind: "workers" }).rows.map(({ startedAt }) => startedAt)).toEqual(written.map(() => at));
		await until(() => ask(door.cluster, { kind: "logs" }).rows.some((row) => row.at === at), "the log line");
		expect(errors).toEqual([]);
	});

	test("a colony that does everything wrong has a bounded list", async () => {
		colony.say = () => ({ leftOut: Array.from({ length: 100 }, (_, n) => ({ field: `field ${n}`, count: 2, reason: "x".repeat(400) })) });
		start();
		await ticks(2);
		const [first] = framesOf("state");
		expect(first?.leftOut).toHaveLength(32);
		expect(
			first?.leftOut?.reduce((sum, { count }) => sum + count, 0),
			"every one is counted",
		).toBe(200);
		const { leftOut } = ask(door.cluster, { kind: "cluster" }).view;
		expect([leftOut?.total, leftOut?.rows.length]).toEqual([32, 20]);
	});

	test("a snapshot that throws is reported, on the page too; events are still sent, and the next snapshot counts", async () => {
		let shut = true;
		let calls = 0;
		colony.say = () => {
			calls += 1;
			if (shut) throw new Error(calls < 3 ? "the hive is shut" : "other words");
			return { metrics: [{ name: "m", value: 1 }] };
		};
		start();
		colony.emit({ type: "mark", at: Date.now(), kind: "deploy", text: "v2" });
		await until(() => framesOf("events").length === 1, "the mark");
		const leftOut = () => ask(door.cluster, { kind: "cluster" }).view.leftOut?.rows;
		await until(() => leftOut() !== undefined, "why nothing comes");
		expect(leftOut()).toEqual([
			{ bridge: "bridge", field: "snapshot", count: 1, reason: "the colony's snapshot() failed: the hive is shut" },
		]);
		await until(() => calls > 4, "more that fail");
		expect(framesOf("tick")).toHaveLength(0);
		expect(framesOf("state")).toHaveLength(1);
		shut = false;
		await ticks(1);
		await until(() => leftOut() === undefined, "nothing is left out any more");
		expect(errors).toEqual(["the colony's snapshot() failed: the hive is shut", "the colony's snapshot() failed: other words"]);
	});

	test("a slow snapshot never overlaps the next", async () => {
		let open = 0;
		let most = 0;
		colony.say = async () => {
			open += 1;
			most = Math.max(most, open);
			await new Promise((resolve) => setTimeout(resolve, 250));
			open -= 1;
			return {};
		};
		start();
		await ticks(3);
		expect(most).toBe(1);
	});

	test("an error, a failure and a mark do not wait for the next snapshot; a plain line does", async () => {
		start({ intervalMs: 3_600_000 });
		await until(() => bridge?.stats.connected && bridge.stats.acked === bridge.stats.seq, "a link");
		const at = Date.now();
		colony.emit({ type: "log", at, level: "INFO", message: "plain" });
		for (const event of [
			{ type: "log", at, level: "ERROR", message: "bad" },
			{ type: "taskEnd", id: "t", name: "n", status: "failed", endedAt: at, error: { message: "no" } },
			{ type: "mark", at, kind: "restart", text: "w" },
		] as const) {
			const before = framesOf("events").length;
			const began = performance.now();
			colony.emit(event);
			await until(() => framesOf("events").length > before, event.type);
			// 250 ms are promised; a busy machine's own delay is not the bridge's.
			expect(performance.now() - began).toBeLessThan(1000);
		}
		expect(framesOf("events")[0]?.events).toMatchObject([{ message: "plain" }, { message: "bad" }]);
	});

	test("a text beyond the contract's bound is truncated and marked", async () => {
		start();
		colony.emit({ type: "log", at: Date.now(), level: "ERROR", message: "x".repeat(20_000) });
		await until(() => framesOf("events").length > 0, "the line");
		const [event] = framesOf("events")[0]?.events ?? [];
		expect(event).toMatchObject({ type: "log", message: expect.stringMatching(/^x+… \[cut, 20000 characters in all\]$/) });
		expect((event as { message: string }).message).toHaveLength(8000);
	});

	test("ten thousand workers go out in pushes of modest size, and one that changes costs one entry", async () => {
		const workers = Array.from({ length: 10_000 }, (_, i) => ({ id: `worker-${i}`, status: "idle", host: "host-1" }));
		const metrics = workers.map(({ id }) => ({ name: "cpu_percent", labels: { worker: id }, value: 1.5 }));
		const later = workers.with(7, { id: "worker-7", status: "busy", host: "host-1" });
		let changed = false;
		colony.say = () => ({ workers: changed ? later : workers, metrics }) as ColonySnapshot;
		const running = start();
		await until(() => running.stats.acked > 10 && running.stats.buffered.frames === 0, "all of it", 20_000);
		expect(ask(door.cluster, { kind: "workers" }).total).toBe(10_000);
		changed = true;
		const full = framesOf("state").length;
		await until(() => framesOf("state").length > full, "the change");
		expect(framesOf("state").at(-1)?.workers).toEqual({ set: [{ id: "worker-7", status: "busy", host: "host-1" }] });
		for (const frame of door.frames) expect(JSON.stringify(frame).length).toBeLessThan(256_000);
		expect(bridge?.stats.refused).toBe(0);
	}, 40_000);
});
