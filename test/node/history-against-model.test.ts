/** Whatever is pushed, in whatever order of merges, restarts, crashes and tier boundaries: the history answers as the model does. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { SeriesRow } from "../../colony-bridge/protocol/query/rows.ts";
import type { Metrics, Samples } from "../../colony-bridge/protocol/query/view.ts";
import type { Aggregation } from "../../colony-bridge/protocol/wire/measure.ts";
import { History } from "../../durable/history/history.ts";
import { wholly } from "../../durable/work/work.ts";
import { openNodeSql } from "../../worker/node/clusters/sql.ts";
import { HistoryModel, SPAN } from "./history-model.ts";

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const OPTIONS = { rawMs: 4 * HOUR, minuteMs: 2 * DAY, tenMinuteMs: 20 * DAY, outOfOrderSamples: 60 };
/** Samples are kept so long that late ones come for days that are over. */
const LONG = { ...OPTIONS, rawMs: 32 * HOUR, outOfOrderSamples: 150 };
const BEGIN = Date.UTC(2026, 0, 5, 22, 58, 12, 345);

const SERIES = [
	{ name: "cpu", labels: { worker: "a" }, type: "gauge", unit: "percent" },
	{ name: "cpu", labels: { worker: "b" }, type: "gauge", unit: "percent" },
	{ name: "jobs_total", labels: { worker: "a" }, type: "counter" },
	{ name: "jobs_total", labels: { worker: "b" }, type: "counter" },
	{ name: "odd", type: "gauge" },
	{ name: "constant", type: "gauge" },
] as const;
const CPU = [0, 1];
const JOBS = [2, 3];

interface Tick {
	at: number;
	numbers: number[];
	values: number[];
}

/** A cluster's log and what goes with it: what a push brings is in the log when the push is committed, and not otherwise. */
class Cluster {
	readonly sql = openNodeSql(":memory:");
	readonly options: typeof OPTIONS;
	readonly model: HistoryModel;
	/** Stretches of the past that have been looked at. */
	readonly looks: { end: number; length: number }[] = [];
	readonly #log: Tick[][] = [[]];
	/** Whether the object is evicted after every push. */
	readonly #sleepy: boolean;
	history: History;

	constructor(options: typeof OPTIONS, sleepy: boolean) {
		this.options = options;
		this.model = new HistoryModel(options.rawMs);
		this.#sleepy = sleepy;
		this.history = this.#open();
	}

	#open(): History {
		const history = new History(this.sql, this.options);
		for (const [position, ticks] of this.#log.entries()) {
			if (position <= history.replayFrom) continue;
			for (const tick of ticks) history.replay(position, tick.at, tick.numbers, tick.values);
		}
		return history;
	}

	begin(): void {
		this.sql.transaction(() => {
			for (const definition of SERIES) expect(this.history.define(definition)).toBe(this.model.define(definition.type));
			this.history.commit(this.#log.length);
		});
		this.#log.push([]);
	}

	push(ticks: Tick[]): void {
		this.sql.transaction(() => {
			for (const tick of ticks) {
				const took = this.history.append(tick.at, tick.numbers, tick.values);
				const { refused, duplicates, late } = this.model.append(tick.at, tick.numbers, tick.values);
				// Late samples that are on disk are not looked up.
				expect({ ...took, ...(late && { duplicates }) }).toEqual({ refused, duplicates });
			}
			this.history.commit(this.#log.length);
		});
		this.#log.push(ticks);
		if (this.#sleepy) this.restart();
	}

	/** The process dies inside the push, before its transaction is durable. */
	die(ticks: Tick[]): void {
		const killed = new Error("killed");
		try {
			this.sql.transaction(() => {
				for (const tick of ticks) this.history.append(tick.at, tick.numbers, tick.values);
				this.history.commit(this.#log.length);
				throw killed;
			});
		} catch (error) {
			if (error !== killed) throw error;
		}
		this.history = this.#open();
	}

	restart(): void {
		const before = {
			counts: this.history.counts(),
			newest: this.history.newest,
			list: wholly(this.history.list({ kind: "series", limit: 100 })),
		};
		this.history = this.#open();
		expect({
			counts: this.history.counts(),
			newest: this.history.newest,
			list: wholly(this.history.list({ kind: "series", limit: 100 })),
		}).toEqual(before);
	}

	get now(): number {
		return Math.max(this.model.newest, BEGIN);
	}
}

const gap = fc.oneof(
	{ weight: 12, arbitrary: fc.integer({ min: 900, max: 65_000 }) },
	{ weight: 4, arbitrary: fc.integer({ min: MINUTE, max: 12 * MINUTE }) },
	{ weight: 1, arbitrary: fc.integer({ min: 0, max: 3 * HOUR }) },
	{ weight: 1, arbitrary: fc.constantFrom(MINUTE, 10 * MINUTE, 2 * HOUR) },
);
const oddValue = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(-0, 5e-324, 1e308, 2 ** 53, 2 ** 60, 1 / 3));
const beat = fc.record({
	gap,
	/** Some ticks come late, some too late, some twice. */
	back: fc.oneof(
		{ weight: 8, arbitrary: fc.constant(0) },
		{ weight: 2, arbitrary: fc.integer({ min: 1, max: 25 * MINUTE }) },
		{ weight: 1, arbitrary: fc.integer({ min: 1, max: OPTIONS.rawMs + 3 * HOUR }) },
	),
	absent: fc.integer({ min: 0, max: 63 }),
	cpu: fc.tuple(
		fc.integer({ min: 0, max: 1000 }),
		fc.oneof(
			fc.integer({ min: 0, max: 1000 }).map((n) => n / 10),
			fc.double({ min: 0, max: 100, noNaN: true }),
		),
	),
	rises: fc.tuple(fc.integer({ min: -2, max: 50 }), fc.integer({ min: -4, max: 500 })),
	odd: oddValue,
});
type Beat = typeof beat extends fc.Arbitrary<infer T> ? T : never;

const backlogStep = fc.record({
	do: fc.constant("backlog" as const),
	beat,
	/** How old the first of it is, in hundredths of how long samples are kept, and the distance to each next. */
	age: fc.integer({ min: 1, max: 110 }),
	every: fc.integer({ min: 1000, max: 5 * MINUTE }),
	times: fc.integer({ min: 1, max: 50 }),
});
const step = fc.oneof(
	{ weight: 30, arbitrary: fc.record({ do: fc.constant("push" as const), beats: fc.array(beat, { minLength: 1, maxLength: 3 }) }) },
	{ weight: 6, arbitrary: fc.record({ do: fc.constant("stretch" as const), beat, times: fc.integer({ min: 2, max: 60 }) }) },
	{ weight: 4, arbitrary: backlogStep },
	{ weight: 2, arbitrary: fc.record({ do: fc.constant("restart" as const) }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constant("die" as const), beats: fc.array(beat, { minLength: 1, maxLength: 3 }) }) },
	{
		weight: 2,
		arbitrary: fc.record({
			do: fc.constant("look" as const),
			back: fc.integer({ min: 0, max: 3 * DAY }),
			length: fc.integer({ min: 1, max: DAY }),
		}),
	},
);

/** Ticks out of beats, counters going on from where they were: they rise, dip a little or by just an eighth, or begin again. */
function next(total: number, rise: number): number {
	if (rise >= 0) return total + rise;
	return rise < -2 ? 0 : total - Math.ceil(total / (rise === -1 ? 16 : 8));
}

class Pulse {
	#totals = [0, 1000];

	tick(cluster: Cluster, { gap, back, absent, cpu, rises, odd }: Beat, now: number): Tick {
		this.#totals = this.#totals.map((total, i) => next(total, rises[i] as number));
		const values = [(cpu[0] as number) / 10, cpu[1] as number, ...this.#totals, odd, 7];
		const numbers = values.map((_, i) => i).filter((i) => !(absent & (1 << i)) || i === 5);
		return { at: Math.max(BEGIN, (now || cluster.now) + gap - back), numbers, values: numbers.map((i) => values[i] as number) };
	}
}

function close(actual: number | null | undefined, wanted: number | undefined, scale = 0): boolean {
	if (actual === null || actual === undefined || wanted === undefined) return (actual ?? undefined) === wanted;
	return Math.abs(actual - wanted) <= 1e-7 * Math.max(1, Math.abs(wanted), scale);
}

const CHARTS = [
	{ selectors: ["cpu", 'cpu{worker="b"}'], range: "1h", points: 100, fold: "together" },
	{ selectors: ["jobs_total"], range: "30m", points: 60, fold: "together" },
	{ selectors: ["jobs_total", "cpu"], range: "3h", points: 40, fold: "each", aggregation: "max" },
	{ selectors: ["cpu"], range: "2h", points: 30, fold: "together", aggregation: "p95" },
	{ selectors: ["cpu", "jobs_total"], range: "20m", points: 30 },
	{ selectors: ["jobs_total"], range: "5m", points: 1 },
	{ selectors: ["cpu", "jobs_total"], range: "10m", points: 60, fold: "together", aggregation: "last" },
] as const;

function chart(cluster: Cluster, asked: (typeof CHARTS)[number]): void {
	const answer: Metrics = wholly(cluster.history.metrics({ kind: "metrics", ...asked, selectors: [...asked.selectors] }, cluster.now));
	for (const column of answer.series) {
		const usual = asked.points === 1 ? "last" : column.name === "cpu" ? "avg" : "rate";
		const aggregation: Aggregation = "aggregation" in asked ? asked.aggregation : usual;
		const members = membersOf(column.key);
		const apart = asked.points > 1 && (!("fold" in asked) || asked.fold === "each");
		const fold = apart ? "each" : aggregation.startsWith("p") ? "pool" : column.name === "cpu" ? "avg" : "sum";
		for (const [i, value] of column.values.entries()) {
			const until = answer.start + i * answer.step;
			// A long column that is not over is not evaluated at every push.
			if (answer.step > 10 * MINUTE && until >= cluster.now) continue;
			const wanted = cluster.model.folded(members, aggregation, fold, { after: until - answer.step, until, now: cluster.model.newest });
			if (!close(value, wanted))
				throw new Error(`${column.key} ${aggregation} of ${answer.step} ms up to ${until}: ${value}, not ${wanted}`);
		}
	}
}

function membersOf(key: string): number[] {
	const [name, worker] = key.split("{worker=");
	return (name === "cpu" ? CPU : JOBS).filter((_, i) => !worker || worker.startsWith(`"${"ab"[i]}`));
}

const FIXED = [
	{ selectors: ["cpu"], points: 50, fold: "together" },
	{ selectors: ["jobs_total"], points: 40, fold: "together", aggregation: "rate" },
	{ selectors: ["cpu"], points: 30, fold: "each", aggregation: "max" },
] as const;

/** Charts that end in the past, asked again and again: they say what was measured until then, and only that. */
function standing(cluster: Cluster): void {
	for (const { end, length } of cluster.looks) {
		if (end - length < cluster.now - cluster.options.tenMinuteMs + 2 * DAY) continue;
		for (const asked of FIXED) {
			const query = { kind: "metrics" as const, ...asked, selectors: [...asked.selectors], range: `${Math.ceil(length / 1000)}s`, end };
			const answer = wholly(cluster.history.metrics(query, end));
			expect(wholly(cluster.history.metrics(query, end))).toBe(answer);
			const aggregation = "aggregation" in asked ? asked.aggregation : "avg";
			const fold = asked.fold === "each" ? "each" : asked.selectors[0] === "jobs_total" ? "sum" : "avg";
			const keys = asked.fold === "each" ? ["a", "b"].map((worker) => `cpu{worker="${worker}"}`) : asked.selectors;
			for (const key of keys) {
				const column = answer.series.find((series) => series.key === key);
				for (let i = 0; i < answer.length; i++) {
					const until = answer.start + i * answer.step;
					// A bucket that is not over by the end has no value yet.
					if (until > end && answer.step >= MINUTE) continue;
					const wanted = cluster.model.folded(membersOf(key), aggregation, fold, { after: until - answer.step, until, now: end });
					if (!close(column?.values[i], wanted))
						throw new Error(
							`${key} ${aggregation} of ${answer.step} ms up to ${until}, the end being ${end}: ${column?.values[i]}, not ${wanted}`,
						);
				}
			}
		}
	}
}

/** Raw samples bit for bit, and steps from whatever tier serves. */
function look(cluster: Cluster, back: number, length: number): void {
	const { history, model, now, options } = cluster;
	const end = now - back;
	cluster.looks.push({ end, length: Math.max(length, MINUTE) });
	standing(cluster);
	const start = end - length;
	const rawFrom = Math.max(start, now - options.rawMs + SPAN);
	if (rawFrom < end) {
		const selectors = [...SERIES.keys()].map((i) => ["cpu", "cpu", "jobs_total", "jobs_total", "odd", "constant"][i] as string);
		const answer = wholly(history.samples({ kind: "samples", selectors, range: "1h", start: rawFrom, end, fold: "each", points: 5000 }));
		for (const number of SERIES.keys()) {
			const wanted = model.samples(number, rawFrom, end);
			const line = answer.series.find(
				({ key }) =>
					key === wholly(history.list({ kind: "series", limit: 100 })).rows.find((row) => row.id === key && sameSeries(row, number))?.id,
			);
			expect(line?.at ?? []).toEqual(wanted.map(({ at }) => at));
			for (const [i, { value }] of wanted.entries()) expect(line?.values[i]).toBe(value);
		}
	}
	const size = start > now - options.minuteMs + DAY ? MINUTE : 10 * MINUTE;
	const from = Math.max(start, now - options.tenMinuteMs + DAY);
	for (const aggregation of ["last", "min", "max", "sum", "avg", "increase", "rate"] as const) {
		for (const [selector, fold] of [
			["jobs_total", "each"],
			["cpu", "each"],
			["jobs_total", "sum"],
			["cpu", "max"],
		] as const) {
			if (selector === "cpu" && (aggregation === "increase" || aggregation === "rate")) continue;
			const step = size * (fold === "each" ? 1 : 6);
			const answer: Samples = wholly(
				history.samples({
					kind: "samples",
					selectors: [selector],
					range: "1h",
					start: from,
					end,
					step: `${step / MINUTE}m`,
					aggregation,
					fold,
					points: 5000,
				}),
			);
			compare(model, answer, { from, end, step, aggregation, fold, selector });
		}
	}
}

interface Stepped {
	from: number;
	end: number;
	step: number;
	aggregation: Aggregation;
	fold: "each" | "sum" | "max";
	selector: string;
}

function compare(model: HistoryModel, answer: Samples, { from, end, step, aggregation, fold, selector }: Stepped): void {
	const keys = fold === "each" ? ["a", "b"].map((worker) => `${selector}{worker="${worker}"}`) : [selector];
	for (const key of keys) {
		const line = answer.series.find((series) => series.key === key);
		const got = new Map(line?.at.map((at, i) => [at, line.values[i] as number]));
		let seen = 0;
		for (let until = (Math.floor(from / step) + 1) * step; until <= end; until += step) {
			const wanted = model.folded(membersOf(key), aggregation, fold, { after: until - step, until });
			if (wanted !== undefined) seen++;
			if (!close(got.get(until), wanted))
				throw new Error(`${key} ${aggregation} of ${step} ms up to ${until}: ${got.get(until)}, not ${wanted}`);
		}
		if (got.size !== seen) throw new Error(`${key} ${aggregation}: ${got.size} steps with a value, not ${seen}`);
	}
}

function sameSeries(row: SeriesRow, number: number): boolean {
	const definition = SERIES[number] as (typeof SERIES)[number];
	return row.name === definition.name && row.labels?.worker === ("labels" in definition ? definition.labels.worker : undefined);
}

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** A bridge comes back and tells what it has seen, while another goes on. */
function backlog(cluster: Cluster, pulse: Pulse, { beat, age, every, times }: Extract<Step, { do: "backlog" }>): void {
	const begin = cluster.now - (age / 100) * cluster.options.rawMs;
	for (let i = 0; i < times; i++) {
		const mine = pulse.tick(cluster, { ...beat, gap: 0, back: 0 }, Math.min(cluster.now, Math.round(begin + i * every)));
		const others = pulse.tick(cluster, { ...beat, gap: 1000, back: 0, absent: 63 }, 0);
		cluster.push([mine, ...(i % 3 === 0 ? [others] : [])]);
	}
}

function stretch(cluster: Cluster, pulse: Pulse, beat: Beat, times: number): void {
	for (let i = 0; i < times; i++) cluster.push([pulse.tick(cluster, { ...beat, back: 0 }, 0)]);
}

function run(cluster: Cluster, steps: readonly Step[], pulse = new Pulse()): void {
	if (cluster.model.types.length === 0) cluster.begin();
	for (const one of steps) {
		if (one.do === "restart") cluster.restart();
		else if (one.do === "look") look(cluster, one.back, one.length);
		else if (one.do === "backlog") backlog(cluster, pulse, one);
		else if (one.do === "stretch") stretch(cluster, pulse, one.beat, one.times);
		else {
			let now = 0;
			const ticks = one.beats.map((beat) => {
				const tick = pulse.tick(cluster, beat, now);
				now = Math.max(now, cluster.now, tick.at);
				return tick;
			});
			if (one.do === "push") cluster.push(ticks);
			else cluster.die(ticks);
			for (const asked of CHARTS) chart(cluster, asked);
		}
		for (const number of SERIES.keys()) {
			const latest = cluster.history.latest(number);
			if (latest) expect(latest).toEqual(cluster.model.latest(number));
		}
	}
	look(cluster, 0, 6 * HOUR);
	cluster.restart();
	look(cluster, 0, 3 * DAY);
	look(cluster, 3 * HOUR, 2 * DAY);
}

const STILL: Beat = { gap: 900, back: 0, absent: 0, cpu: [0, 0], rises: [0, 0], odd: 0 };
/** What draws have found. */
const FOUND: Step[][] = [
	// A value goes on into columns that are over, of a series that is gone by the time they are drawn.
	[
		{ do: "stretch", beat: { ...STILL, gap: 9414 }, times: 2 },
		{ do: "backlog", beat: STILL, age: 1, every: 1000, times: 1 },
		{ do: "push", beats: [{ ...STILL, gap: 10 * MINUTE, absent: 31 }] },
	],
];

test("H2: the history answers as its model does", { timeout: 120_000 }, () => {
	const any = fc.property(fc.array(step, { maxLength: 60 }), fc.boolean(), (steps, sleepy) => {
		const cluster = new Cluster(OPTIONS, sleepy);
		run(cluster, steps);
		cluster.sql.close();
	});
	fc.assert(any, { numRuns: 60, examples: FOUND.map((steps) => [steps, false]) });
});

test("H1: out-of-order samples of any age are found in every tier they belong to, and once", { timeout: 120_000 }, () => {
	const past = fc.record({ beat, hours: fc.double({ min: 0.3, max: 1.2, noNaN: true }), ticks: fc.integer({ min: 40, max: 200 }) });
	const round = fc.tuple(fc.array(backlogStep, { minLength: 1, maxLength: 3 }), fc.array(step, { maxLength: 2 }), beat);
	const some = fc.array(round, { minLength: 1, maxLength: 4, size: "max" });
	const late = fc.property(fc.constantFrom(OPTIONS, LONG), fc.boolean(), past, some, (options, sleepy, { beat, hours, ticks }, rounds) => {
		const cluster = new Cluster(options, sleepy);
		const pulse = new Pulse();
		cluster.begin();
		// A past that is merged in part: late samples come between, before and behind those that are there.
		stretch(cluster, pulse, { ...beat, gap: Math.round((hours * options.rawMs) / ticks) }, ticks);
		for (const [backlogs, others, quiet] of rounds) {
			run(cluster, [...backlogs, ...others], pulse);
			if (cluster.model.newest > 0) stretch(cluster, pulse, { ...quiet, gap: 3 * MINUTE }, 13);
		}
		look(cluster, 0, Math.ceil(hours * options.rawMs));
		cluster.sql.close();
	});
	fc.assert(late, { numRuns: 20 });
});
