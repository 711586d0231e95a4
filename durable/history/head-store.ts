/** The head as a store to read from. */
import type { Head, Window } from "./head.ts";
import type { Need, Reader, Sample, Sink } from "./run.ts";
import { cutOf, SPAN_MS, WINDOW_MS } from "./window.ts";

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
