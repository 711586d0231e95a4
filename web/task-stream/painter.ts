/**
 * Paints lanes as pixels: one line of pixels per visible lane, copied down to the lane's height. Of bars that share a pixel one is drawn,
 * as failed if any of them failed. The cost depends on pixels, not on tasks.
 *
 * Statuses have patterns besides colours: cancelled is hollow, no result has horizontal lines, running is dotted, not heard is striped.
 * Failed is hatched when colour shows names; when it shows results, failed bars are taller, painted last and have a minimum width.
 */
import { BAR_STATUSES } from "../../colony-bridge/protocol/query/task-bars.ts";
import type { Colouring } from "./colours.ts";
import type { Lane, Lanes } from "./lanes.ts";
import type { Window } from "./time-range.ts";

const [COMPLETED, FAILED, CANCELLED, OPEN, NO_RESULT, UNHEARD] = [0, 1, 2, 3, 4, 5];
// Fails to compile when the order of the format changes.
BAR_STATUSES satisfies readonly ["completed", "failed", "cancelled", "open", "no_result", "not-heard"];
const EDGE = 8;

/** Minimum width of a failed task, CSS pixels, when coloured by result. */
const LEAST_FAILED = 3;

export interface BarInks {
	/** Pixels (ABGR), by colour index. */
	colours: Uint32Array;
	bad: number;
	ground: number;
}

export interface BarsDrawn {
	colours: Colouring;
	failedOnly: boolean;
	now: number;
	/** Canvas pixels per CSS pixel. */
	dots: number;
}

/** Fills one lane's pixels: 0 is empty, otherwise colour + 1 in the low 4 bits, the status above, the edge flag above that. */
export function laneLine(lanes: Lanes, lane: Lane, { from, until }: Window, drawn: BarsDrawn, line: Uint16Array): void {
	const { colours, failedOnly, now } = drawn;
	line.fill(0);
	const width = line.length;
	const perMs = width / (until - from);
	const last = colours.by === "result";
	const least = last ? Math.round(LEAST_FAILED * drawn.dots) : 1;
	const failed: [left: number, right: number][] = [];
	let free = 0;
	/** Position of the last bar that is one pixel wide; -1: none. */
	let pixel = -1;
	for (let i = lanes.firstAfter(lane, from); i < lane.length; i++) {
		const at = lane.bars[i] as number;
		const start = lanes.start[at] as number;
		if (start >= until) break;
		const status = lanes.status[at] as number;
		if (failedOnly && status !== FAILED) continue;
		const end = status === OPEN ? now : (lanes.end[at] as number);
		if (end <= from && start < from) continue;
		const left = Math.min(width - 1, Math.max(0, Math.floor((start - from) * perMs)));
		const right = Math.max(left + 1, Math.min(width, Math.ceil((end - from) * perMs)));
		if (last && status === FAILED) {
			// Covered by the failed bar before it.
			const before = failed.at(-1);
			if (before && before[1] >= right) continue;
			failed.push([left, right]);
			continue;
		}
		if (right - left === 1 && left === pixel) {
			// The pixel is taken: only a failure still changes it.
			if (status === FAILED) line[left] = ((line[left] as number) & 15) | (FAILED << 4);
			continue;
		}
		pixel = right - left === 1 ? left : -1;
		const value = (colours.of(at) + 1) | (status << 4);
		line.fill(value, left, right);
		// A seam between adjoining bars.
		if (right - left > 3 && left < free + 1) line[left] = value | (EDGE << 4);
		free = right;
	}
	for (const [left, right] of failed)
		line.fill((FAILED + 1) | (FAILED << 4), Math.min(left, Math.max(0, width - least)), Math.max(right, left + least));
}

/** Failures of all lanes: 1 for each pixel in which a task started that failed. */
export function failuresIn(lanes: Lanes, { from, until }: Window, width: number): Uint8Array {
	const found = new Uint8Array(width);
	const perMs = width / (until - from);
	for (const lane of lanes.lanes) {
		const failedBefore = (i: number) => (i > 0 ? (lane.failed[i - 1] as number) : 0);
		let i = lanes.firstFrom(lane, from);
		const end = lanes.firstFrom(lane, until);
		if (failedBefore(end) === failedBefore(i)) continue;
		for (; i < end; i++) {
			const at = lane.bars[i] as number;
			if (lanes.status[at] === FAILED) found[Math.min(width - 1, Math.floor(((lanes.start[at] as number) - from) * perMs))] = 1;
		}
	}
	return found;
}

export function paintLines(
	image: ImageData,
	lines: readonly Uint16Array[],
	{ ground, colours, bad }: BarInks,
	place: { left: number; top: number; lane: number; scroll: number; byResult: boolean },
): void {
	const all = new Uint32Array(image.data.buffer);
	all.fill(0);
	const { width, height } = image;
	const gap = place.lane > 8 ? Math.max(1, Math.round(place.lane * 0.16)) : place.lane > 3 ? 1 : 0;
	const row = new Uint32Array(width - place.left);
	for (const [k, line] of lines.entries()) {
		const top = place.top + Math.round(k * place.lane - place.scroll);
		const bottom = place.top + Math.round((k + 1) * place.lane - place.scroll) - gap;
		let patterned = place.byResult;
		for (let x = 0; x < line.length; x++) {
			const value = line[x] as number;
			row[x] = value === 0 || value >> 7 ? 0 : (colours[(value & 15) - 1] as number);
			if (value >> 4) patterned = true;
		}
		for (let y = Math.max(place.top, top); y < Math.min(height, bottom); y++) {
			all.set(row, y * width + place.left);
			if (!patterned) continue;
			const inset = place.byResult && bottom - top > 8 ? 2 : 0;
			const low = y - top < inset || bottom - y <= inset;
			const edge = y - top < 2 + inset || bottom - y <= 2 + inset;
			for (let x = 0; x < line.length; x++) {
				const status = ((line[x] as number) >> 4) & 7;
				const at = y * width + place.left + x;
				if (place.byResult) {
					if (status === FAILED) continue;
					// Bars that did not fail are less tall.
					if (low) all[at] = 0;
				}
				if (status === COMPLETED) continue;
				if (status === FAILED && (line[x] as number) >> 7 === 0 && (edge || (x + y) % 6 < 3)) all[at] = bad;
				else if (low) continue;
				else if (status === CANCELLED && !edge) all[at] = ground;
				else if (status === NO_RESULT && !edge && y % 3 === 0) all[at] = ground;
				else if (status === OPEN && (x + 2 * y) % 5 === 0) all[at] = ground;
				else if (status === UNHEARD && (x + y) % 4 < 2) all[at] = ground;
			}
		}
	}
}
