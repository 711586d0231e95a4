import { createEffect, createMemo, createSignal, For, type JSX, onCleanup, onMount, Show } from "solid-js";
import { BAR_STATUSES } from "../../colony-bridge/protocol/task-bars.ts";
import { ScrollBox } from "../elements/ScrollBox.tsx";
import { TASK } from "../elements/states.ts";
import { count, counted } from "../format/number.ts";
import { elapsed } from "../format/time.ts";
import { usePage } from "../page-context.tsx";
import { COLOURS, type Colouring, colouring } from "./colours.ts";
import { type StreamState, streamData } from "./data.ts";
import { idOf } from "./details.ts";
import { createDrawing } from "./drawing.ts";
import { LaneTable } from "./LaneTable.tsx";
import { panned, type Window, zoomed } from "./window.ts";

/** Stretch that is fetched and shown at first, ms. */
const FIRST_MS = 15 * 60_000;
const OPEN = BAR_STATUSES.indexOf("open");

/** Every worker a lane, every task a bar. Under the pointer, or reached by arrow keys, a bar is a link to its task. */
export default function TaskStream(): JSX.Element {
	const page = usePage();
	const [state, setState] = createSignal<StreamState>();
	const [problem, setProblem] = createSignal<string>();
	const [view, setView] = createSignal<Window>({ from: page.now() - FIRST_MS, until: page.now() });
	/** The end of the window goes on with the clock. */
	const [live, setLive] = createSignal(page.view().end === undefined);
	const [size, setSize] = createSignal({ width: 0, height: 0, dots: 1 });
	const [scroll, setScroll] = createSignal(0);
	const [stood, setStood] = createSignal<{ lane: number; bar: number }>();
	const [pointed, setPointed] = createSignal<{ lane: number; bar: number }>();
	const [id, setId] = createSignal<string>();
	const colours = createMemo<Colouring | undefined>(() => state() && colouring((state() as StreamState).lanes));
	const lanes = () => state()?.lanes;
	const all = () => (state() ? (state() as StreamState).held >= (state() as StreamState).head.kept : false);
	/** What is pointed at or stood on: its place in the columns. */
	const active = createMemo(() => {
		const at = pointed() ?? stood();
		const here = state()?.lanes;
		if (!at || !here) return undefined;
		const lane = here.lanes[here.sorted()[at.lane] as number];
		if (!lane || at.bar >= lane.length) return undefined;
		return { ...at, place: lane.bars[at.bar] as number, worker: lane.worker };
	});
	let box!: HTMLDivElement;
	let canvas!: HTMLCanvasElement;
	let link!: HTMLAnchorElement;
	let spacer!: HTMLDivElement;

	const data = streamData(page.path("/api/tasks/stream"), (next, wrong) => {
		setProblem(wrong);
		if (next) setState({ ...next });
	});
	onCleanup(() => data.stop());

	const drawing = createMemo(() => createDrawing(size(), lanes()?.lanes.length ?? 0));

	onMount(() => {
		const end = page.view().end ?? page.now();
		setView({ from: end - FIRST_MS, until: end });
		void data.load(end - FIRST_MS).then(() => {
			// Where nothing ran lately, what ran last is worth more than an empty field.
			const here = state();
			if (here && here.lanes.size === 0 && here.head.kept > 0) return showAll();
			return undefined;
		});
		let seen = true;
		const watching = new IntersectionObserver((entries) => {
			seen = entries.at(-1)?.isIntersecting ?? true;
			if (seen) data.follow();
		});
		watching.observe(box);
		createEffect(() => {
			const { completed, failed, cancelled, active } = page.cluster().tasks;
			const head = state()?.head;
			if (!head || (completed + failed + cancelled === head.seen && active === head.active)) return;
			if (seen && document.visibilityState === "visible" && page.stoodAt() === undefined) data.follow();
		});
		createEffect(() => {
			const now = page.now();
			if (live()) setView(({ from, until }) => ({ from: from + now - until, until: now }));
		});
		const measure = () => setSize({ width: box.clientWidth, height: box.clientHeight, dots: Math.max(1, devicePixelRatio) });
		const resizing = new ResizeObserver(measure);
		resizing.observe(box);
		measure();
		let frame = 0;
		const draw = () => {
			frame = 0;
			const here = lanes();
			const colour = colours();
			if (here && colour)
				drawing().paint(canvas, here, colour, view(), { scroll: scroll(), now: page.now(), utc: page.drawing().tz === "utc" });
		};
		createEffect(() => {
			state();
			view();
			scroll();
			page.theme();
			page.drawing();
			page.now();
			drawing();
			frame ||= requestAnimationFrame(draw);
		});
		createEffect(() => {
			spacer.style.height = `${drawing().contentHeight}px`;
		});
		// By the element's own properties: the page's policy allows no inline style.
		createEffect(() => {
			const at = active();
			const here = lanes();
			link.hidden = !at && !here?.size;
			if (!at || !here) return;
			const { x, y, width, height } = drawing().boxOf(here, at.place, at.lane, view(), page.now());
			link.style.transform = `translate(${x}px, ${y}px)`;
			link.style.width = `${width}px`;
			link.style.height = `${height}px`;
		});
		let asking: ReturnType<typeof setTimeout> | undefined;
		createEffect(() => {
			const at = active();
			const here = lanes();
			clearTimeout(asking);
			setId(at && here?.ids.get(at.place));
			if (!at || !here || here.ids.has(at.place)) return;
			const number = here.number[at.place] as number;
			asking = setTimeout(
				() => void idOf(page.path("/api/tasks/history"), number).then((found) => active()?.place === at.place && setId(found)),
				120,
			);
		});
		// Not passive: a zoom is no scroll.
		box.addEventListener("wheel", wheel, { passive: false });
		onCleanup(() => {
			watching.disconnect();
			resizing.disconnect();
			cancelAnimationFrame(frame);
			clearTimeout(asking);
		});
	});

	const show = (next: Window) => {
		const now = page.now();
		setLive(Math.abs(next.until - now) < (next.until - next.from) * 0.002);
		setView(next);
		const here = state();
		if (here && !all() && next.from < here.lanes.from) void data.load();
	};
	const showAll = async () => {
		if (!all()) await data.load();
		const here = lanes();
		if (!here || here.size === 0) return;
		const margin = Math.max(10, (here.until - here.from) * 0.01);
		show({ from: here.from - margin, until: here.ids.size > 0 ? page.now() : here.until + margin });
	};
	const middle = () => (view().from + view().until) / 2;
	const zoom = (by: number, around = live() ? view().until : middle()) => show(zoomed(view(), around, by));
	const goLive = () => {
		const span = Math.min(view().until - view().from, FIRST_MS);
		show({ from: page.now() - span, until: page.now() });
	};

	const at = (event: { clientX: number; clientY: number }) => {
		const { left, top } = box.getBoundingClientRect();
		return { x: event.clientX - left, y: event.clientY - top };
	};
	function wheel(event: WheelEvent): void {
		const sideways = event.shiftKey ? event.deltaY : event.deltaX;
		if (event.ctrlKey || event.metaKey) {
			event.preventDefault();
			show(zoomed(view(), drawing().instantAt(at(event).x, view()), Math.exp(Math.max(-0.5, Math.min(0.5, event.deltaY / 300)))));
		} else if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)) {
			event.preventDefault();
			show(panned(view(), sideways / Math.max(1, drawing().barsWidth)));
		}
	}
	let dragged: { x: number; from: Window; moved: boolean } | undefined;
	const down = (event: PointerEvent) => {
		if (event.button === 0) dragged = { x: event.clientX, from: view(), moved: false };
	};
	const move = (event: PointerEvent) => {
		if (dragged && event.buttons & 1) {
			const by = event.clientX - dragged.x;
			if (Math.abs(by) > 3 && !dragged.moved) {
				dragged.moved = true;
				box.setPointerCapture(event.pointerId);
			}
			if (dragged.moved) show(panned(dragged.from, -by / Math.max(1, drawing().barsWidth)));
			return;
		}
		const here = lanes();
		const { x, y } = at(event);
		setPointed(here && drawing().hit(here, x, y, view(), scroll(), page.now()));
	};
	const up = () => {
		const moved = dragged?.moved;
		dragged = undefined;
		if (moved) box.addEventListener("click", (event) => event.preventDefault(), { once: true, capture: true });
	};

	const step = (event: KeyboardEvent): void => {
		const here = lanes();
		if (!here || event.ctrlKey || event.metaKey || event.altKey) return;
		const order = here.sorted();
		const from = active() ?? stood() ?? firstIn(here, view());
		const laneOf = (n: number) => here.lanes[order[n] as number];
		const go = (lane: number, bar: number) => {
			setPointed(undefined);
			const there = laneOf(lane);
			if (!there || there.length === 0) return;
			const place = Math.max(0, Math.min(there.length - 1, bar));
			setStood({ lane, bar: place });
			const index = there.bars[place] as number;
			box.scrollTop = drawing().scrollTo(lane, box.scrollTop);
			const [start, end] = [here.start[index] as number, Math.min(here.end[index] as number, page.now())];
			const { from: left, until: right } = view();
			if (start < left || end > right) show(panned(view(), ((start + end) / 2 - (left + right) / 2) / (right - left)));
		};
		const neighbour = (by: number) => {
			for (let n = from.lane + by; n >= 0 && n < order.length; n += by) {
				const there = laneOf(n);
				const place = laneOf(from.lane)?.bars[from.bar];
				if (!there || there.length === 0 || place === undefined) continue;
				const [start, end] = [here.start[place] as number, Math.min(here.end[place] as number, page.now())];
				const found = here.at(there, Math.max(view().from, Math.min(view().until, (start + end) / 2)), view().until - view().from);
				return go(n, found < 0 ? there.length - 1 : found);
			}
		};
		const keys: Record<string, () => void> = {
			ArrowLeft: () => (event.shiftKey ? show(panned(view(), -0.25)) : go(from.lane, from.bar - 1)),
			ArrowRight: () => (event.shiftKey ? show(panned(view(), 0.25)) : go(from.lane, from.bar + 1)),
			ArrowUp: () => neighbour(-1),
			ArrowDown: () => neighbour(1),
			Home: () => go(from.lane, 0),
			End: () => go(from.lane, Number.MAX_SAFE_INTEGER),
			"+": () => zoom(0.5),
			"=": () => zoom(0.5),
			"-": () => zoom(2),
			"0": () => void showAll(),
		};
		if (!Object.hasOwn(keys, event.key)) return;
		event.preventDefault();
		event.stopPropagation();
		keys[event.key]?.();
	};

	const words = createMemo(() => {
		const at = active();
		const here = lanes();
		if (!at || !here) return undefined;
		const { place } = at;
		const open = here.status[place] === OPEN;
		const status = BAR_STATUSES[here.status[place] as number] as (typeof BAR_STATUSES)[number];
		const ms = (open ? page.now() : (here.end[place] as number)) - (here.start[place] as number);
		const waited = here.waited[place] as number;
		const attempt = here.attempt[place] as number;
		return {
			name: here.names[here.name[place] as number] ?? "",
			facts: [
				status === "open" ? "running" : TASK[status].word,
				open ? `for ${elapsed(ms)}` : `took ${elapsed(ms)}`,
				waited >= 0 && `waited ${elapsed(waited)}`,
				at.worker === undefined ? "worker not said" : `on ${at.worker}`,
				attempt > 1 && `try ${attempt}`,
			].filter(Boolean) as string[],
		};
	});
	const href = () => (id() === undefined ? undefined : page.addressWith({ task: id() }));

	return (
		<div class="lanes">
			<div class="lanes-bar">
				<div class="lanes-buttons">
					<button type="button" class="button" on:click={() => zoom(0.5)}>
						Zoom in
					</button>
					<button type="button" class="button" on:click={() => zoom(2)}>
						Zoom out
					</button>
					<button type="button" class="button" on:click={() => void showAll()}>
						All
					</button>
					<button type="button" class="button" aria-pressed={live()} on:click={goLive}>
						Live
					</button>
				</div>
				<p class="quiet lanes-note">
					<Show when={state()} fallback={problem() ? "" : "Fetching tasks…"}>
						{(here) => {
							const { kept, seen } = here().head;
							// One text: what grows at its end moves nothing.
							return `${count(here().held)} of ${counted(kept, "kept task")}${seen > kept ? `, ${count(seen)} ended in all` : ""}`;
						}}
					</Show>
				</p>
			</div>
			<Show when={problem()}>
				{(wrong) => (
					<p class="lanes-problem" role="status">
						The task stream could not be fetched: {wrong()}.{" "}
						<button type="button" class="button" on:click={() => void data.load(all() ? undefined : view().from)}>
							Try again
						</button>
					</p>
				)}
			</Show>
			{/* biome-ignore lint/a11y/useSemanticElements: what scrolls is named; it is no set of form fields */}
			<div
				class="lanes-box"
				ref={box}
				role="group"
				aria-label="Task stream: a lane for each worker, a bar for each task"
				on:scroll={() => setScroll(box.scrollTop)}
				on:pointerdown={down}
				on:pointermove={move}
				on:pointerup={up}
				on:pointercancel={up}
				on:pointerleave={() => setPointed(undefined)}
			>
				<canvas ref={canvas} class="lanes-canvas" />
				<div ref={spacer} class="lanes-spacer" />
				<a
					ref={link}
					class="lanes-task"
					hidden
					draggable={false}
					href={href() ?? page.addressWith({})}
					on:keydown={step}
					on:focus={() => lanes() && !stood() && setStood(firstIn(lanes() as NonNullable<ReturnType<typeof lanes>>, view()))}
					on:click={(event) => {
						if (event.ctrlKey || event.metaKey || event.shiftKey) return;
						event.preventDefault();
						if (id() !== undefined) page.look({ task: id() });
					}}
				>
					<span class="hidden">
						Task {words()?.name} {id()}: {words()?.facts.join(", ")}. Arrow keys move between tasks, plus and minus zoom, 0 shows all.
					</span>
				</a>
				<Show when={state() && state()?.lanes.size === 0}>
					<p class="lanes-empty quiet">No task has run yet.</p>
				</Show>
			</div>
			<p class="lanes-readout" aria-hidden="true">
				<Show when={words()} fallback={<span class="quiet">Drag to move, Ctrl and wheel to zoom; a bar leads to its task.</span>}>
					{(said) => (
						<>
							<span class="comb-name cut">{said().name}</span>
							<span class="mono quiet cut">{id() ?? "…"}</span>
							<span class="quiet cut">{said().facts.join(" · ")}</span>
						</>
					)}
				</Show>
			</p>
			<ScrollBox class="lanes-legend-box" label="What colours and patterns say">
				<Legend colours={colours()} />
			</ScrollBox>
			<Show when={lanes()}>{(here) => <LaneTable lanes={here()} version={state()?.version ?? 0} />}</Show>
		</div>
	);
}

/** Where the keyboard begins: the newest bar of the first lane. */
function firstIn(lanes: StreamState["lanes"], { until }: Window): { lane: number; bar: number } {
	for (const [n, place] of lanes.sorted().entries()) {
		const lane = lanes.lanes[place];
		if (!lane || lane.length === 0) continue;
		return { lane: n, bar: Math.max(0, lanes.firstFrom(lane, until) - 1) };
	}
	return { lane: 0, bar: 0 };
}

function Legend(props: { colours: Colouring | undefined }): JSX.Element {
	return (
		<ul class="lanes-legend">
			<For each={["failed", "cancelled", "running"] as const}>
				{(status) => (
					<li>
						<svg class={`lanes-key lanes-${status}`} viewBox="0 0 18 10" aria-hidden="true">
							<rect width="18" height="10" />
							<path
								d={
									{
										failed: "M2 10 8 0h4L6 10zM10 10l6-10h2v3l-4 7z",
										cancelled: "M2 2h14v6H2z",
										running: "M4 0h1v10H4zM9 0h1v10H9zM14 0h1v10h-1z",
									}[status]
								}
							/>
						</svg>
						<span class="cut">{status}</span>
					</li>
				)}
			</For>
			<For each={props.colours?.groups}>
				{(group, i) => (
					<li>
						<svg class={`lanes-key series-${i() % COLOURS}`} viewBox="0 0 18 10" aria-hidden="true">
							<rect width="18" height="10" />
						</svg>
						<span class="cut" title={group.text}>
							{group.text}
						</span>
						<span class="comb-count">{count(group.count)}</span>
					</li>
				)}
			</For>
			<Show when={(props.colours?.others ?? 0) > 0}>
				<li>
					<svg class="lanes-key lanes-other" viewBox="0 0 18 10" aria-hidden="true">
						<rect width="18" height="10" />
					</svg>
					<span class="cut">all others</span>
					<span class="comb-count">{count(props.colours?.others ?? 0)}</span>
				</li>
			</Show>
		</ul>
	);
}
