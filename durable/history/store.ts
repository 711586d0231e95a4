/**
 * All tiers as one store. A read names the time it needs and the longest bucket that will do, and gets every stretch of time once, from the
 * coarsest tier that serves: no sample twice, none left out, whatever a merge is doing.
 */
import { bucketCursor, type Cursor, type Piece, sampleCursor, windowCursor } from "./cursor.ts";
import { headReader } from "./head-store.ts";
import type { Need, Reader, Sink, Store } from "./run.ts";
import { SPANS_A_DAY, type Tiers } from "./tiers.ts";
import { cutOf, DAY_MS, MINUTE_MS, SPAN_MS, WINDOW_MS } from "./window.ts";

export function storeOf(tiers: Tiers): Store {
	return { reader: (need) => readerOf(tiers, need) };
}

function readerOf(tiers: Tiers, need: Need): Reader {
	const stretches = tiers.stored ? remembered(plan(tiers, need)) : [];
	const head = headReader(tiers.head, need);
	const past = new Past(tiers);
	return {
		read(series: number, sink: Sink) {
			for (const stretch of stretches) {
				if (sink.enough?.()) return;
				const piece = stretch.piece(series);
				if (!piece) continue;
				if ("samples" in piece) sink.samples(piece.samples);
				else sink.buckets(piece.buckets);
			}
			if (!sink.enough?.()) head.read(series, sink);
		},
		before: (series, at) => head.before(series, at) ?? (tiers.stored ? past.before(series, at) : undefined),
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
	const spansFrom = Math.max(cutOf(after + 1, SPAN_MS), daysUntil * SPANS_A_DAY);
	const lastDay = Math.min(daysUntil, cutOf(until, DAY_MS) + 1);
	for (let day = Math.max(cutOf(after + 1, DAY_MS), tenMinutesFrom); ; day++) {
		const next = day < lastDay ? tiers.tenMinutes.nextCut(day, lastDay) : undefined;
		if (next === undefined) break;
		day = next;
		yield bucketCursor(tiers.tenMinutes, day, DAY_MS);
	}
	const lastSpan = Math.min(mergedBefore, cutOf(until, SPAN_MS) + 1);
	for (let span = spansFrom; ; span++) {
		const next = span < lastSpan ? tiers.minutes.nextCut(span, lastSpan) : undefined;
		if (next === undefined) break;
		span = next;
		yield whole(MINUTE_MS) || span < rawFrom ? bucketCursor(tiers.minutes, span, SPAN_MS) : sampleCursor(tiers.spans, span, SPAN_MS);
	}
	for (const sealed of tiers.windows.sealed) {
		if ((sealed.window + 1) * WINDOW_MS <= after || sealed.window * WINDOW_MS >= until) continue;
		yield windowCursor(tiers.windows, sealed, WINDOW_MS);
	}
}

/** Looks back from an instant for the newest sample before it, as far as the rise of a counter is told. */
class Past {
	readonly #tiers: Tiers;
	readonly #cursors = new Map<string, Cursor>();

	constructor(tiers: Tiers) {
		this.#tiers = tiers;
	}

	before(series: number, at: number): { at: number; value: number } | undefined {
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

function newestBefore(piece: Piece | undefined, at: number): { at: number; value: number } | undefined {
	if (!piece) return undefined;
	if ("samples" in piece) {
		const { base, offsets, values } = piece.samples;
		for (let i = piece.samples.length - 1; i >= 0; i--) {
			const instant = base + (offsets[i] as number);
			if (instant < at) return { at: instant, value: values[i] as number };
		}
		return undefined;
	}
	const { lastAt, last } = piece.buckets;
	for (let i = piece.buckets.length - 1; i >= 0; i--) {
		if ((lastAt[i] as number) < at) return { at: lastAt[i] as number, value: last[i] as number };
	}
	return undefined;
}
