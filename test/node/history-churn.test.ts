/** Hundreds of series that come and go, over days: rows of many groups, restarts in the middle of them, and what it costs. */
import { expect, test } from "vitest";
import { History } from "../../durable/history/history.ts";
import { wholly } from "../../durable/work/work.ts";
import { openNodeSql } from "../../worker/node/clusters/sql.ts";
import { HistoryModel } from "./history-model.ts";

const BEGIN = Date.UTC(2026, 2, 1, 9, 17, 31);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const EVERY = 60_000;
const HOURS = 26;
/** Workers alive at once, and how long each lives. */
const ALIVE = 40;
const LIFE = 4 * HOUR;
const METRICS = ["cpu_percent", "memory_mb", "tasks_active", "tasks_total", "records_total"] as const;

/** The same numbers in every run. */
function random(seed: number): () => number {
	let state = seed;
	return () => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return state / 2 ** 32;
	};
}

class Workers {
	readonly #random = random(7);
	#born = 0;
	#alive: { numbers: number[]; until: number; total: number; cpu: number }[] = [];
	readonly #define: (name: string, worker: string) => number;

	constructor(define: (name: string, worker: string) => number) {
		this.#define = define;
	}

	tick(at: number): { numbers: number[]; values: number[] } {
		this.#alive = this.#alive.filter(({ until }) => until > at);
		while (this.#alive.length < ALIVE) {
			const worker = `worker-${this.#born++}`;
			const numbers = METRICS.map((name) => this.#define(name, worker));
			this.#alive.push({ numbers, until: at + LIFE * (0.25 + this.#random()), total: 0, cpu: 500 });
		}
		const numbers: number[] = [];
		const values: number[] = [];
		for (const worker of this.#alive) {
			if (this.#random() < 0.02) continue;
			worker.total += Math.floor(this.#random() * 9);
			worker.cpu = Math.max(0, Math.min(1000, worker.cpu + Math.floor(this.#random() * 41) - 20));
			numbers.push(...worker.numbers);
			values.push(worker.cpu / 10, 512, Math.floor(this.#random() * 4), worker.total, worker.total * 1000.5);
		}
		return { numbers, values };
	}
}

test("H3: with series that come and go and restarts in the middle, no sample is lost and little is written", {
	timeout: 120_000,
}, () => {
	const sql = openNodeSql(":memory:");
	const model = new HistoryModel(48 * HOUR);
	const log: { at: number; numbers: number[]; values: number[] }[] = [];
	let history = new History(sql);
	const define = (name: string, worker: string) => {
		const type = name.endsWith("_total") ? ("counter" as const) : ("gauge" as const);
		const number = history.define({ name, labels: { worker }, type });
		if (number === model.types.length) model.define(type);
		return number;
	};
	const workers = new Workers(define);
	const dice = random(11);
	let naps = 0;
	const pushes = (HOURS * HOUR) / EVERY;
	for (let position = 1; position <= pushes; position++) {
		const at = BEGIN + position * EVERY + Math.floor(dice() * 50);
		sql.transaction(() => {
			const { numbers, values } = workers.tick(at);
			history.append(at, numbers, values);
			model.append(at, numbers, values);
			log[position] = { at, numbers, values };
			history.commit(position);
		});
		// Naps in a row: a merge must get on although every push finds a history that was just opened.
		if (naps === 0 && dice() < 0.01) naps = Math.floor(dice() * 30);
		if (naps > 0) {
			naps--;
			history = new History(sql);
			for (const [position, tick] of log.entries())
				if (position > history.replayFrom) history.replay(position, tick.at, tick.numbers, tick.values);
		}
	}

	const seen = history.counts().total;
	expect(seen).toBeGreaterThan(METRICS.length * ALIVE * 8);
	expect(sql.rowsWritten / pushes).toBeLessThan(0.9);
	const groups = Number(sql.all("SELECT count(*) AS n FROM history_block_2h")[0]?.n);
	expect(groups, "a group holds series that live together, not all there ever were").toBeLessThan(
		(HOURS / 2) * Math.ceil((METRICS.length * ALIVE * 2) / 64 + 1),
	);
	expect(Number(sql.all("SELECT count(*) AS n FROM history_bucket_10m")[0]?.n)).toBeGreaterThan(0);

	const end = BEGIN + HOURS * HOUR;
	for (let series = 0; series < seen; series += 7) {
		const wanted = model.samples(series, BEGIN, end);
		const got = history.measurements(BEGIN + 1, end)(series);
		expect(got.at).toEqual(wanted.map(({ at }) => at));
		expect(got.values).toEqual(wanted.map(({ value }) => value));
	}
	const rate = wholly(
		history.samples({
			kind: "samples",
			selectors: ["tasks_total"],
			range: `${HOURS}h`,
			step: "10m",
			aggregation: "increase",
			fold: "sum",
			points: 5000,
		}),
	);
	const counters = model.types.flatMap((type, series) => (type === "counter" && series % METRICS.length === 3 ? [series] : []));
	const line = rate.series[0];
	expect(line?.at.length).toBeGreaterThan(HOURS * 6 - 2);
	for (const [i, until] of (line?.at ?? []).entries()) {
		expect(line?.values[i]).toBe(model.folded(counters, "increase", "sum", { after: until - 10 * MINUTE, until }));
	}
	sql.close();
});
