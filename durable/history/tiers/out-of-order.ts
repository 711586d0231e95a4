/**
 * Samples that came when their window was closed: from a bridge that was away for longer than the others kept silent, and now tells what it
 * has seen. They are kept beside the tiers until their span is folded (see `fold.ts`), and are read with what the tiers have.
 *
 * First they lie in memory, as the head does: the cluster's log is what makes them durable. When they are many, or have waited for ten
 * minutes of the cluster's own time, all of them are written as parts, `history_late`: a part is what one such write had of one span. So a
 * bridge that catches up costs a few rows each hundred thousand samples, however its pushes fall.
 */
import type { Sql } from "../../storage/sql.ts";
import { Block, BlockWriter } from "../blocks/block.ts";
import { BlockRows } from "../blocks/block-rows.ts";
import type { Run } from "../blocks/chunk.ts";
import { OpenRun } from "../blocks/open-chunk.ts";
import { cutOf, SPAN_MS, WINDOW_MS } from "../blocks/partition.ts";
import { type Cursor, sampleCursor } from "./cursor.ts";
import type { Start } from "./head.ts";
import { overlay } from "./overlay.ts";

/** Series that may have samples in memory, of all spans together: each takes some 350 bytes besides. */
const MOST_SERIES = 100_000;
const WAIT_MS = WINDOW_MS;
/** A row holds so much: a sample that cannot be compressed takes 9 bytes, and a row 2 MB. */
const SAMPLES_A_ROW = 50_000;
const SERIES_A_ROW = 512;

/** Late samples of one span that were written at once. */
export interface LatePart {
	/** Never given twice. */
	id: number;
	span: number;
	/** Instant of the cluster's newest sample then, ms. */
	at: number;
}

export interface LateState {
	/** Log position up to which all late samples are on disk. */
	written: number;
	/** Those after it. */
	start?: Start;
	/** In the order they were written. */
	parts: LatePart[];
	nextId: number;
	/** A span that is being folded, with which parts, and the series it goes on with. */
	fold?: { span: number; parts: number[]; from: number };
}

export class Late {
	readonly #rows: BlockRows<Block>;
	readonly #state: LateState;
	/** By span, then by series. */
	readonly #open = new Map<number, Map<number, OpenRun>>();
	readonly #most: number;
	/** What is in memory. */
	#samples = 0;
	#series = 0;

	/** @param most samples in memory. */
	constructor(sql: Sql, most: number, room: number, state: LateState = { written: 0, parts: [], nextId: 1 }) {
		this.#rows = new BlockRows(sql, "history_late", room, (bytes) => new Block(bytes));
		this.#most = most;
		this.#state = { ...state };
	}

	get state(): LateState {
		return this.#state;
	}

	/** Whether there are none. */
	get empty(): boolean {
		return this.#open.size === 0 && this.#state.parts.length === 0;
	}

	/** Whether a span has any. */
	has(span: number): boolean {
		return this.#open.has(span) || this.#state.parts.some((part) => part.span === span);
	}

	/** The first span that has any; none: infinity. */
	get oldest(): number {
		return Math.min(...this.#open.keys(), ...this.#state.parts.map(({ span }) => span));
	}

	/** @returns whether the series had a sample of this instant that is not yet on disk. */
	put(series: number, at: number, value: number): boolean {
		const span = cutOf(at, SPAN_MS);
		let columns = this.#open.get(span);
		if (!columns) {
			columns = new Map();
			this.#open.set(span, columns);
		}
		let run = columns.get(series);
		if (!run) {
			run = new OpenRun(span * SPAN_MS, 4);
			columns.set(series, run);
			this.#series++;
		}
		if (run.put(at, value) !== undefined) return true;
		this.#samples++;
		return false;
	}

	/** As the head's. @returns whether the state changed. */
	record(position: number, newest: number): boolean {
		if (this.#open.size === 0 || this.#state.start) return false;
		this.#state.start = { position: position - 1, newest };
		return true;
	}

	/** Whether what is in memory has to be written. @param newest instant of the cluster's newest sample, ms. */
	due(newest: number): boolean {
		const since = this.#state.start?.newest;
		return since !== undefined && (this.#samples >= this.#most || this.#series >= MOST_SERIES || newest - since >= WAIT_MS);
	}

	/** Writes what is in memory. @param position of the push that is being committed. */
	write(position: number, newest: number): void {
		for (const [span, columns] of [...this.#open].sort(([a], [b]) => a - b)) {
			const id = this.#state.nextId++;
			this.#writePart(id, columns);
			this.#state.parts.push({ id, span, at: newest });
		}
		this.#open.clear();
		this.#samples = 0;
		this.#series = 0;
		this.#state.written = position;
		delete this.#state.start;
	}

	#writePart(id: number, columns: ReadonlyMap<number, OpenRun>): void {
		let block = new BlockWriter();
		let [samples, series] = [0, 0];
		const write = (): void => {
			if (block.first !== undefined) this.#rows.write(id, block.first, block.bytes());
			block = new BlockWriter();
			[samples, series] = [0, 0];
		};
		for (const [number, { offsets, values, length }] of [...columns].sort(([a], [b]) => a - b)) {
			if (samples + length > SAMPLES_A_ROW || series === SERIES_A_ROW) write();
			block.add({ series: number, offsets, values, length });
			samples += length;
			series++;
		}
		write();
	}

	/** Parts of a span, in the order they were written. */
	partsOf(span: number): LatePart[] {
		return this.#state.parts.filter((part) => part.span === span);
	}

	/** Series by series what a part has. */
	cursor({ id, span }: Pick<LatePart, "id" | "span">): Cursor {
		return sampleCursor(this.#rows, id, SPAN_MS, span * SPAN_MS);
	}

	/** Forgets parts that the tiers have now. */
	drop(ids: readonly number[]): void {
		for (const id of ids) this.#rows.drop(id);
		this.#state.parts = this.#state.parts.filter(({ id }) => !ids.includes(id));
	}

	/** All late samples of a series in spans from one up to another; undefined: none. Cheapest where series are asked in ascending order. */
	reader(from: number, until: number): (series: number) => Run | undefined {
		const spans = [...new Set([...this.#open.keys(), ...this.#state.parts.map(({ span }) => span)])];
		const asked = spans.filter((span) => span >= from && span <= until).sort((a, b) => a - b);
		const sources = asked.map((span) => ({ cursors: this.partsOf(span).map((part) => this.cursor(part)), open: this.#open.get(span) }));
		return (series) => {
			let all: Run | undefined;
			for (const { cursors, open } of sources) {
				all = together(cursors, series, all);
				const run = open?.get(series);
				if (run) all = all ? overlay(all, run) : run;
			}
			return all;
		};
	}
}

/** What these have of a series, each standing over those before it. */
export function together(cursors: readonly Cursor[], series: number, under?: Run): Run | undefined {
	let all = under;
	for (const cursor of cursors) {
		const piece = cursor.piece(series);
		if (!piece || !("samples" in piece)) continue;
		// A run is valid until the next one is read.
		all = all ? overlay(all, piece.samples) : { ...piece.samples, values: piece.samples.values.slice(0, piece.samples.length) };
	}
	return all;
}
