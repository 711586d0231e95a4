/**
 * One cluster in a process of its own, for `memory-limit.test.ts`: driven far past its memory, or for an hour of a small colony. Tells its end as
 * JSON. Arguments: `crowd` or `hour`, and the budget in MB.
 */
import { planPage } from "../../colony-bridge/protocol/pages/plan.ts";
import type { DownFrame } from "../../colony-bridge/protocol/wire/down.ts";
import { MemoryBudget } from "../../durable/cluster/memory-budget.ts";
import { openNodeSql, TEMPORARY } from "../../worker/node/clusters/sql.ts";
import { steadySeries, steadyState, steadyTick, steadyWork } from "../wire/steady-frames.ts";
import { hello, Line, Rig } from "./cluster-rig.ts";

/** Megabytes: the estimate, and what is measured after a garbage collection beside it, without what the program itself takes. */
export interface MemoryReport {
	used: number;
	measured: number;
	/** The most that heap and buffers took at any look, without a garbage collection. */
	peak: number;
	/** Errors answered, by their first words. */
	errors: string[];
	findings: string[];
	/** Known series at the end, of which so many have the newest sample. */
	series: number;
	fresh: number;
	workers: number;
	refusedSeries: number;
}

const [mode, megabytes] = [process.argv[2], Number(process.argv[3])];
const taken = (): number => {
	const { heapUsed, arrayBuffers } = process.memoryUsage();
	return heapUsed + arrayBuffers;
};
const collected = (): number => {
	globalThis.gc?.();
	return taken();
};

const KNOWN = 650;
const rig = new Rig({ budget: new MemoryBudget(megabytes) }, openNodeSql(TEMPORARY));
const errors = new Set<string>();
let peak = 0;
const seqs = new Map<string, number>();

/** A push over HTTP of one bridge. @returns once all but what was named in errors is taken. */
function push(bridge: string, ...frames: object[]): void {
	const numbered = frames.map((frame) => {
		const seq = (seqs.get(bridge) ?? 0) + 1;
		seqs.set(bridge, seq);
		return { ...frame, seq };
	});
	const answer: DownFrame[] = rig.push(hello({ bridge, epoch: 1 }), ...numbered);
	for (const frame of answer) {
		if (frame.type !== "error") continue;
		if (frame.fatal && !frame.detail.startsWith("no room for bridge")) throw new Error(`a push was refused: ${frame.detail}`);
		errors.add(frame.detail.replace(/\{.*?(\}|…)/, "{}").replaceAll(/\d[\d,]*/g, "#"));
		if (frame.fatal) return;
	}
	if (numbered.length > 0 && answer.at(-1)?.type !== "ack")
		throw new Error(`a push was not acknowledged: ${JSON.stringify(answer).slice(0, 500)}`);
	peak = Math.max(peak, taken());
}

/** The colony that is known before it gets crowded, and goes on. */
function known(): void {
	rig.pass(5_000);
	const seq = (seqs.get("known") ?? 0) + 1;
	push("known", steadyTick(KNOWN, seq, rig.now), steadyState(KNOWN / 10, seq, rig.now));
}

const bare = collected();
push("known", steadySeries(KNOWN, 1), steadyState(KNOWN / 10, 2, rig.now), steadyWork(3, rig.now));
known();

const text = (chars: number, n: number): string => `${n}-`.padEnd(chars, "abcdefghij");

/** All that a colony can make more of, a push each. */
const GROWS: ((n: number) => void)[] = [
	// Series with long labels, each of its own; then by the ten thousand.
	(n) => push("long", { type: "series", series: series(n * 300, 300, (id) => ({ pod: text(900, id), path: text(900, id) })) }),
	(n) => push("many", { type: "series", series: series(n * 5_000, 5_000, (id) => ({ pod: `pod-${id}` })) }),
	// The same refused series under new numbers.
	(n) => push("again", { type: "series", series: series(0, 5_000, (id) => ({ again: String(id) }), n * 5_000) }),
	(n) =>
		push("workers", {
			type: "state",
			at: rig.now,
			workers: { set: entries(n, 2_000, (id) => ({ id, status: "busy", message: text(300, n) })) },
		}),
	(n) => push("tasks", { type: "state", at: rig.now, tasks: { set: entries(n, 3_000, (id) => ({ id, name: id, status: "queued" })) } }),
	(n) =>
		push(`replacer-${n}`, {
			type: "state",
			at: rig.now,
			checks: { replace: true, set: entries(n, 2_000, (id) => ({ id, status: "ok", message: text(300, n) })) },
		}),
	(n) => push(`painter-${n}`, { type: "layout", layout: { widgets: [], pages: pages(n) } }),
	(n) => push(`newcomer-${n}`),
	(n) => push("ends", { type: "events", events: ends(n, 20) }),
];

function series(first: number, count: number, labels: (id: number) => object, from = first) {
	return Array.from({ length: count }, (_, i) => ({ id: from + i, name: "crowd", labels: labels(first + i), type: "gauge" }));
}
function entries<T>(n: number, count: number, of: (id: string) => T): T[] {
	return Array.from({ length: count }, (_, i) => of(`entry-${n}-${i}`));
}
function ends(n: number, count: number) {
	return Array.from({ length: count }, (_, i) => ({
		type: "taskEnd",
		id: `end-${n}-${i}`,
		name: text(200, n * count + i),
		status: "failed",
		endedAt: rig.now,
		error: { type: text(200, i), message: text(8_000, n * count + i), stack: text(30_000, i) },
	}));
}
function pages(n: number) {
	const widgets = Array.from({ length: 40 }, (_, i) => ({ id: `w-${i}`, title: text(190, n), kind: "metric", metric: "cpu_percent" }));
	return Array.from({ length: 20 }, (_, i) => ({ name: `p-${n}-${i}`, title: text(100, i), widgets }));
}

/** What it is sent waits in its socket, a copy for each, until it looks: then it says what it has seen. */
class Looker extends Line {
	waiting: Buffer[] = [];
	override send(text: string): void {
		this.waiting.push(Buffer.from(text));
	}
	override close(code: number, reason: string): void {
		super.close(code, reason);
		this.waiting = [];
	}
	look(): void {
		const probe = this.waiting.findLast((text) => text.subarray(0, 15).toString() === '{"type":"probe"');
		this.waiting = [];
		if (probe && this.closedWith === undefined) this.say({ type: "ack", probe: (JSON.parse(probe.toString()) as { id: string }).id });
	}
}
const lookers: Looker[] = [];

function crowd(): void {
	const most = megabytes;
	for (const bridge of ["long", "many", "again", "workers", "tasks", "ends"]) push(bridge);
	for (let n = 0; n < most; n++) for (const bridge of [`replacer-${n}`, `painter-${n}`]) push(bridge);
	for (let n = 0; n < most; n++) {
		for (const grow of GROWS) grow(n);
		known();
		if (n % 6 > 0) continue;
		// Viewers, each with charts and tables of its own.
		const viewer = new Looker(rig, "viewer");
		lookers.push(viewer);
		const charts = Array.from({ length: 4 }, (_, i) => ({
			kind: "metrics",
			selectors: [`bench_gauge_${2 + i}`],
			range: `${n + 1}h`,
			points: 300,
			fold: "each",
		}));
		viewer.say({ type: "watch", queries: [...Object.values(planPage("metrics", { widgets: [], pages: [] }) ?? {}), ...charts] });
		rig.pass(200);
		for (const looker of lookers) looker.look();
	}
}

function hour(): void {
	for (let i = 0; i < 720; i++) known();
}

if (mode === "crowd") crowd();
else hour();
for (let i = 0; i < 3; i++) known();
const measured = (collected() - bare) / 1e6;
const { view } = rig.ask({ kind: "cluster" });
const rows = rig.ask({ kind: "series", limit: 500, match: "bench_gauge" }).rows;
const report: MemoryReport = {
	used: view.memory?.used ?? Number.NaN,
	measured,
	peak: peak / 1e6,
	errors: [...errors],
	findings: (view.findings ?? []).map(({ text }) => text),
	series: rows.length,
	fresh: rows.filter(({ at }) => at === rig.now).length,
	workers: view.workers.total,
	refusedSeries: view.refusedSeries ?? 0,
};
console.log(JSON.stringify(report));
