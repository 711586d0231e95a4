/** A model of a cluster, as plain as possible: no log, no numbers of series, no rings. */
import { expect } from "vitest";
import type { Answer } from "../../colony-bridge/protocol/query/view.ts";
import { PROTOCOL_VERSION } from "../../colony-bridge/protocol/wire/version.ts";

interface Patch {
	replace?: boolean;
	set?: { id: string; status: string }[];
	remove?: string[];
}
export type ModelFrame =
	| { type: "state"; workers?: Patch; tasks?: Patch; checks?: Patch; queued?: number; health?: { status: string } }
	| { type: "series"; ids: number[] }
	| { type: "tick"; samples: [series: number, value: number][] }
	| { type: "events"; ends: [id: string, status: string, ms: number][]; logs: [level: string, message: string][] }
	| { type: "nonsense" };

interface Owned {
	bridge: number;
	value: { id: string; status: string };
}
type Table = Map<string, Owned>;

class Speaker {
	epoch = 1;
	seq = 0;
	announced = new Set<number>();
	/** State was sent in this epoch. */
	current = false;
	/** The cluster has heard of it; of this epoch. */
	known = false;
	greeted = false;
	/** It has sent ticks, state or events: only such a one is listed while it is not connected, and missed. */
	reporting = false;
	queued: number | undefined;
	gaps = 0;
	/** Frames sent in this epoch, as they were. */
	sent: object[] = [];
}

export interface Exchange {
	greeting: object;
	frames: object[];
	expected: object[];
}

/** Ends that a cluster under test keeps at least. */
export const KEPT = 6;

export class ClusterModel {
	readonly #speakers = [new Speaker(), new Speaker()];
	readonly #workers: Table = new Map();
	readonly #tasks: Table = new Map();
	readonly #checks: Table = new Map();
	readonly #totals: Record<string, number> = { completed: 0, failed: 0, cancelled: 0, no_result: 0 };
	readonly #ended: [id: string, status: string][] = [];
	#logs: string[] = [];
	#pushes = 0;

	push(bridge: number, frames: ModelFrame[], now: number): Exchange {
		const speaker = this.#speaker(bridge);
		const expected: object[] = [this.#welcome(speaker)];
		const written = frames.map((frame) => {
			const seq = ++speaker.seq;
			const { wire, refused } = this.#apply(bridge, speaker, frame, seq, now);
			if (!refused && ["state", "tick", "events"].includes(frame.type)) speaker.reporting = true;
			if (refused) expected.push(expect.objectContaining({ type: "error", seq, kind: refused, fatal: false }));
			return wire;
		});
		speaker.sent.push(...written);
		this.#pushes++;
		expected.push({ type: "ack", seq: speaker.seq });
		return { greeting: this.#greeting(bridge, speaker), frames: written, expected };
	}

	repeat(bridge: number, back: number): Exchange {
		const speaker = this.#speaker(bridge);
		const frames = speaker.sent.slice(-back);
		const expected = [this.#welcome(speaker), ...(frames.length > 0 ? [{ type: "ack", seq: speaker.seq }] : [])];
		return { greeting: this.#greeting(bridge, speaker), frames, expected };
	}

	jump(bridge: number, by: number, now: number): Exchange {
		const speaker = this.#speaker(bridge);
		const seq = speaker.seq + 1 + by;
		const expected = [this.#welcome(speaker), expect.objectContaining({ type: "error", kind: "sequence", seq, fatal: true })];
		return { greeting: this.#greeting(bridge, speaker), frames: [{ type: "state", seq, at: now, workers: { replace: true } }], expected };
	}

	drop(bridge: number, frames: number, now: number): Exchange {
		const speaker = this.#speaker(bridge);
		const expected: object[] = [this.#welcome(speaker)];
		const first = speaker.seq + 1;
		speaker.seq += frames;
		speaker.gaps++;
		this.#pushes++;
		const gap = { type: "gap", seq: speaker.seq, first, samples: 3, events: 1, from: now, until: now };
		speaker.sent.push(gap);
		return { greeting: this.#greeting(bridge, speaker), frames: [gap], expected: [...expected, { type: "ack", seq: speaker.seq }] };
	}

	epoch(bridge: number): void {
		const before = this.#speaker(bridge);
		const speaker = new Speaker();
		speaker.epoch = before.epoch + 1;
		speaker.gaps = before.gaps;
		speaker.queued = before.queued;
		speaker.greeted = before.greeted;
		speaker.reporting = before.reporting;
		this.#speakers[bridge] = speaker;
	}

	/** @param now ms: what is known of when a bridge was heard last is taken from the answers, what follows from it is not. */
	expectSame(answers: Answer[], now: number): void {
		const of = <K extends Answer["kind"]>(kind: K) =>
			answers.find((answer) => answer.kind === kind && !("limit" in answer)) as Extract<Answer, { kind: K }>;
		const { view } = of("cluster");
		const missed = view.links.filter((link) => !link.unreported);
		expect(view.links.filter((link) => link.unreported && !link.connected)).toEqual([]);
		const silent = new Set(missed.filter((link) => now >= link.lastPushAt + 3 * 5000).map(({ bridge }) => Number(bridge.slice(-1))));
		const statusOf = ({ bridge, value }: Owned) => (silent.has(bridge) ? "not-heard" : value.status);
		const workersThat = (...statuses: string[]) =>
			[...this.#workers.values()].filter((worker) => statuses.includes(statusOf(worker))).length;
		expect(view.workers).toMatchObject({
			total: this.#workers.size,
			ready: workersThat("idle", "busy", "running"),
			notHeard: workersThat("not-heard"),
		});
		expect(view.checks).toMatchObject({
			total: this.#checks.size,
			notHeard: [...this.#checks.values()].filter((check) => silent.has(check.bridge)).length,
		});
		expect(view.bridges.stale).toBe(silent.size);
		expect(view.status === "silent").toBe(missed.length > 0 && silent.size === missed.length);
		const { retained, retainedSince, ...counts } = view.tasks;
		expect(counts).toEqual({ ...this.#taskCounts(silent), ...this.#totals });
		const ends = this.#ended.toReversed();
		const told = answers.filter((answer) => answer.kind === "ended").map(({ rows }) => rows.map(({ task, status }) => [task, status]));
		expect(retained).toBeGreaterThanOrEqual(Math.min(ends.length, KEPT));
		expect(retainedSince === undefined).toBe(ends.length === 0);
		expect(told[0]).toEqual(ends.slice(0, Math.min(5, retained)));
		const failed = ends.filter(([, status]) => status === "failed");
		expect(told[1]).toEqual(failed.slice(0, told[1]?.length));
		expect(told[1]?.length).toBeGreaterThanOrEqual(Math.min(failed.length, KEPT));
		expect(view.intake.pushes).toBe(this.#pushes);
		expect(missed.map(({ gaps }) => gaps.count)).toEqual(this.#speakers.flatMap(({ reporting, gaps }) => (reporting ? [gaps] : [])));
		const workers = answers.filter((answer) => answer.kind === "workers").at(-1);
		expect(workers?.rows.map(({ id, status }) => [id, status])).toEqual(this.#ranked(statusOf));
		expect(
			of("checks")
				.rows.map(({ id }) => id)
				.sort(),
		).toEqual([...this.#checks.keys()].sort());
		expect(
			of("tasks")
				.rows.map(({ id }) => id)
				.sort(),
		).toEqual([...this.#tasks.keys()].sort());
		const logs = of("logs");
		expect(logs.overall).toBe(this.#logs.length);
		expect(logs.rows.map(({ message }) => message)).toEqual(this.#logs.slice(-3).reverse());
	}

	#speaker(bridge: number): Speaker {
		return this.#speakers[bridge] as Speaker;
	}

	#greeting(bridge: number, { epoch }: Speaker): object {
		return { bridge: `bridge-${bridge}`, epoch };
	}

	#welcome(speaker: Speaker): object {
		speaker.greeted = true;
		return { type: "welcome", protocol: PROTOCOL_VERSION, epoch: speaker.epoch, lastSeq: speaker.seq };
	}

	#apply(bridge: number, speaker: Speaker, frame: ModelFrame, seq: number, at: number): { wire: object; refused?: string } {
		switch (frame.type) {
			case "state": {
				if (!speaker.current) {
					for (const table of [this.#workers, this.#tasks, this.#checks]) drop(table, bridge, () => true);
					speaker.queued = undefined;
				}
				speaker.current = true;
				patch(this.#workers, bridge, frame.workers);
				patch(this.#tasks, bridge, frame.tasks);
				patch(this.#checks, bridge, frame.checks);
				if (frame.queued !== undefined) speaker.queued = frame.queued;
				const { type, ...parts } = frame;
				return { wire: { type, seq, at, ...parts } };
			}
			case "series": {
				for (const id of frame.ids) speaker.announced.add(id);
				const series = frame.ids.map((id) => ({
					id,
					name: `cpu_${id}`,
					labels: { worker: `worker-${id}`, bridge: `${bridge}` },
					type: "gauge",
				}));
				return { wire: { type: "series", seq, series } };
			}
			case "tick": {
				const wire = { type: "tick", seq, at, ids: frame.samples.map(([id]) => id), values: frame.samples.map(([, value]) => value) };
				return frame.samples.every(([id]) => speaker.announced.has(id)) ? { wire } : { wire, refused: "unknown-series" };
			}
			case "events": {
				for (const [id, status] of frame.ends) {
					this.#ended.push([id, status]);
					this.#totals[status] = (this.#totals[status] ?? 0) + 1;
					if (this.#tasks.get(id)?.bridge === bridge) this.#tasks.delete(id);
				}
				this.#logs.push(...frame.logs.map(([, message]) => message));
				const ends = frame.ends.map(([id, status, ms]) => ({
					type: "taskEnd",
					id,
					name: "count",
					status,
					startedAt: at - ms,
					endedAt: at,
				}));
				const logs = frame.logs.map(([level, message]) => ({ type: "log", at, level, message }));
				return { wire: { type: "events", seq, events: [...ends, ...logs] } };
			}
			case "nonsense":
				return { wire: { type: "dance", seq }, refused: "invalid" };
		}
	}

	#taskCounts(silent: ReadonlySet<number>): { active: number; queued: number; notHeard: number } {
		const counts = { active: 0, queued: 0, notHeard: 0 };
		for (const [bridge, speaker] of this.#speakers.entries()) {
			const of = (status: string) =>
				[...this.#tasks.values()].filter((task) => task.bridge === bridge && task.value.status === status).length;
			const queued = Math.max(of("queued"), speaker.queued ?? 0);
			if (silent.has(bridge)) counts.notHeard += of("running") + queued;
			else {
				counts.active += of("running");
				counts.queued += queued;
			}
		}
		return counts;
	}

	#ranked(statusOf: (worker: Owned) => string): [string, string][] {
		const rank = (worker: Owned) => ["failed", "not-heard"].indexOf(statusOf(worker)) + 1 || 3;
		const number = ({ value }: Owned) => Number(value.id.split("-")[1]);
		return [...this.#workers.values()]
			.sort((a, b) => rank(a) - rank(b) || number(a) - number(b))
			.map((worker) => [worker.value.id, statusOf(worker)]);
	}
}

function patch(table: Table, bridge: number, change: Patch | undefined): void {
	if (!change) return;
	const named = new Set((change.set ?? []).map(({ id }) => id));
	if (change.replace) drop(table, bridge, (id) => !named.has(id));
	for (const value of change.set ?? []) table.set(value.id, { bridge, value });
	drop(table, bridge, (id) => (change.remove ?? []).includes(id));
}

function drop(table: Table, bridge: number, which: (id: string) => boolean): void {
	for (const [id, owned] of [...table]) if (owned.bridge === bridge && which(id)) table.delete(id);
}
