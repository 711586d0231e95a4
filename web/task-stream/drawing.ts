/** The geometry of a task stream's canvas, and drawing one frame. */
import type { ChartEvent, PageEvents } from "../chart/events.ts";
import { partsOf, type SharedEnds, sharedEnds } from "../format/shared-ends.ts";
import type { Colouring } from "./colours.ts";
import { eventNear, paintEvents } from "./events.ts";
import type { Inks } from "./inks.ts";
import type { Lanes } from "./lanes.ts";
import { failuresIn, laneLine, paintLines } from "./painter.ts";
import { marks, type Window } from "./time-range.ts";

const TOP = 22;
/** CSS pixels. */
const TICK = 2;
/** Height of a lane, CSS pixels: fixed when there are many lanes, otherwise shared out of the height. */
function laneHeight(lanes: number, room: number): number {
	if (lanes > 8) return lanes <= 30 ? 18 : 14;
	return Math.max(26, Math.min(44, Math.floor(room / Math.max(1, lanes))));
}
/** Tolerance of the pointer around a bar, CSS pixels. */
const SLACK = 3;

export interface Place {
	lane: number;
	bar: number;
}

export type Drawing = ReturnType<typeof createDrawing>;

/** @param size CSS pixels of the box. */
export function createDrawing(size: { width: number; height: number; dots: number }, count: number) {
	const { width, height, dots } = size;
	const lane = laneHeight(count, height - TOP - 4);
	const left = width < 560 ? 76 : 132;
	const barsWidth = Math.max(1, width - left);
	const xOf = (instant: number, { from, until }: Window) => left + ((instant - from) / (until - from)) * barsWidth;
	const instantAt = (x: number, { from, until }: Window) => from + ((x - left) / barsWidth) * (until - from);

	return {
		barsWidth,
		contentHeight: Math.max(height, TOP + count * lane + 4),
		instantAt,
		/** Clamps an x of the box to the bars' area. */
		within: (x: number) => Math.max(left, Math.min(width, x)),
		eventAt: (events: readonly ChartEvent[], since: number, x: number, view: Window) =>
			x < left ? undefined : eventNear(events, since, x, (instant) => xOf(instant, view)),
		/** @returns the bar at a point of the box */
		hit(lanes: Lanes, x: number, y: number, view: Window, scroll: number, now: number): Place | undefined {
			if (x < left || y < TOP) return undefined;
			const n = Math.floor((y - TOP + scroll) / lane);
			const there = lanes.lanes[lanes.sorted()[n] ?? -1];
			if (!there) return undefined;
			const instant = instantAt(x, view);
			if (instant > now) return undefined;
			const bar = lanes.at(there, instant, (SLACK / barsWidth) * (view.until - view.from));
			return bar < 0 ? undefined : { lane: n, bar };
		},
		/** The box of a bar, in scrolled content. */
		boxOf(lanes: Lanes, at: number, n: number, view: Window, now: number) {
			const from = Math.max(left, Math.min(width - 8, xOf(lanes.start[at] as number, view)));
			const until = Math.min(width, xOf(Math.min(lanes.end[at] as number, now), view));
			const wide = Math.max(8, until - from);
			return { x: from, y: TOP + n * lane, width: wide, height: lane };
		},
		/** @returns the scroll position that brings a lane into view */
		scrollTo(n: number, scroll: number): number {
			const top = n * lane;
			return Math.max(top + lane + TOP - height + 4, Math.min(scroll, top));
		},
		paint(
			canvas: HTMLCanvasElement,
			{ token, pixel, font }: Inks,
			lanes: Lanes,
			colours: Colouring,
			view: Window,
			{ events, since }: PageEvents,
			{ scroll, now, utc, failedOnly }: { scroll: number; now: number; utc: boolean; failedOnly: boolean },
		): void {
			const [w, h] = [Math.round(width * dots), Math.round(height * dots)];
			if (w === 0 || h === 0) return;
			if (canvas.width !== w || canvas.height !== h) {
				canvas.width = w;
				canvas.height = h;
				canvas.style.width = `${width}px`;
				canvas.style.height = `${height}px`;
			}
			const context = canvas.getContext("2d");
			if (!context) return;
			const image = context.createImageData(w, h);
			const order = lanes.sorted();
			const first = Math.floor(scroll / lane);
			const visible = order.slice(first, first + Math.ceil((height - TOP) / lane) + 1);
			const lines = visible.map((place) => {
				const line = new Uint16Array(w - Math.round(left * dots));
				const there = lanes.lanes[place];
				if (there) laneLine(lanes, there, view, { colours, failedOnly, now, dots }, line);
				return line;
			});
			const inks = { colours: Uint32Array.from(colours.inks, pixel), bad: pixel("bad"), ground: pixel("panel") };
			paintLines(image, lines, inks, {
				byResult: colours.by === "result",
				left: Math.round(left * dots),
				top: Math.round(TOP * dots),
				lane: lane * dots,
				scroll: (scroll - first * lane) * dots,
			});
			context.putImageData(image, 0, 0);
			context.setTransform(dots, 0, 0, dots, 0, 0);
			context.font = `11px ${font()}`;
			context.textBaseline = "middle";
			axis(context, view, utc, { ink: token("ink-3"), line: token("line") });
			failures(context, failuresIn(lanes, view, Math.ceil(barsWidth / TICK)), token("bad"));
			const field = { left, top: TOP, right: width, bottom: height, xOf: (instant: number) => xOf(instant, view) };
			paintEvents(context, field, events, since, token);
			labels(
				context,
				visible.map((place) => lanes.lanes[place]?.worker),
				scroll - first * lane,
				token,
			);
			context.setTransform(1, 0, 0, 1, 0, 0);
		},
	};

	function axis(context: CanvasRenderingContext2D, view: Window, utc: boolean, { ink, line }: { ink: string; line: string }): void {
		const offset = utc ? 0 : -new Date(view.until).getTimezoneOffset() * 60_000;
		const { step, at } = marks(view, Math.max(2, Math.floor(barsWidth / 96)), offset);
		context.globalCompositeOperation = "destination-over";
		context.fillStyle = line;
		for (const instant of at) context.fillRect(Math.round(xOf(instant, view)), TOP - 4, 1, height - TOP + 4);
		context.globalCompositeOperation = "source-over";
		context.fillStyle = ink;
		context.textAlign = "center";
		for (const instant of at) {
			const x = xOf(instant, view);
			if (x > left + 26 && x < width - 30) context.fillText(timeText(instant + offset, step), x, TOP / 2);
		}
		context.textAlign = "left";
		context.fillText(utc ? "UTC" : "", 4, TOP / 2);
	}

	/** Ticks above the lanes, where a task of any lane failed. */
	function failures(context: CanvasRenderingContext2D, at: Uint8Array, ink: string): void {
		context.fillStyle = ink;
		for (const [place, some] of at.entries()) if (some) context.fillRect(left + place * TICK, TOP - 5, TICK, 4);
	}

	function labels(
		context: CanvasRenderingContext2D,
		workers: (string | undefined)[],
		shift: number,
		token: (name: string) => string,
	): void {
		context.textAlign = "left";
		context.save();
		context.beginPath();
		context.rect(0, TOP, left - 6, height - TOP);
		context.clip();
		const ends = sharedEnds(workers.filter((worker) => worker !== undefined));
		for (const [n, worker] of workers.entries()) {
			context.fillStyle = token(worker === undefined ? "ink-3" : "ink-2");
			context.fillText(shortened(context, worker ?? "not reported", ends, left - 14), 8, TOP + (n + 0.45) * lane - shift);
		}
		context.restore();
	}
}

/** Cuts what a worker's name shares with the others, then the middle of the rest. */
function shortened(context: CanvasRenderingContext2D, name: string, ends: SharedEnds | undefined, width: number): string {
	const fits = (text: string) => context.measureText(text).width <= width;
	if (fits(name)) return name;
	const { start, head, tail, end } = partsOf(name, ends);
	const own = head + tail;
	const around = (text: string) => `${start && "…"}${text}${end && "…"}`;
	if (fits(around(own))) return around(own);
	const cut = (keep: number) => around(`${own.slice(0, keep >> 1)}…${own.slice(-(keep - (keep >> 1)))}`);
	let keep = Math.min(own.length, 40);
	while (keep > 2 && !fits(cut(keep))) keep--;
	return cut(keep);
}

/** @param at ms, shifted to the time zone */
function timeText(at: number, step: number): string {
	const text = new Date(at).toISOString();
	if (step >= 86_400_000) return text.slice(5, 10);
	if (step >= 60_000) return text.slice(11, 16);
	return step >= 1000 ? text.slice(11, 19) : text.slice(14, 23);
}
