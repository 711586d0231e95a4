import { createEffect, createMemo, createSignal, type JSX, on, onCleanup, onMount, Show } from "solid-js";
import { useReaderClock } from "../chart/page-clock.ts";
import { usePageEvents } from "../chart/page-events.ts";
import { ScrollBox } from "../components/ScrollBox.tsx";
import { count, counted } from "../format/number.ts";
import { usePage } from "../page/context.tsx";
import { byName, byResult, type Colouring } from "./colours.ts";
import type { StreamState } from "./data.ts";
import { createDrawing } from "./drawing.ts";
import { createGestures } from "./gestures.ts";
import { createInks } from "./inks.ts";
import { LaneTable } from "./LaneTable.tsx";
import { Legend } from "./Legend.tsx";
import { createPointing } from "./pointing.ts";
import { createWatch } from "./watch.ts";

/** One lane per worker, one bar per task. The bar under the pointer, or reached by arrow keys, is a link to its task. */
export default function TaskStream(): JSX.Element {
	const page = usePage();
	const clock = useReaderClock();
	const watch = createWatch();
	const { state, problem, lanes, view, live } = watch;
	const pointing = createPointing(watch);
	const { active, id, words } = pointing;
	const recent = usePageEvents();
	const [size, setSize] = createSignal({ width: 0, height: 0, dots: 1 });
	const [scroll, setScroll] = createSignal(0);
	const named = () => page.url.state().bars === "name";
	const failedOnly = () => page.url.state().only === "failed";
	const colours = createMemo<Colouring | undefined>(() => state() && (named() ? byName : byResult)((state() as StreamState).lanes));
	const drawing = createMemo(() => createDrawing(size(), lanes()?.lanes.length ?? 0));
	let box!: HTMLDivElement;
	let canvas!: HTMLCanvasElement;
	let link!: HTMLAnchorElement;
	let spacer!: HTMLDivElement;
	let selection!: HTMLDivElement;
	const gestures = createGestures({ watch, pointing, drawing, box: () => box, scroll });

	onMount(() => {
		watch.start(box);
		pointing.start();
		const measure = () => setSize({ width: box.clientWidth, height: box.clientHeight, dots: Math.max(1, devicePixelRatio) });
		const resizing = new ResizeObserver(measure);
		resizing.observe(box);
		measure();
		const inks = createInks(canvas);
		let frame = 0;
		const draw = () => {
			frame = 0;
			const here = lanes();
			const colour = colours();
			const at = { scroll: scroll(), now: page.time.now(), utc: page.url.state().tz === "utc", failedOnly: failedOnly() };
			here?.showWorstFirst(failedOnly());
			if (here && colour) drawing().paint(canvas, inks, here, colour, view(), recent(), at);
		};
		createEffect(() => {
			state();
			view();
			scroll();
			page.display.theme();
			page.url.state();
			page.time.now();
			recent();
			drawing();
			frame ||= requestAnimationFrame(draw);
		});
		createEffect(on(page.display.theme, inks.forget, { defer: true }));
		const forced = matchMedia("(forced-colors: active)");
		forced.addEventListener("change", inks.forget);
		// Set as properties: the page's CSP allows no inline style.
		createEffect(() => {
			spacer.style.height = `${drawing().contentHeight}px`;
		});
		createEffect(() => {
			const chosen = gestures.chosen();
			selection.hidden = chosen === undefined;
			selection.style.top = `${scroll()}px`;
			selection.style.height = `${size().height}px`;
			selection.style.left = `${chosen?.from ?? 0}px`;
			selection.style.width = `${(chosen?.to ?? 0) - (chosen?.from ?? 0)}px`;
		});
		createEffect(() => {
			const at = active();
			const here = lanes();
			link.hidden = !at && !here?.size;
			if (!at || !here) return;
			const { x, y, width, height } = drawing().boxOf(here, at.place, at.lane, view(), page.time.now());
			link.style.transform = `translate(${x}px, ${y}px)`;
			link.style.width = `${width}px`;
			link.style.height = `${height}px`;
		});
		// Not passive, so that zooming can prevent scrolling.
		box.addEventListener("wheel", gestures.wheel, { passive: false });
		onCleanup(() => {
			resizing.disconnect();
			forced.removeEventListener("change", inks.forget);
			cancelAnimationFrame(frame);
		});
	});

	const href = () => (id() === undefined ? undefined : page.url.address({ task: id() }));
	/** The event under the pointer, where there is no task. */
	const event = createMemo(() => {
		const x = gestures.at();
		if (x === undefined || words()) return undefined;
		const { events, since } = recent();
		const found = drawing().eventAt(events, since, x, view());
		return found && `${clock.time(found.at)} ${found.kind}: ${found.text}`;
	});
	/** Says to screen readers that events before the oldest loaded one are missing. */
	const cut = () => {
		const { since } = recent();
		return since > view().from ? `Events before ${clock.time(Math.min(since, view().until))} are not shown.` : undefined;
	};

	return (
		<div class="lanes" data-by={named() ? "name" : "result"}>
			<div class="lanes-bar">
				<div class="lanes-buttons">
					<button type="button" class="button" on:click={() => watch.zoom(0.5)}>
						Zoom in
					</button>
					<button type="button" class="button" on:click={() => watch.zoom(2)}>
						Zoom out
					</button>
					<button type="button" class="button" on:click={() => void watch.showAll()}>
						All
					</button>
					<button type="button" class="button" aria-pressed={live()} on:click={watch.goLive}>
						Live
					</button>
					<button
						type="button"
						class="button"
						aria-pressed={named()}
						on:click={() => page.url.change({ bars: named() ? undefined : "name" }, { replace: true })}
					>
						Colour by name
					</button>
					<button
						type="button"
						class="button"
						aria-pressed={failedOnly()}
						on:click={() => page.url.change({ only: failedOnly() ? undefined : "failed" }, { replace: true })}
					>
						Only failed
					</button>
				</div>
				<p class="quiet lanes-note">
					<Show when={state()} fallback={problem() ? "" : "Fetching tasks…"}>
						{(here) => {
							const { retained, total } = here().head;
							// One text node, so that growing digits move nothing else.
							return `${count(here().loaded)} of ${counted(retained, "kept task")}${total > retained ? `, ${count(total)} ended in all` : ""}`;
						}}
					</Show>
				</p>
			</div>
			<Show when={problem()}>
				{(wrong) => (
					<p class="lanes-problem" role="status">
						The task stream could not be fetched: {wrong()}.{" "}
						<button type="button" class="button" on:click={() => void watch.again()}>
							Try again
						</button>
					</p>
				)}
			</Show>
			{/* biome-ignore lint/a11y/useSemanticElements: a named scroll box, not a set of form fields */}
			<div
				class="lanes-box"
				ref={box}
				role="group"
				aria-label="Task stream: one row per worker, one bar per task"
				on:scroll={() => setScroll(box.scrollTop)}
				on:pointerdown={gestures.down}
				on:pointermove={gestures.move}
				on:pointerup={gestures.up}
				on:pointercancel={gestures.cancel}
				on:pointerleave={gestures.leave}
				on:dblclick={() => watch.zoom(2)}
			>
				<canvas ref={canvas} class="lanes-canvas" />
				<div ref={spacer} class="lanes-spacer" />
				<div ref={selection} class="lanes-selection" hidden />
				<a
					ref={link}
					class="lanes-task"
					hidden
					draggable={false}
					href={href() ?? page.url.address({})}
					on:keydown={gestures.step}
					on:focus={pointing.begin}
					on:click={(event) => {
						if (event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
						event.preventDefault();
						if (id() !== undefined) page.url.change({ task: id() });
					}}
				>
					<span class="hidden">
						Task {words()?.name} {id()}: {words()?.facts.join(", ")}. Arrow keys move between tasks, plus and minus zoom, 0 shows all.{" "}
						{cut()}
					</span>
				</a>
				<Show when={state() && state()?.lanes.size === 0}>
					<p class="lanes-empty quiet">No task has run yet.</p>
				</Show>
			</div>
			<p class="lanes-readout" aria-hidden="true">
				<Show
					when={words()}
					fallback={
						<span class="quiet cut">
							{event() ?? "Drag to zoom, Shift+drag to pan, double-click to zoom out. Click a bar for its task."}
						</span>
					}
				>
					{(pointed) => (
						<>
							<span class="comb-name cut">{pointed().name}</span>
							<span class="mono quiet cut">{id() ?? "…"}</span>
							<span class="quiet cut">{pointed().facts.join(" · ")}</span>
						</>
					)}
				</Show>
			</p>
			<ScrollBox class="lanes-legend-box" label="Legend of colours and patterns">
				<Legend colours={colours()} />
			</ScrollBox>
			<Show when={lanes()}>{(here) => <LaneTable lanes={here()} version={state()?.version ?? 0} />}</Show>
		</div>
	);
}
