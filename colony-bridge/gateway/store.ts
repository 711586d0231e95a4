/**
 * What local bridges have said and the dashboard does not have yet, in one SQLite file: every frame under its bridge, run and number. What
 * has been taken is on disk when `take` returns (WAL, synchronous=FULL), so that an acknowledgement outlives a kill and a power cut.
 */
import type { Sql } from "../../durable/sql.ts";
import type { Hello, UpFrame } from "../protocol/up.ts";
import { condense, gapOf } from "./condense.ts";

/** One run of a bridge: an epoch. */
export interface Run {
	readonly id: number;
	readonly bridge: string;
	readonly epoch: number;
	hello: Hello;
	/** Last number taken. */
	last: number;
	/** Last number the dashboard has, as far as it said. */
	acked: number;
	/** The dashboard has lost what it had of this run: the bridge must begin a new one. */
	lost: boolean;
	/** Frames held, and their bytes. */
	frames: number;
	bytes: number;
}

export interface Line {
	seq: number;
	text: string;
}

type RunRow = { id: number; bridge: string; epoch: number; hello: string; last: number; acked: number; lost: number };

/** Where the bound is passed, this share of it is made free, so that it is rarely passed; but no more bytes at once. */
const SHED_SHARE = 0.1;
const SHED_BYTES = 8_000_000;
/** Rows read at once. */
const MOST_ROWS = 1_000;

export class Store {
	/** Frames that became part of a gap, ever since this process began. */
	shed = 0;
	readonly maxBytes: number;
	readonly #sql: Sql;
	/** Runs of each bridge, oldest first; the last is the one that speaks. */
	readonly #runs = new Map<string, Run[]>();
	#bytes = 0;

	/** @param maxBytes of frames held. */
	constructor(sql: Sql, maxBytes: number) {
		this.#sql = sql;
		this.maxBytes = maxBytes;
		sql.transaction(() => {
			sql.run(`CREATE TABLE IF NOT EXISTS runs (id INTEGER PRIMARY KEY, bridge TEXT NOT NULL, epoch INTEGER NOT NULL, hello TEXT NOT NULL,
				last INTEGER NOT NULL, acked INTEGER NOT NULL, lost INTEGER NOT NULL, UNIQUE (bridge, epoch))`);
			sql.run(`CREATE TABLE IF NOT EXISTS frames (run INTEGER NOT NULL, seq INTEGER NOT NULL, bytes INTEGER NOT NULL, line TEXT NOT NULL,
				PRIMARY KEY (run, seq)) WITHOUT ROWID`);
		});
		const held = new Map(
			sql
				.all<{ run: number; frames: number; bytes: number }>("SELECT run, count(*) AS frames, sum(bytes) AS bytes FROM frames GROUP BY run")
				.map((row) => [row.run, row]),
		);
		for (const row of sql.all<RunRow>("SELECT * FROM runs ORDER BY epoch")) {
			const { frames = 0, bytes = 0 } = held.get(row.id) ?? {};
			this.#add({ ...row, hello: JSON.parse(row.hello) as Hello, lost: row.lost === 1, frames, bytes });
		}
	}

	/** Names of the bridges that are known. */
	get bridges(): Iterable<string> {
		return this.#runs.keys();
	}

	/** The newest run of each, as a hello is judged by. */
	get links(): { size: number; get(bridge: string): Hello | undefined } {
		return { size: this.#runs.size, get: (bridge) => this.newest(bridge)?.hello };
	}

	/** Frames held, and their bytes. */
	get held(): { frames: number; bytes: number } {
		let frames = 0;
		for (const runs of this.#runs.values()) for (const run of runs) frames += run.frames;
		return { frames, bytes: this.#bytes };
	}

	newest(bridge: string): Run | undefined {
		return this.#runs.get(bridge)?.at(-1);
	}

	/** The run whose turn it is to be told to the dashboard: the oldest that has something, else the newest. */
	due(bridge: string): Run | undefined {
		const runs = this.#runs.get(bridge);
		// A run that has to begin anew may still turn out to be whole: its gap waits for the run after it.
		return runs?.find((run, i) => run.frames > 0 && !(run.lost && i === runs.length - 1)) ?? runs?.at(-1);
	}

	/** A bridge says hello: in a new run, or something new in the one it has. Earlier runs with nothing left are forgotten. */
	greet(hello: Hello): Run {
		const { bridge, epoch } = hello;
		const run = this.newest(bridge);
		if (run?.epoch === epoch) {
			const { sent: _, ...before } = run.hello;
			const { sent: __, ...now } = hello;
			run.hello = hello;
			if (JSON.stringify(before) !== JSON.stringify(now)) {
				this.#sql.run("UPDATE runs SET hello = ? WHERE id = ?", JSON.stringify(hello), run.id);
			}
			return run;
		}
		const id = this.#sql.transaction(() => {
			for (const old of this.#runs.get(bridge) ?? []) if (old.frames === 0) this.#sql.run("DELETE FROM runs WHERE id = ?", old.id);
			const text = "INSERT INTO runs (bridge, epoch, hello, last, acked, lost) VALUES (?, ?, ?, 0, 0, 0) RETURNING id";
			return this.#sql.all<{ id: number }>(text, bridge, epoch, JSON.stringify(hello))[0]?.id as number;
		});
		this.#runs.set(
			bridge,
			(this.#runs.get(bridge) ?? []).filter(({ frames }) => frames > 0),
		);
		return this.#add({ id, bridge, epoch, hello, last: 0, acked: 0, lost: false, frames: 0, bytes: 0 });
	}

	/**
	 * Takes frames that follow the last one taken; they are on disk afterwards. Past the bound the oldest of whoever has most make room.
	 * @param sent of that bridge's run: what has gone out and may have arrived already stays as it is.
	 */
	take(run: Run, lines: readonly Line[], sent: (run: Run) => number): void {
		const last = lines.at(-1)?.seq ?? run.last;
		this.#sql.transaction(() => {
			for (const { seq, text } of lines) this.#insert(run, seq, text);
			this.#sql.run("UPDATE runs SET last = ? WHERE id = ?", last, run.id);
		});
		run.last = last;
		this.#count(run, lines.length, sum(lines));
		if (this.#bytes <= this.maxBytes) return;
		const runs = [...this.#runs.values()].flat().sort((a, b) => b.bytes - a.bytes);
		for (const each of runs) {
			this.#shed(each, sent(each), this.#bytes - this.maxBytes + Math.min(this.maxBytes * SHED_SHARE, SHED_BYTES));
			if (this.#bytes <= this.maxBytes) return;
		}
	}

	/** Nothing could make room: until the dashboard has taken some, bridges keep what is theirs. */
	get full(): boolean {
		return this.#bytes > this.maxBytes * (1 + SHED_SHARE);
	}

	/** Frames after `seq`, `bytes` of them, one at least. */
	next(run: Run, seq: number, bytes: number): Line[] {
		const out: Line[] = [];
		const text = "SELECT seq, line AS text, bytes FROM frames WHERE run = ? AND seq > ? ORDER BY seq LIMIT ?";
		let left = bytes;
		for (const row of this.#sql.all<{ seq: number; text: string; bytes: number }>(text, run.id, seq, MOST_ROWS)) {
			left -= row.bytes;
			if (left < 0 && out.length > 0) break;
			out.push({ seq: row.seq, text: row.text });
		}
		return out;
	}

	/** The dashboard has everything of the run up to `seq`. */
	ack(run: Run, seq: number): void {
		if (seq <= run.acked) return;
		const gone = this.#sql.transaction(() => {
			const gone = this.#sum(run, seq);
			this.#sql.run("DELETE FROM frames WHERE run = ? AND seq <= ?", run.id, seq);
			this.#sql.run("UPDATE runs SET acked = ? WHERE id = ?", seq, run.id);
			return gone;
		});
		run.acked = seq;
		this.#count(run, -gone.frames, -gone.bytes);
	}

	/** The dashboard has lost what it had of the run. What is held leans on that: it becomes a gap. */
	lose(run: Run): void {
		const gap = gapOf(this.#read(run, 0, Number.MAX_SAFE_INTEGER));
		this.#sql.transaction(() => {
			this.#sql.run("DELETE FROM frames WHERE run = ?", run.id);
			this.#sql.run("UPDATE runs SET acked = 0, lost = 1 WHERE id = ?", run.id);
			if (gap) this.#insert(run, gap.seq, JSON.stringify({ ...gap, first: 1 }));
		});
		this.shed += run.frames;
		Object.assign(run, { acked: 0, lost: true });
		this.#recount(run);
	}

	/** The bridge has every frame of a lost run itself and says them again, from the first. */
	beginAgain(run: Run): void {
		this.#sql.transaction(() => {
			this.#sql.run("DELETE FROM frames WHERE run = ?", run.id);
			this.#sql.run("UPDATE runs SET last = 0, acked = 0, lost = 0 WHERE id = ?", run.id);
		});
		Object.assign(run, { last: 0, acked: 0, lost: false });
		this.#recount(run);
	}

	/** Nobody will take its frames any more: whoever goes on in this run has to begin a new one. */
	discard(run: Run): void {
		this.#sql.transaction(() => {
			this.#sql.run("DELETE FROM frames WHERE run = ?", run.id);
			this.#sql.run("UPDATE runs SET acked = 0, lost = 1 WHERE id = ?", run.id);
		});
		Object.assign(run, { acked: 0, lost: true });
		this.#recount(run);
	}

	/** The oldest frames of a run that have not gone out make room. */
	#shed(run: Run, sent: number, bytes: number): void {
		const frames = [...this.#read(run, sent, bytes)];
		const through = frames.at(-1)?.seq;
		const fewer = condense(frames);
		if (through === undefined || fewer.length >= frames.length) return;
		this.#sql.transaction(() => {
			this.#sql.run("DELETE FROM frames WHERE run = ? AND seq > ? AND seq <= ?", run.id, sent, through);
			for (const frame of fewer) this.#insert(run, frame.seq, JSON.stringify(frame));
		});
		this.shed += frames.length - fewer.length;
		this.#recount(run);
	}

	/** Frames after `seq` whose bytes together are `bytes`, or all there are. They were checked when they came in. */
	*#read(run: Run, seq: number, bytes: number): Generator<UpFrame> {
		let after = seq;
		let left = bytes;
		while (left > 0) {
			const lines = this.next(run, after, Math.min(left, SHED_BYTES));
			if (lines.length === 0) break;
			for (const { text } of lines) yield JSON.parse(text) as UpFrame;
			left -= sum(lines);
			after = lines.at(-1)?.seq as number;
		}
	}

	#insert(run: Run, seq: number, text: string): void {
		this.#sql.run("INSERT INTO frames (run, seq, bytes, line) VALUES (?, ?, ?, ?)", run.id, seq, Buffer.byteLength(text), text);
	}

	#add(run: Run): Run {
		const runs = this.#runs.get(run.bridge);
		if (runs) runs.push(run);
		else this.#runs.set(run.bridge, [run]);
		this.#bytes += run.bytes;
		return run;
	}

	#sum(run: Run, through: number): { frames: number; bytes: number } {
		const text = "SELECT count(*) AS frames, coalesce(sum(bytes), 0) AS bytes FROM frames WHERE run = ? AND seq <= ?";
		return this.#sql.all<{ frames: number; bytes: number }>(text, run.id, through)[0] ?? { frames: 0, bytes: 0 };
	}

	#recount(run: Run): void {
		const { frames, bytes } = this.#sum(run, Number.MAX_SAFE_INTEGER);
		this.#count(run, frames - run.frames, bytes - run.bytes);
	}

	#count(run: Run, frames: number, bytes: number): void {
		run.frames += frames;
		run.bytes += bytes;
		this.#bytes += bytes;
	}
}

function sum(lines: readonly Line[]): number {
	return lines.reduce((bytes, { text }) => bytes + Buffer.byteLength(text), 0);
}
