/**
 * Bridges of one cluster, some of them away for eight hours while the others push: they come back with all they have seen, the host is lost
 * on the way, and in the end the history is what was measured, each sample once.
 */
import { describe, expect, test, vi } from "vitest";
import type { DownFrame } from "../../colony-bridge/protocol/wire/down.ts";
import { hello, Line, Rig, START } from "./cluster-rig.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const EVERY = 30_000;
const AWAY = 8 * HOUR;
/** Frames that a bridge which catches up sends at once. */
const PUSH = 120;

/** What each bridge measures in its beat i. */
const SERIES = {
	level: { type: "gauge", value: (i: number, bridge: number) => Math.sin(i + bridge) * 100 },
	done_total: { type: "counter", value: (i: number, bridge: number) => (i * (bridge + 3)) % 2221 },
} as const;

/** A bridge and its spool: what was acknowledged it lets go of. */
class Spooled {
	readonly #rig: Rig;
	readonly #number: number;
	readonly name: string;
	#frames: { seq: number }[];
	#seq = 1;
	#line: Line | undefined;
	/** Its instants, in order. */
	readonly beats: number[] = [];

	constructor(rig: Rig, number: number) {
		this.#rig = rig;
		this.#number = number;
		this.name = `node-${number}`;
		const series = Object.entries(SERIES).map(([name, { type }], id) => ({ id, name, type, labels: { node: this.name } }));
		this.#frames = [{ type: "series", seq: 1, series } as { seq: number }];
	}

	measure(): void {
		const beat = this.beats.push(this.#rig.now) - 1;
		const values = Object.values(SERIES).map(({ value }) => value(beat, this.#number));
		this.#frames.push({ type: "tick", seq: ++this.#seq, at: this.#rig.now, ids: [0, 1], values } as { seq: number });
	}

	connect(): void {
		this.#line = new Line(this.#rig, "bridge");
		this.#line.say(hello({ bridge: this.name }));
		this.#hear();
	}

	leave(): void {
		this.#line?.hangUp();
		this.#line = undefined;
	}

	/** @returns whether there is more to send. */
	push(): boolean {
		this.#line?.say(...this.#frames.slice(0, PUSH));
		this.#hear();
		return this.#frames.length > 0;
	}

	get waiting(): number {
		return this.#frames.length;
	}

	#hear(): void {
		for (const frame of this.#line?.take<DownFrame>() ?? []) {
			const durable = frame.type === "welcome" ? frame.lastSeq : frame.type === "ack" ? frame.seq : 0;
			this.#frames = this.#frames.filter(({ seq }) => seq > durable);
			if (frame.type === "error") throw new Error(frame.detail);
		}
	}

	/** What a query of everything has to answer. */
	measured(name: keyof typeof SERIES): { at: number[]; values: number[] } {
		return { at: this.beats, values: this.beats.map((_, i) => SERIES[name].value(i, this.#number)) };
	}
}

function look(rig: Rig, bridges: readonly Spooled[]): void {
	for (const bridge of bridges) {
		for (const name of Object.keys(SERIES) as (keyof typeof SERIES)[]) {
			const { series } = rig.ask({ kind: "samples", selectors: [`${name}{node="${bridge.name}"}`], range: "24h", points: 5000 });
			expect({ at: series[0]?.at, values: series[0]?.values }, `${name} of ${bridge.name}`).toEqual(bridge.measured(name));
		}
	}
	// From whatever tier serves: the rise of each counter in ten minutes.
	const rises = rig.ask({
		kind: "samples",
		selectors: ["done_total"],
		range: "24h",
		step: "10m",
		aggregation: "increase",
		fold: "each",
		points: 150,
	});
	for (const [i, bridge] of bridges.entries()) {
		const line = rises.series.find(({ key }) => key.includes(`"${bridge.name}"`));
		const { at, values } = bridge.measured("done_total");
		const wanted = new Map<number, number>();
		for (let k = 1; k < at.length; k++) {
			const end = Math.ceil((at[k] as number) / (10 * MINUTE)) * 10 * MINUTE;
			const [before, now] = [values[k - 1] as number, values[k] as number];
			if (end <= rig.now) wanted.set(end, (wanted.get(end) ?? 0) + (now >= before ? now - before : now));
		}
		expect(new Map(line?.at.map((at, k) => [at, line.values[k]])), `rises of bridge ${i}`).toEqual(wanted);
	}
	const { view } = rig.ask<"cluster">({ kind: "cluster" });
	expect(view.links.every(({ gaps }) => gaps.count === 0)).toBe(true);
	expect(rig.ask({ kind: "marks", limit: 500 }).rows.filter(({ kind }) => kind === "gap")).toEqual([]);
}

describe("a bridge that was away for eight hours", () => {
	test.each([
		{ all: 2, away: 1 },
		{ all: 20, away: 1 },
		{ all: 20, away: 12 },
	])("$away of $all: nothing is missing, nothing doubled, and who was there goes on", { timeout: 60_000 }, ({ all, away }) => {
		const rig = new Rig({ history: { outOfOrderSamples: 20_000 } });
		const bridges = Array.from({ length: all }, (_, i) => new Spooled(rig, i));
		const [absent, there] = [bridges.slice(0, away), bridges.slice(away)];
		const beat = (): void => {
			rig.pass(EVERY);
			for (const bridge of bridges) bridge.measure();
			for (const bridge of there) {
				bridge.push();
				expect(bridge.waiting, "is acknowledged at once").toBe(0);
			}
			for (const bridge of there.slice(0, 2)) {
				const [live] = rig.ask({ kind: "samples", selectors: [`level{node="${bridge.name}"}`], range: "1m", points: 5 }).series;
				expect(live?.at.at(-1), "and seen").toBe(rig.now);
			}
		};
		for (const bridge of bridges) bridge.connect();
		for (let i = 0; i < 20; i++) {
			beat();
			for (const bridge of absent) bridge.push();
		}
		for (const bridge of absent) bridge.leave();
		while (rig.now < START + AWAY) beat();
		let pushes = 0;
		for (const bridge of absent) bridge.connect();
		while (absent.some(({ waiting }) => waiting > 1)) {
			beat();
			for (const bridge of absent) {
				bridge.push();
				pushes++;
				if (pushes % 5 === 0) {
					// The host is gone, all links with it.
					rig.restart();
					for (const each of bridges) each.connect();
				}
				if (pushes % 7 === 0) {
					// It dies when all is written, and nothing is durable: what was not acknowledged is told again.
					vi.spyOn(console, "error").mockImplementation(() => {});
					const { transaction } = rig.sql;
					vi.spyOn(rig.sql, "transaction").mockImplementationOnce((work) =>
						transaction.call(rig.sql, () => {
							work();
							throw new Error("killed");
						}),
					);
					if (bridge.waiting > 0) expect(() => bridge.push()).toThrow(/nothing of the push was applied/);
					vi.restoreAllMocks();
					for (const each of bridges) each.connect();
				}
			}
		}
		look(rig, bridges);
		// Three hours later all of it is merged, and what was late is folded.
		for (let i = 0; i < (3 * HOUR) / EVERY; i++) {
			beat();
			for (const bridge of absent) bridge.push();
		}
		expect(rig.sql.all("SELECT count(*) AS rows FROM history_out_of_order")).toEqual([{ rows: 0 }]);
		look(rig, bridges);
		rig.restart();
		look(rig, bridges);
	});
});
