import { createEffect, createMemo, createSignal, type JSX, onCleanup, onMount, Show } from "solid-js";
import type { GroupedBy } from "../../colony-bridge/protocol/query/comb-groups.ts";
import type { Rows } from "../../colony-bridge/protocol/query/rows.ts";
import { Empty } from "../components/Panel.tsx";
import { count, counted, metricWords, unitOf } from "../format/number.ts";
import { partsOf, type SharedEnds, sharedEnds } from "../format/shared-ends.ts";
import { usePage } from "../page/context.tsx";
import { loadCode } from "../page/load-code.ts";
import { cellInWords, readCells, readIds } from "./cells.ts";
import { FirstPicture, Legend } from "./Legend.tsx";
import type { CombLayout } from "./layout.ts";

/** Maximum radius of a cell, CSS pixels. */
const largest = (workers: number): number => (workers <= 12 ? 56 : 40);

/** The box's height follows the initial number of workers; later ones do not change it. */
const sizeFor = (workers: number): string =>
	workers <= 6 ? "xs" : workers <= 24 ? "s" : workers <= 300 ? "m" : workers <= 3000 ? "l" : "xl";

export interface CombProps {
	of: Rows<"comb">;
	/** Absent: coloured by state. */
	metric: string | undefined;
	/** Id of a cell highlighted elsewhere, which gets a ring. */
	marked?: string | undefined;
	/** Called with the id of the cell under the pointer or focus, undefined when it leaves. */
	onMark?: ((id: string | undefined) => void) | undefined;
}

/** Terms of a filter are in quotes where they could be several. */
const term = (by: GroupedBy, name: string): string => {
	const text = /[\s"<>=]/.test(name) ? `"${name}"` : name;
	return by === "prefix" ? text : `${by}=${text}`;
};

/**
 * Workers, or many of them in groups, as hexagons, coloured by state or by a metric. The cell under the pointer, or reached by arrow keys,
 * is a link.
 */
export function Comb(props: CombProps): JSX.Element {
	return (
		<Show when={props.of.rows.length > 0} fallback={<Empty>The colony lists no workers.</Empty>}>
			<Filled {...props} />
		</Show>
	);
}

function Filled(props: CombProps): JSX.Element {
	const page = usePage();
	const cells = createMemo(() => readCells(props.of.rows, props.metric, props.metric && unitOf(props.metric)));
	const ids = createMemo(() => readIds(props.of.rows));
	const among = createMemo<SharedEnds | undefined>((before) => sharedEnds(ids(), before));
	/** Part of the id that distinguishes a worker. */
	const ownName = (cell: number) => {
		const { head, tail } = partsOf(ids()[cell] ?? "", among());
		return head + tail;
	};
	const size = sizeFor(cells().count);
	const [layout, setLayout] = createSignal<CombLayout>();
	const [drawn, setDrawn] = createSignal(false);
	/** Cells with keyboard focus and under the pointer. */
	const [focused, setFocused] = createSignal(0);
	const [pointed, setPointed] = createSignal<number>();
	const marked = createMemo(() => {
		const place = props.marked === undefined ? -1 : ids().indexOf(props.marked);
		return place < 0 ? undefined : place;
	});
	const active = () => Math.min(pointed() ?? marked() ?? focused(), cells().count - 1);
	const name = () => ids()[active()] ?? "";
	let box!: HTMLDivElement;
	let canvas!: HTMLCanvasElement;
	let link!: HTMLAnchorElement;

	// The static picture stays until its code is there.
	const [code, setCode] = createSignal<typeof import("./lazy/painter.ts")>();
	onMount(() => {
		void loadCode(() => import("./lazy/painter.ts")).then(setCode, () => {});
		const painter = createMemo(() => code()?.createPainter(canvas, props.metric === undefined));
		const [space, setSpace] = createSignal({ width: 0, height: 0, dots: 1 });
		const measure = () => setSpace({ width: box.clientWidth, height: box.clientHeight, dots: Math.max(1, devicePixelRatio) });
		// The first paint of ten thousand cells is a task of its own, after hydration and first layout; until then there is a static
		// picture.
		let first: ReturnType<typeof setTimeout> | undefined;
		const observer = new ResizeObserver(() => {
			if (first) measure();
			else first = setTimeout(measure);
		});
		observer.observe(box);
		onCleanup(() => {
			clearTimeout(first);
			observer.disconnect();
		});
		createEffect(() => {
			const { width, height, dots } = space();
			canvas.width = Math.round(width * dots);
			canvas.height = Math.round(height * dots);
			page.display.theme();
			painter()?.forget();
		});
		createEffect(() => {
			const { width, height, dots } = space();
			page.display.theme();
			const { count, statuses, matches } = cells();
			const [lazy, paints] = [code(), painter()];
			if (!lazy || !paints || width === 0 || count === 0) return;
			// In device pixels, as the stamps.
			const room = (length: number) => Math.max(1, Math.round(length * dots) - 2 * lazy.MARGIN);
			const fitted = lazy.combLayout(count, { width: room(width), height: room(height) }, largest(count) * dots);
			paints.paint(fitted, { statuses, matches }, ownName, dots);
			setLayout({ ...fitted, radius: fitted.radius / dots });
			setDrawn(true);
		});
		// Set as properties: the page's CSP allows no inline style.
		createEffect(() => {
			const [lazy, at] = [code(), layout()];
			if (!lazy || !at || cells().count === 0) return;
			const wide = Math.max(12, 2 * at.radius);
			link.style.width = `${wide}px`;
			link.style.height = `${wide}px`;
			link.style.transform = `translate(${lazy.centreX(at, active()) - wide / 2}px, ${lazy.centreY(at, active()) - wide / 2}px)`;
		});
	});

	const point = (event: PointerEvent) => {
		const at = layout();
		if (!at) return;
		const { left, top } = box.getBoundingClientRect();
		const found = code()?.cellAt(at, event.clientX - left, event.clientY - top) ?? -1;
		setPointed(found < 0 ? undefined : found);
		props.onMark?.(ids()[found]);
	};
	const leave = () => {
		setPointed(undefined);
		props.onMark?.(undefined);
	};
	const move = (event: KeyboardEvent) => {
		const at = layout();
		if (!at || event.ctrlKey || event.metaKey || event.altKey) return;
		const next = code()?.cellAfter(at, active(), event.key);
		if (next === undefined) return;
		event.preventDefault();
		setPointed(undefined);
		setFocused(next);
		props.onMark?.(ids()[next]);
	};
	const group = () => cells().by;
	const address = () => {
		const by = group();
		return by ? page.links.hrefWith("/workers", { filter: term(by, name()) }) : page.links.worker(name());
	};
	const by = () => (props.metric === undefined ? "state" : metricWords(props.metric));
	const about = () => {
		const all = counted(props.of.total, "worker");
		const shown = by() === "state" ? "worst state" : `highest ${by()}`;
		if (group()) return `${group() === "prefix" ? "groups by id" : `${group()}s`} of ${all}, with the ${shown} in each`;
		return cells().count < props.of.total && `of ${all} drawn, as many as fit in one answer`;
	};

	return (
		<div class="comb" data-size={size}>
			<Show when={about()}>
				{(words) => (
					<p class="comb-cut">
						<strong>{count(cells().count)}</strong> {words()}.
					</p>
				)}
			</Show>
			<div class="comb-box" ref={box} on:pointermove={point} on:pointerleave={leave}>
				<Show when={!drawn()}>
					<FirstPicture cells={cells()} />
				</Show>
				<canvas ref={canvas} class="comb-canvas" />
				<a
					ref={link}
					class={pointed() === undefined && marked() === undefined ? "comb-cell" : "comb-cell comb-pointed"}
					href={address()}
					on:keydown={move}
					on:focus={() => props.onMark?.(name())}
					on:blur={() => props.onMark?.(undefined)}
				>
					<span class="hidden">
						{group() ?? "Worker"} {name()}: {cellInWords(cells(), active())}. Cell {active() + 1} of {cells().count}; arrow keys move.
					</span>
					<svg viewBox="-10 -10 20 20" aria-hidden="true">
						<path d="M0-9.2 7.97-4.6v9.2L0 9.2l-7.97-4.6v-9.2z" />
					</svg>
				</a>
			</div>
			<p class="comb-readout" data-shown={marked() === undefined ? undefined : ""}>
				<span class="comb-name cut">{name()}</span>
				<span class="quiet cut">{cellInWords(cells(), active())}</span>
			</p>
			<Legend cells={cells()} />
			<p class="hidden">
				{counted(props.of.total, "worker")} coloured by {by()}. The table of the Workers page has the same in words.
			</p>
		</div>
	);
}
