/**
 * Pointer, wheel and keyboard input of a task stream. Mouse: drag selects a time range, Shift+drag pans, double-click zooms out; Ctrl+wheel
 * zooms, horizontal wheel pans. Touch: drag pans. Keys: arrows move between tasks, with Shift they pan; plus and minus zoom, 0 shows all.
 */
import { createSignal } from "solid-js";
import { usePage } from "../page/context.tsx";
import type { Drawing } from "./drawing.ts";
import { firstIn, type Pointing } from "./pointing.ts";
import { panned, type Window, zoomed } from "./time-range.ts";
import type { Watch } from "./watch.ts";

/** Pointer movement that starts a drag, px. */
const DRAG = 4;

interface GesturesInput {
	watch: Watch;
	pointing: Pointing;
	drawing(): Drawing;
	box(): HTMLElement;
	scroll(): number;
}

export function createGestures({ watch, pointing, drawing, box, scroll }: GesturesInput) {
	const page = usePage();
	const { lanes, view, show } = watch;
	/** Selection in progress, px of the box. */
	const [chosen, choose] = createSignal<{ from: number; to: number }>();
	/** Pointer, px of the box. */
	const [at, setAt] = createSignal<number>();
	let pressed: { x: number; screen: number; from: Window; moves: boolean; moved: boolean } | undefined;

	const placeOf = (event: { clientX: number; clientY: number }) => {
		const { left, top } = box().getBoundingClientRect();
		return { x: event.clientX - left, y: event.clientY - top };
	};

	const step = (event: KeyboardEvent): void => {
		const here = lanes();
		if (!here || event.ctrlKey || event.metaKey || event.altKey) return;
		const order = here.sorted();
		const from = pointing.active() ?? pointing.focused() ?? firstIn(here, view());
		const laneOf = (n: number) => here.lanes[order[n] as number];
		const go = (lane: number, bar: number) => {
			pointing.setPointed(undefined);
			const there = laneOf(lane);
			if (!there || there.length === 0) return;
			const place = Math.max(0, Math.min(there.length - 1, bar));
			pointing.setFocused({ lane, bar: place });
			const index = there.bars[place] as number;
			box().scrollTop = drawing().scrollTo(lane, box().scrollTop);
			const [start, end] = [here.start[index] as number, Math.min(here.end[index] as number, page.time.now())];
			const { from: left, until: right } = view();
			if (start < left || end > right) show(panned(view(), ((start + end) / 2 - (left + right) / 2) / (right - left)));
		};
		const neighbour = (by: number) => {
			for (let n = from.lane + by; n >= 0 && n < order.length; n += by) {
				const there = laneOf(n);
				const place = laneOf(from.lane)?.bars[from.bar];
				if (!there || there.length === 0 || place === undefined) continue;
				const [start, end] = [here.start[place] as number, Math.min(here.end[place] as number, page.time.now())];
				const found = here.at(there, Math.max(view().from, Math.min(view().until, (start + end) / 2)), view().until - view().from);
				return go(n, found < 0 ? there.length - 1 : found);
			}
		};
		const keys: Record<string, () => void> = {
			ArrowLeft: () => (event.shiftKey ? watch.pan(-0.25) : go(from.lane, from.bar - 1)),
			ArrowRight: () => (event.shiftKey ? watch.pan(0.25) : go(from.lane, from.bar + 1)),
			ArrowUp: () => neighbour(-1),
			ArrowDown: () => neighbour(1),
			Home: () => go(from.lane, 0),
			End: () => go(from.lane, Number.MAX_SAFE_INTEGER),
			"+": () => watch.zoom(0.5),
			"=": () => watch.zoom(0.5),
			"-": () => watch.zoom(2),
			"0": () => void watch.showAll(),
		};
		if (!Object.hasOwn(keys, event.key)) return;
		event.preventDefault();
		event.stopPropagation();
		keys[event.key]?.();
	};

	return {
		chosen,
		at,
		step,
		wheel(event: WheelEvent): void {
			const sideways = event.shiftKey ? event.deltaY : event.deltaX;
			if (event.ctrlKey || event.metaKey) {
				event.preventDefault();
				const by = Math.exp(Math.max(-0.5, Math.min(0.5, event.deltaY / 300)));
				show(zoomed(view(), drawing().instantAt(placeOf(event).x, view()), by));
			} else if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)) {
				event.preventDefault();
				watch.pan(sideways / Math.max(1, drawing().barsWidth));
			}
		},
		down(event: PointerEvent): void {
			if (event.button !== 0) return;
			const moves = event.shiftKey || event.pointerType === "touch";
			pressed = { x: placeOf(event).x, screen: event.clientX, from: view(), moves, moved: false };
		},
		move(event: PointerEvent): void {
			const { x, y } = placeOf(event);
			if (pressed && event.buttons & 1) {
				const by = event.clientX - pressed.screen;
				if (Math.abs(by) > DRAG && !pressed.moved) {
					pressed.moved = true;
					box().setPointerCapture(event.pointerId);
				}
				if (!pressed.moved) return;
				if (pressed.moves) show(panned(pressed.from, -by / Math.max(1, drawing().barsWidth)));
				else choose({ from: drawing().within(Math.min(pressed.x, x)), to: drawing().within(Math.max(pressed.x, x)) });
				return;
			}
			setAt(x);
			const here = lanes();
			pointing.setPointed(here && drawing().hit(here, x, y, view(), scroll(), page.time.now()));
		},
		up(): void {
			const { moved } = pressed ?? {};
			const range = chosen();
			pressed = undefined;
			choose(undefined);
			// Suppresses the click that follows a drag.
			if (moved) box().addEventListener("click", (event) => event.preventDefault(), { once: true, capture: true });
			if (!range || range.to - range.from <= DRAG) return;
			const [from, until] = [drawing().instantAt(range.from, view()), drawing().instantAt(range.to, view())];
			show(zoomed({ from, until }, (from + until) / 2, 1));
		},
		cancel(): void {
			pressed = undefined;
			choose(undefined);
		},
		leave(): void {
			setAt(undefined);
			pointing.setPointed(undefined);
		},
	};
}
