/** States of the past as they get fewer with age. */
import { beforeEach, expect, test } from "vitest";
import { wholly } from "../../durable/work/work.ts";
import { hello, Rig } from "./cluster-rig.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
let rig: Rig;
let seq: number;
beforeEach(() => begin());
function begin(options: ConstructorParameters<typeof Rig>[0] = {}): void {
	rig = new Rig({ log: { entries: 20 }, keyframes: { soonest: 5, latest: 10 }, ...options });
	seq = 0;
}

/** A push that says how many there were before. */
function push(ms: number, ...more: object[]): void {
	rig.now += ms;
	rig.push(
		hello(),
		{ type: "state", seq: ++seq, at: rig.now, workers: { set: [{ id: "a", status: "busy", message: `push ${seq}` }] } },
		...more,
	);
}
const at = (instant: number) => wholly(rig.cluster.reader.view([{ kind: "workers", limit: 10 }], false, instant));
const message = (instant: number): unknown => {
	const [answer] = at(instant).answers;
	return answer?.kind === "workers" ? answer.rows[0]?.message : undefined;
};
const moments = () => rig.sql.all<{ at: number; packed: number; last: number }>("SELECT at, packed, last FROM moment ORDER BY position");

test("every instant is told exactly as long as the log has its entries, and from the kept state before it later", () => {
	const pushed: number[] = [];
	for (let i = 0; i < 200; i++) {
		push(5_000);
		pushed.push(rig.now);
	}
	const exact = pushed.filter((instant) => instant >= (moments()[0]?.at as number) && at(instant + 1).past?.at === instant + 1);
	expect(exact.length).toBeGreaterThanOrEqual(20);
	expect(exact).toEqual(pushed.slice(-exact.length));
	for (const [i, instant] of pushed.entries()) {
		if (!exact.includes(instant)) continue;
		expect(message(instant)).toBe(`push ${i + 1}`);
		expect(message(instant - 1)).toBe(`push ${i}`);
	}
	const old = pushed[150] as number;
	const shown = at(old).past?.at as number;
	expect(shown).toBeLessThan(old);
	expect(message(old)).toBe(`push ${pushed.indexOf(shown) + 1}`);
});

test("one state in ten minutes is kept for 30 days, one an hour for a year, and what is older goes", () => {
	begin({ keyframes: { soonest: 1, latest: 1 } });
	for (let i = 0; i < 400; i++) push(DAY);
	for (let i = 0; i < 33 * 72; i++) push(20 * MINUTE);
	const kept = moments();
	expect(rig.now - (kept[0]?.at as number)).toBeLessThanOrEqual(366 * DAY);
	const ages = kept.map(({ at }) => rig.now - at);
	const apart = ages.map((age, i) => ({ age, ms: age - (ages[i + 1] ?? 0) })).slice(0, -1);
	expect(apart.filter(({ age, ms }) => age > 31 * DAY && ms < 40 * MINUTE)).toEqual([]);
	expect(apart.filter(({ age, ms }) => age < 29 * DAY && ms === 20 * MINUTE).length).toBeGreaterThan(28 * 72);
	expect(kept.length).toBeLessThan(365 * 24 + 30 * 144 + 50);
});

test.each([
	["a small keyframe is compressed as it is written", 0],
	["large keyframes before the newest are compressed, a part with each entry", 4_000],
])("%s, and is read as before", (_, others) => {
	for (let from = 0; from < others; from += 1_000) {
		const set = Array.from({ length: 1_000 }, (_, i) => ({ id: `b${from + i}`, status: "idle", message: `worker ${i} `.repeat(20) }));
		rig.now += 5_000;
		const answer = rig.push(hello(), { type: "state", seq: ++seq, at: rig.now, workers: { set } });
		expect(answer).toMatchObject([{ type: "welcome" }, { type: "ack" }]);
	}
	for (let i = 0; i < 60; i++) push(5_000);
	const kept = moments()[0]?.at as number;
	const before = message(kept);
	for (let i = 0; i < 12; i++) push(5_000);
	expect(moments().filter(({ packed }) => packed === 1).length).toBeGreaterThan(1);
	expect(moments().at(-1)?.packed).toBe(others > 0 ? 0 : 1);
	expect(message(kept)).toBe(before);
	rig.restart();
	expect(message(kept)).toBe(before);
});

test.each(["stops", "falls silent", "begins again"])("the last state before a colony %s is kept", (end) => {
	for (let i = 0; i < 28; i++) push(5_000);
	if (end === "stops") rig.push(hello(), { type: "goodbye", seq: ++seq });
	const last = rig.now;
	if (end === "begins again") {
		rig.now += 60_000;
		rig.push({ ...hello(), epoch: 2 }, { type: "state", seq: 1, at: rig.now, workers: { set: [{ id: "a", status: "idle" }] } });
	} else {
		rig.pass(3_600_000);
		rig.cluster.alarm();
	}
	expect(moments().filter(({ last }) => last === 1)).toHaveLength(1);
	// Another bridge reports until the log has nothing left of it, and of ten minutes one state is kept.
	for (let i = 0; i < 60; i++) {
		rig.now += 60_000;
		const other = { ...hello(), bridge: "other" };
		rig.push(other, { type: "state", seq: i + 1, at: rig.now, workers: { set: [{ id: "b", status: "busy" }] } });
	}
	expect(message(last)).toMatch(/^push (27|28)$/);
});

test("past the bound on their bytes the oldest go first", () => {
	begin({ moments: { bytes: 3_000 } });
	for (let i = 0; i < 400; i++) push(5 * MINUTE);
	const kept = moments();
	expect(rig.now - (kept[0]?.at as number)).toBeLessThan(2 * DAY);
	expect(() => at((kept[0]?.at as number) - 1)).toThrow(/no state is kept of .*: the oldest is/);
	expect(rig.sql.all<{ n: number }>("SELECT count(*) AS n FROM keyframe WHERE part / 64 NOT IN (SELECT position FROM moment)")[0]?.n).toBe(
		0,
	);
});

test("last words are kept also where a restart has gone back to a keyframe before one that is there", () => {
	// Ended tasks stay in memory, so that the restart begins at a state before them.
	const ring = { ends: 100, bytes: 1e6, blockTasks: 2, blockChars: 1000 };
	begin({
		log: { entries: 1, chars: 500 },
		keyframes: { soonest: 1, latest: 2, large: 100 },
		tasks: { all: ring, failed: ring, unwritten: 3 },
	});
	const taskEnd = { type: "taskEnd", id: "t", name: "n", status: "completed", endedAt: rig.now };
	rig.push(hello(), { type: "events", seq: 1, events: [taskEnd] });
	const silence = () => {
		rig.pass(60_000);
		rig.cluster.alarm();
	};
	silence();
	rig.push(hello(), { type: "events", seq: 2, events: [] });
	rig.restart();
	silence();
	expect(moments().filter(({ last }) => last === 1)).toHaveLength(2);
	expect(rig.ask<"runs">({ kind: "runs", limit: 1 }).rows).toMatchObject([{ end: "silent" }]);
});
