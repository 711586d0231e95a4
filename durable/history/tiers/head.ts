/**
 * The newest samples, in memory, until they are sealed: two ten-minute windows that still take samples in, and those behind them that
 * wait to be written. The cluster's log is what makes them durable.
 *
 * Each series has its own column a window, instants as ms after the window's start: 12 bytes a sample.
 */

import type { Need, Reader, Sample, Sink } from "../blocks/chunk.ts";
import { OpenRun } from "../blocks/open-chunk.ts";
import { cutOf, SPAN_MS, WINDOW_MS } from "../blocks/partition.ts";

/** Where a replay has to begin: the log position before the first sample came that it is to bring back. */
export interface Start {
	readonly position: number;
	/** Instant of the newest sample up to there, ms: what is late is told by it, so a replay decides as the first time. Absent: nothing was kept that is late. */
	readonly newest?: number;
}

/** The start of a window. */
export interface Beginning extends Start {
	readonly index: number;
}

export interface Window {
	/** Covers (index * WINDOW_MS, (index + 1) * WINDOW_MS]. */
	readonly index: number;
	readonly columns: Map<number, OpenRun>;
	/** Absent until the push that brought its first sample is committed. */
	beginning?: Beginning;
}

/** Beyond every position. */
const NOWHERE = 2 ** 40;

/** The first of these starts. */
export function firstOf(starts: readonly Start[]): Start {
	return starts.reduce((first, start) => (start.position < first.position ? start : first), { position: NOWHERE });
}

export class Head {
	/** By index, ascending. */
	readonly #windows: Window[] = [];
	readonly #recorded: Map<number, Beginning>;
	/** Windows before this one are on disk: their samples are not taken in again. */
	sealedBefore: number;
	/** Instant of the newest sample, ms; 0: none. */
	newest = 0;

	/** @param recorded what {@link beginnings} last gave. */
	constructor(recorded: readonly Beginning[] = [], sealedBefore = -1) {
		this.#recorded = new Map(recorded.map((beginning) => [beginning.index, beginning]));
		this.sealedBefore = sealedBefore;
	}

	/** Oldest window that still takes samples in: decided by what was appended alone, so that a replay decides the same. */
	get openFrom(): number {
		return cutOf(this.newest, WINDOW_MS) - 1;
	}

	/** Takes note that all samples so far belong to log positions up to this one. @param newest instant of the newest one before them. @returns whether {@link beginnings} changed. */
	record(position: number, newest: number): boolean {
		let changed = false;
		for (const window of this.#windows) {
			if (window.beginning) continue;
			window.beginning = { index: window.index, position: position - 1, newest };
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

	/** Whether a sample of this instant is in time; one that is not is late. */
	takes(at: number): boolean {
		return cutOf(at, WINDOW_MS) >= this.openFrom;
	}

	/** @param at in time. @returns the window for this instant; undefined, in a replay: it is on disk. */
	open(at: number): Window | undefined {
		const index = cutOf(at, WINDOW_MS);
		if (index < this.sealedBefore) return undefined;
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
		let column = window.columns.get(series);
		if (!column) {
			column = this.#column(window, series);
			window.columns.set(series, column);
		}
		return column.put(at, value);
	}

	/** A new column with room for as many samples as the window before had. */
	#column(window: Window, series: number): OpenRun {
		const before = this.#windows.find((other) => other.index === window.index - 1)?.columns.get(series);
		return new OpenRun(window.index * WINDOW_MS, before ? before.length + 1 : 4);
	}
}

/** The head as a store to read from. */
export function headReader(head: Head, need: Need): Reader {
	const windows = head.windows.filter(({ index }) => (index + 1) * WINDOW_MS > need.after && index * WINDOW_MS < need.until);
	return {
		read(series: number, sink: Sink) {
			for (const window of windows) {
				const column = window.columns.get(series);
				if (column) sink.samples(column);
			}
		},
		before: (series, at) => newestBefore(head.windows, series, at),
	};
}

function newestBefore(windows: readonly Window[], series: number, at: number): Sample | undefined {
	const reach = (cutOf(at, SPAN_MS) - 1) * SPAN_MS;
	for (let w = windows.length - 1; w >= 0; w--) {
		const column = windows[w]?.columns.get(series);
		if (!column || column.base >= at) continue;
		for (let i = column.length - 1; i >= 0; i--) {
			const instant = column.base + (column.offsets[i] as number);
			if (instant < at) return instant > reach ? { at: instant, value: column.values[i] as number } : undefined;
		}
	}
	return undefined;
}

/** Instants of the newest few samples of a series, newest first, ms. */
export function newestInstants(head: Head, series: number, most: number): number[] {
	const instants: number[] = [];
	for (let w = head.windows.length - 1; w >= 0; w--) {
		const column = head.windows[w]?.columns.get(series);
		for (let i = (column?.length ?? 0) - 1; column && i >= 0; i--) {
			if (instants.push(column.base + (column.offsets[i] as number)) === most) return instants;
		}
	}
	return instants;
}
