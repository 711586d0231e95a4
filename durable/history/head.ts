/**
 * The newest samples, in memory, until they are sealed: two ten-minute windows that still take samples in, and those behind them that
 * wait to be written. The cluster's log is what makes them durable.
 *
 * Each series has its own column a window, instants as ms after the window's start: 12 bytes a sample.
 */
import type { Run } from "./run.ts";
import { cutOf, WINDOW_MS } from "./window.ts";

interface Column extends Run {
	offsets: Uint32Array;
	values: Float64Array;
	length: number;
}

/**
 * Where a replay of a window has to begin: the log position before its first sample came. Whether a sample is late is told by newer ones, and
 * those are in the same window or in later ones, so a replay from here decides as the first time.
 */
export interface Beginning {
	readonly index: number;
	readonly position: number;
}

export interface Window {
	/** Covers (index * WINDOW_MS, (index + 1) * WINDOW_MS]. */
	readonly index: number;
	readonly columns: Map<number, Column>;
	/** Absent until the push that brought its first sample is committed. */
	beginning?: Beginning;
}

const NOWHERE = 2 ** 40;

export class Head {
	/** By index, ascending. */
	readonly #windows: Window[] = [];
	readonly #recorded: Map<number, Beginning>;
	/** Windows before this one are on disk: their samples are not taken in again. */
	sealedBefore: number;
	/** Instant of the newest sample, ms. */
	newest = 0;

	/** @param recorded what {@link beginnings} last gave. */
	constructor(recorded: readonly Beginning[] = [], sealedBefore = -1) {
		this.#recorded = new Map(recorded.map((beginning) => [beginning.index, beginning]));
		this.sealedBefore = sealedBefore;
	}

	/** Oldest window that still takes samples in: decided by what was appended alone, so that a replay decides the same. */
	get openFrom(): number {
		return Math.max(this.sealedBefore, cutOf(this.newest, WINDOW_MS) - 1);
	}

	/** Log position after which everything not yet on disk was said; beyond every position where there is nothing. */
	get replayFrom(): number {
		let from = NOWHERE;
		for (const { position } of this.#recorded.values()) from = Math.min(from, position);
		return from;
	}

	/** Takes note that all samples so far belong to log positions up to this one. @returns whether {@link beginnings} changed. */
	record(position: number): boolean {
		let changed = false;
		for (const window of this.#windows) {
			if (window.beginning) continue;
			window.beginning = { index: window.index, position: position - 1 };
			this.#recorded.set(window.index, window.beginning);
			changed = true;
		}
		return changed;
	}

	beginnings(): Beginning[] {
		return [...this.#recorded.values()];
	}

	get windows(): readonly Window[] {
		return this.#windows;
	}

	/** Whether the window of this instant takes samples in. */
	takes(at: number): boolean {
		return cutOf(at, WINDOW_MS) >= this.openFrom;
	}

	/** @returns the window for this instant, or undefined where it is too late. */
	open(at: number): Window | undefined {
		const index = cutOf(at, WINDOW_MS);
		if (!this.takes(at)) return undefined;
		let place = this.#windows.length;
		while (place > 0 && (this.#windows[place - 1] as Window).index > index) place--;
		const known = this.#windows[place - 1];
		if (known?.index === index) return known;
		const beginning = this.#recorded.get(index);
		const window: Window = { index, columns: new Map(), ...(beginning && { beginning }) };
		this.#windows.splice(place, 0, window);
		return window;
	}

	/** Forgets a window that is on disk now. */
	drop(window: Window): void {
		this.#windows.splice(this.#windows.indexOf(window), 1);
		this.#recorded.delete(window.index);
		this.sealedBefore = Math.max(this.sealedBefore, window.index + 1);
	}

	/** @returns what was there at this instant before, or undefined. */
	put(window: Window, series: number, at: number, value: number): number | undefined {
		const offset = at - window.index * WINDOW_MS;
		let column = window.columns.get(series);
		if (!column) {
			column = this.#column(window, series);
			window.columns.set(series, column);
		}
		const { length } = column;
		if (length === 0 || offset > (column.offsets[length - 1] as number)) {
			grow(column);
			column.offsets[length] = offset;
			column.values[length] = value;
			column.length++;
			return undefined;
		}
		return insert(column, offset, value);
	}

	/** A new column with room for as many samples as the window before had. */
	#column(window: Window, series: number): Column {
		const before = this.#windows.find((other) => other.index === window.index - 1)?.columns.get(series);
		const room = before ? before.length + 1 : 4;
		return { base: window.index * WINDOW_MS, offsets: new Uint32Array(room), values: new Float64Array(room), length: 0 };
	}
}

/** Puts a sample among those that are there. @returns what was there at this instant before, or undefined. */
function insert(column: Column, offset: number, value: number): number | undefined {
	let place = column.length;
	while (place > 0 && (column.offsets[place - 1] as number) > offset) place--;
	if (place > 0 && column.offsets[place - 1] === offset) {
		const before = column.values[place - 1] as number;
		column.values[place - 1] = value;
		return before;
	}
	grow(column);
	column.offsets.copyWithin(place + 1, place, column.length);
	column.values.copyWithin(place + 1, place, column.length);
	column.offsets[place] = offset;
	column.values[place] = value;
	column.length++;
	return undefined;
}

function grow(column: Column): void {
	if (column.length < column.offsets.length) return;
	const room = column.length * 2;
	const offsets = new Uint32Array(room);
	offsets.set(column.offsets);
	const values = new Float64Array(room);
	values.set(column.values);
	column.offsets = offsets;
	column.values = values;
}
