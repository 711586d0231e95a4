/**
 * All tiers as one store. A read names the time it needs and the longest bucket that will do, and gets every stretch of time once, from the
 * coarsest tier that serves: no sample twice, none left out, whatever a merge is doing.
 */

import type { Need, Reader, Run, Sample, Sink, Store } from "../blocks/chunk.ts";
import { cutOf, DAY_MS, MINUTE_MS, SPAN_MS, WINDOW_MS } from "../blocks/partition.ts";
import { bucketCursor, type Cursor, newestBefore, sampleCursor, windowCursor } from "./cursor.ts";
import { headReader } from "./head.ts";
import { Overlaid, part } from "./overlay.ts";
import { SPANS_A_DAY, type Tiers } from "./tiers.ts";

export function storeOf(tiers: Tiers): Store {
	return { reader: (need) => lasting(tiers, need) };
}

/** Good over pushes that come between two reads: they move samples from tier to tier. */
function lasting(tiers: Tiers, need: Need): Reader {
	let revision = tiers.revision;
	let reader = readerOf(tiers, need);
	const current = (): Reader => {
		if (revision !== tiers.revision) reader = readerOf(tiers, need);
		revision = tiers.revision;
		return reader;
	};
	return { read: (series, sink) => current().read(series, sink), before: (series, at) => current().before(series, at) };
}

function readerOf(tiers: Tiers, need: Need): Reader {
	const stretches = tiers.stored ? remembered(plan(tiers, need)) : [];
	const head = headReader(tiers.head, need);
	const past = new Past(tiers);
	const late = tiers.late.empty ? undefined : lateReader(tiers, need);
	const read = (series: number, sink: Sink, enough: () => boolean | undefined): void => {
		for (const stretch of stretches) {
			if (enough()) return;
			const piece = stretch.piece(series);
			if (!piece) continue;
			if ("samples" in piece) sink.samples(piece.samples);
			else sink.buckets(piece.buckets);
		}
		if (!enough()) head.read(series, sink);
	};
	return {
		read(series: number, sink: Sink) {
			const enough = () => sink.enough?.();
			const over = late?.(series);
			if (!over) {
				read(series, sink, enough);
				return;
			}
			const overlaid = new Overlaid(sink, over);
			read(series, overlaid, enough);
			if (!enough()) overlaid.finish();
		},
		before(series, at) {
			const found = head.before(series, at) ?? (tiers.stored ? past.before(series, at) : undefined);
			const late = tiers.late.empty ? undefined : past.late(series, at);
			return late && (!found || late.at >= found.at) ? late : found;
		},
	};
}

/** Late samples as far back as the tiers give theirs: from the beginning of the span, or of the window where it is not merged. */
function lateReader({ late, mergedBefore }: Tiers, { after, until }: Need): (series: number) => Run | undefined {
	const first = cutOf(after + 1, SPAN_MS);
	const from = first < mergedBefore ? first * SPAN_MS : cutOf(after + 1, WINDOW_MS) * WINDOW_MS;
	const read = late.reader(first, cutOf(until, SPAN_MS));
	return (series) => {
		const all = read(series);
		if (!all) return undefined;
		let place = 0;
		while (place < all.length && all.base + (all.offsets[place] as number) <= from) place++;
		return place === all.length ? undefined : part(all, place, all.length);
	};
}

/** What the iterator gives, as often as it is asked for and no sooner. */
function remembered<T>(from: Iterator<T>): Iterable<T> {
	const known: T[] = [];
	return {
		*[Symbol.iterator]() {
			for (let i = 0; ; i++) {
				if (i === known.length) {
					const next = from.next();
					if (next.done) return;
					known.push(next.value);
				}
				yield known[i] as T;
			}
		},
	};
}

/** The stretches of time on disk that the read needs, ascending, each from one tier. */
function* plan(tiers: Tiers, { after, until, bucketMs }: Need): Generator<Cursor> {
	const whole = (size: number): boolean => bucketMs >= size && bucketMs % size === 0;
	const { rawFrom, minutesFrom, tenMinutesFrom, mergedBefore, daysBefore } = tiers;
	const daysUntil = whole(WINDOW_MS) ? daysBefore : minutesFrom / SPANS_A_DAY;
	const lastDay = Math.min(daysUntil, cutOf(until, DAY_MS) + 1);
	const lastSpan = Math.min(mergedBefore, cutOf(until, SPAN_MS) + 1);
	const firstSpan = cutOf(after + 1, SPAN_MS);
	for (let day = Math.max(cutOf(after + 1, DAY_MS), tenMinutesFrom); ; day++) {
		const next = day < lastDay ? tiers.tenMinutes.nextCut(day, lastDay) : undefined;
		if (next === undefined) break;
		day = next;
		const spans = Array.from({ length: SPANS_A_DAY }, (_, i) => day * SPANS_A_DAY + i);
		if (!tiers.late.empty && spans.some((span) => tiers.behind(span))) yield* merged(spans[0] as number, (day + 1) * SPANS_A_DAY);
		else yield bucketCursor(tiers.tenMinutes, day, DAY_MS);
	}
	yield* merged(daysUntil * SPANS_A_DAY, lastSpan);
	for (const sealed of tiers.windows.sealed) {
		if ((sealed.window + 1) * WINDOW_MS <= after || sealed.window * WINDOW_MS >= until) continue;
		yield windowCursor(tiers.windows, sealed, WINDOW_MS);
	}

	function* merged(from: number, end: number): Generator<Cursor> {
		const last = Math.min(end, lastSpan);
		for (let span = Math.max(from, firstSpan); ; span++) {
			const next = span < last ? tiers.minutes.nextCut(span, last) : undefined;
			if (next === undefined) return;
			span = next;
			const buckets = span < rawFrom || (whole(MINUTE_MS) && !tiers.behind(span));
			yield buckets ? bucketCursor(tiers.minutes, span, SPAN_MS) : sampleCursor(tiers.spans, span, SPAN_MS);
		}
	}
}

/** Looks back from an instant for the newest sample before it, as far as the rise of a counter is told. */
class Past {
	readonly #tiers: Tiers;
	readonly #cursors = new Map<string, Cursor>();
	/** By span. */
	readonly #late = new Map<number, (series: number) => Run | undefined>();

	constructor(tiers: Tiers) {
		this.#tiers = tiers;
	}

	/** Among late samples. */
	late(series: number, at: number): Sample | undefined {
		const span = cutOf(at, SPAN_MS);
		let read = this.#late.get(span);
		if (!read) {
			read = this.#tiers.late.reader(span - 1, span);
			this.#late.set(span, read);
		}
		const samples = read(series);
		return samples && newestBefore({ samples }, at);
	}

	before(series: number, at: number): Sample | undefined {
		const span = cutOf(at, SPAN_MS);
		const reach = (span - 1) * SPAN_MS;
		for (const cursor of this.#back(at, span)) {
			if (cursor.start >= at || cursor.end <= reach) continue;
			const found = newestBefore(cursor.piece(series), at);
			if (found) return found.at > reach ? found : undefined;
		}
		return undefined;
	}

	*#back(at: number, span: number): Generator<Cursor> {
		const { windows, spans, minutes, tenMinutes, mergedBefore, rawFrom, minutesFrom } = this.#tiers;
		for (const sealed of windows.sealed.toReversed()) {
			if (sealed.window * WINDOW_MS < at) yield this.#cursor(`window ${sealed.window}`, () => windowCursor(windows, sealed, WINDOW_MS));
		}
		for (const cut of [span, span - 1]) {
			if (cut >= mergedBefore) continue;
			const day = Math.floor(cut / SPANS_A_DAY);
			if (cut >= rawFrom) yield this.#cursor(`span ${cut}`, () => sampleCursor(spans, cut, SPAN_MS));
			else if (cut >= minutesFrom) yield this.#cursor(`minutes ${cut}`, () => bucketCursor(minutes, cut, SPAN_MS));
			else yield this.#cursor(`day ${day}`, () => bucketCursor(tenMinutes, day, DAY_MS));
		}
	}

	#cursor(key: string, make: () => Cursor): Cursor {
		const known = this.#cursors.get(key);
		if (known) return known;
		const cursor = make();
		this.#cursors.set(key, cursor);
		return cursor;
	}
}
