/**
 * Many series, many bridges, many viewers, in workerd: what a push takes until it is acknowledged and until the last viewer has it, beside a bare
 * Durable Object that sends as many bytes to as many sockets in the same run; memory, rows, messages, and the bill out of them. Then all sockets
 * are dropped at once, as a deploy does.
 *
 * `--seconds=120` a scenario; `--only=viewers-1000,deploy` some of them.
 */
import { setTimeout as pause } from "node:timers/promises";
import { planPage } from "../../colony-bridge/protocol/pages/plan.ts";
import { CrowdColony } from "./crowd/colony.ts";
import type { Crowded } from "./crowd/crowded.ts";
import { type CrowdWorker, startCrowdWorker } from "./crowd/worker.ts";
import { ask, endProgram, startProgram } from "./harness/child.ts";
import { type Figure, quantile } from "./harness/figure.ts";
import { monthlyBill } from "./history/bill.ts";
import type { BridgesReport } from "./programs/crowd-bridges.ts";
import type { Back, Round } from "./programs/crowd-viewers.ts";
import type { Serving } from "./programs/serve.ts";

type Line = Omit<Figure, "bench">;
interface Load {
	series: number;
	bridges: number;
	viewers: number;
	gateway?: true;
	intervalMs: number;
}

const SCENARIOS: Record<string, Load> = {
	gateway: { series: 10_000, bridges: 100, viewers: 1, gateway: true, intervalMs: 5000 },
	bridges: { series: 10_000, bridges: 1000, viewers: 1, intervalMs: 5000 },
	"series-10000": { series: 10_000, bridges: 1, viewers: 1, intervalMs: 1000 },
	"series-50000": { series: 50_000, bridges: 1, viewers: 1, intervalMs: 2000 },
	"viewers-1000": { series: 650, bridges: 1, viewers: 1000, intervalMs: 2000 },
	"viewers-1000-series-10000": { series: 10_000, bridges: 1, viewers: 1000, intervalMs: 2000 },
	"viewers-5000": { series: 650, bridges: 1, viewers: 5000, intervalMs: 5000 },
};
/** Sockets dropped at once. */
const DEPLOYS: Record<string, { bridges: number; viewers: number }> = {
	"deploy-bridges": { bridges: 1000, viewers: 1 },
	"deploy-viewers": { bridges: 1, viewers: 1000 },
	deploy: { bridges: 1000, viewers: 1000 },
};
const VIEWERS_PER_OBJECT = 1000;
/** More do not fit beside as many of the bare object: a process has 20,000 files, and a socket takes two. */
const MOST_BESIDE = 2000;
const now = () => performance.timeOrigin + performance.now();
/** A push every five seconds is billed; work hours are 22 days of 8 h of 30 of 24. */
const BILLED_MS = 5000;
const WORK_HOURS = (22 * 8) / (30 * 24);
/** Of a year, README of `durable/`. */
const SERIES_BYTES = 300_000;
const QUIET_PUSHES = 10;
/** Time for all to be back, ms; time for what was kept meanwhile to be acknowledged. */
const BACK_MS = 120_000;

export async function* run(options: ReadonlySet<string>): AsyncGenerator<Line> {
	const option = (name: string) => [...options].find((given) => given.startsWith(`--${name}=`))?.split("=")[1];
	const seconds = Number(option("seconds") ?? 120);
	const only = option("only")?.split(",");
	for (const [name, load] of Object.entries(SCENARIOS)) {
		if (only && !only.includes(name)) continue;
		for await (const line of scenario(load, seconds)) yield { ...line, name: `${line.name}, ${name}` };
	}
	for (const [name, load] of Object.entries(DEPLOYS)) {
		if (only && !only.includes(name)) continue;
		for await (const line of deploy(load)) yield { ...line, name: `${line.name}, ${name}` };
	}
}

const QUERIES = JSON.stringify(Object.values(planPage("workers", { widgets: [], pages: [] }) ?? {}));

async function* scenario(load: Load, seconds: number): AsyncGenerator<Line> {
	const worker = await startCrowdWorker();
	const gateway = load.gateway && (await startProgram<Serving>("gateway", worker.url));
	try {
		const colony = await CrowdColony.begin(gateway?.report.url ?? worker.url, load.series, load.bridges);
		if (gateway) while ((await ask<number>(gateway.child, "held")) > 0) await pause(50);
		const alone = await costOf(worker, async () => {
			const times: number[] = [];
			for (let n = 0; n < QUIET_PUSHES; n++) times.push(await colony.push());
			return times;
		});
		const live = await startProgram("crowd-viewers", `${worker.url.replace(/^http/, "ws")}/api/live`, String(load.viewers), QUERIES);
		try {
			const watched = yield* load.bridges === 1
				? fanOut(worker, colony, live.child, load, seconds)
				: intake(worker, colony, live.child, load, seconds);
			yield { name: "acknowledged p50", value: quantile(watched.acks, 0.5), unit: "ms" };
			yield { name: "acknowledged p99", value: quantile(watched.acks, 0.99), unit: "ms" };
			yield { name: "slowest push", value: Math.max(...watched.acks), unit: "ms" };
			const { cost } = watched;
			yield { name: "rows written a push", value: cost.rows, unit: "rows/push" };
			yield { name: "messages in a push", value: cost.messages, unit: "messages/push" };
			yield { name: "calls between objects a push", value: cost.calls, unit: "calls/push" };
			yield { name: "memory of the cluster by its own estimate", value: await worker.estimated(), unit: "MB" };
			const { relays } = await worker.counted();
			for (const [name, { bytes, sockets }] of Object.entries(relays))
				yield { name: `memory of relay ${name} with ${sockets} sockets, by its own estimate`, value: bytes / 1e6, unit: "MB" };
			yield* bill(load, alone.cost.rows, quantile(alone.result, 0.5), cost, watched.awakeMs);
		} finally {
			await endProgram(live.child);
		}
		await colony.end().catch(() => {});
	} finally {
		if (gateway) await endProgram(gateway.child);
		yield { name: "workerd at most", value: (await worker.end()) / 1e6, unit: "MB" };
	}
}

interface Cost {
	rows: number;
	messages: number;
	calls: number;
}
interface Watched {
	acks: number[];
	cost: Cost;
	/** Of all objects a push, ms, bounded from above. */
	awakeMs: number;
}
type Child = Parameters<typeof ask>[0];

/** Cost of each of some pushes. */
async function costOf<Result extends { length: number }>(
	worker: CrowdWorker,
	work: () => Promise<Result>,
): Promise<{ result: Result; cost: Cost }> {
	const before = await worker.counted();
	const result = await work();
	const after = await worker.counted();
	const a = (name: keyof Cost) => ((after as Crowded)[name] - before[name]) / result.length;
	return { result, cost: { rows: a("rows"), messages: a("messages"), calls: a("calls") } };
}

/** One bridge pushes, and each push is awaited by all viewers; the same bytes then go through a bare object to as many sockets. */
async function* fanOut(worker: CrowdWorker, colony: CrowdColony, live: Child, load: Load, seconds: number): AsyncGenerator<Line, Watched> {
	const [acks, last, lastBare, chars] = [[], [], [], []] as [number[], number[], number[], number[]];
	const push = async () => {
		const begun = now();
		const told = ask<Round>(live, "round");
		acks.push(await colony.push());
		const round = await told;
		last.push(round.last - begun);
		chars.push(round.chars);
	};
	const startBare = () => startProgram("crowd-viewers", `${worker.url.replace(/^http/, "ws")}/bare`, String(load.viewers), "bare");
	const spread = async (bare: Child) => {
		const heard = ask<Round>(bare, "round");
		const begun = now();
		await fetch(`${worker.url}/bare`, { method: "POST", body: "x".repeat(quantile(chars, 0.5)) });
		lastBare.push((await heard).last - begun);
	};
	/** Each `intervalMs` for a share of the time. */
	const repeat = async (share: number, work: () => Promise<void>) => {
		for (const end = now() + share * seconds * 1000; now() < end; ) {
			const begun = now();
			await work();
			await pause(Math.max(0, load.intervalMs - (now() - begun)));
		}
	};
	let cost: Cost;
	if (load.viewers <= MOST_BESIDE) {
		const bare = await startBare();
		({ cost } = await costOf(worker, async () => {
			await repeat(1, async () => {
				await push();
				await spread(bare.child);
			});
			return acks;
		}));
		await endProgram(bare.child);
	} else {
		({ cost } = await costOf(worker, async () => {
			await repeat(0.5, push);
			return acks;
		}));
		await endProgram(live);
		const bare = await startBare();
		await repeat(0.5, () => spread(bare.child));
		await endProgram(bare.child);
	}
	for (const [name, share] of [
		["p50", 0.5],
		["p99", 0.99],
	] as const)
		yield {
			name: `push to the last viewer ${name}`,
			value: quantile(last, share),
			unit: "ms",
			reference: { name: "bare object, as many bytes and sockets", value: quantile(lastBare, share) },
		};
	yield { name: "a viewer's change", value: quantile(chars, 0.5) / 1000, unit: "kB" };
	return { acks, cost, awakeMs: quantile(last, 0.5) * Math.ceil(load.viewers / VIEWERS_PER_OBJECT) };
}

/** Many bridges push, each every interval, while some look. */
async function* intake(worker: CrowdWorker, colony: CrowdColony, live: Child, load: Load, seconds: number): AsyncGenerator<Line, Watched> {
	const { result: acks, cost } = await costOf(worker, () => colony.run(seconds, load.intervalMs));
	const last: number[] = [];
	for (let n = 0; n < QUIET_PUSHES; n++) {
		const told = ask<Round>(live, "round");
		const begun = performance.timeOrigin + performance.now();
		await colony.push();
		last.push((await told).last - begun);
		await pause(200);
	}
	yield { name: "pushes a second", value: acks.length / seconds, unit: "pushes/s" };
	yield { name: "push to the viewer p50, one at a time", value: quantile(last, 0.5), unit: "ms" };
	return { acks, cost, awakeMs: quantile(last, 0.5) };
}

/** Out of counts: calls are requests, of which twenty messages are one. */
async function* bill(
	load: Load,
	rows: number,
	aloneMs: number,
	{ messages, calls, rows: watchedRows }: Cost,
	awakeMs: number,
): AsyncGenerator<Line> {
	const usage = { intervalMs: BILLED_MS / load.bridges, bytes: load.series * SERIES_BYTES };
	const unwatched = monthlyBill({ ...usage, rows, messages: 1, awakeMs: aloneMs }).oneMore;
	const watched = monthlyBill({ ...usage, rows: watchedRows, messages: messages + 20 * calls, awakeMs }).oneMore;
	yield { name: "a month beside the plan, nobody looks", value: unwatched, unit: "$" };
	yield { name: "the same, viewers look day and night", value: watched, unit: "$" };
	yield { name: "the same, viewers look at work hours", value: unwatched + (watched - unwatched) * WORK_HOURS, unit: "$" };
}

/** All sockets are dropped at once: bridges of the package and viewers come back by themselves. */
async function* deploy(load: { bridges: number; viewers: number }): AsyncGenerator<Line> {
	const worker = await startCrowdWorker();
	const bridges = await startProgram("crowd-bridges", worker.url, String(load.bridges));
	const report = () => ask<BridgesReport>(bridges.child, "report");
	const allConnected = async () => {
		for (const end = Date.now() + BACK_MS; Date.now() < end; await pause(50))
			if ((await report()).connected === load.bridges) return Date.now();
		throw new Error(`${(await report()).connected} of ${load.bridges} bridges are connected after ${BACK_MS} ms`);
	};
	try {
		await allConnected();
		const live = await startProgram("crowd-viewers", `${worker.url.replace(/^http/, "ws")}/api/live`, String(load.viewers), QUERIES);
		try {
			const before = (await report()).snapshots;
			const back = ask<Back>(live.child, "back");
			const dropped = Date.now();
			await worker.drop();
			const [bridgesBack, { last }] = await Promise.all([allConnected(), back]);
			yield { name: "all sockets dropped: all bridges back after", value: bridgesBack - dropped, unit: "ms" };
			yield { name: "all sockets dropped: all viewers back after", value: last - dropped, unit: "ms" };
			const { connects } = await worker.counted();
			const slots = new Map<number, number>();
			for (const at of connects) slots.set(Math.floor(at / 100), (slots.get(Math.floor(at / 100)) ?? 0) + 1);
			yield { name: "connects until all were back", value: connects.length, unit: "connects" };
			yield { name: "most connects in 100 ms", value: Math.max(...slots.values()), unit: "connects" };
			for (const end = Date.now() + BACK_MS; Date.now() < end && (await report()).buffered > 0; ) await pause(20);
			const { snapshots, gaps } = await report();
			yield { name: "snapshots taken meanwhile", value: snapshots - before, unit: "snapshots" };
			yield { name: "gaps", value: gaps, unit: "gaps" };
		} finally {
			await endProgram(live.child);
		}
	} finally {
		await endProgram(bridges.child);
		await worker.end();
	}
}
