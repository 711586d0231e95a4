/** The interactive part of a chart: the cursor, its readout, and the selection to zoom into. */
import { createEffect, createMemo, createSignal, Show } from "solid-js";
import { quantity } from "../../format/number.ts";
import { usePage } from "../../page/context.tsx";
import { densityAt, eventsAt, placeEvents } from "../events.ts";
import { instantOf, shareOfColumn } from "../model.ts";
import { useReaderClock } from "../page-clock.ts";
import { usePageEvents } from "../page-events.ts";
import type { ReadChart, Reading } from "../reading.ts";
import { Cursor, Selection } from "./Cursor.tsx";
import { createGestures } from "./gestures.ts";
import { Happened } from "./Happened.tsx";
import type { paintChart } from "./painter.ts";
import { type TimeRange, zoomIn, zoomOut } from "./zoom.ts";

export function readChart(chart: ReadChart): Reading {
	const { plot, area, picture, inSight, placed, dense } = chart;
	const page = usePage();
	const clock = useReaderClock();
	const known = usePageEvents();

	const show = (range: TimeRange | undefined) =>
		range && page.url.change({ range: range.range, end: range.end === undefined ? undefined : new Date(range.end).toISOString() });
	const { listeners, selection, ...gestures } = createGestures({
		time: page.time,
		picture,
		area: () => area().getBoundingClientRect(),
		zoomIn: (from, to) => show(zoomIn(page.url.view(), from, to)),
		zoomOut: () => show(zoomOut(page.url.view())),
	});
	for (const [type, listener] of Object.entries(listeners)) plot().addEventListener(type, listener as EventListener);

	/** No cursor while out of view. */
	const column = createMemo(() => (inSight() ? gestures.column() : undefined));
	const cursor = createMemo(() => {
		const index = column();
		return index === undefined ? undefined : shareOfColumn(picture().kind, picture().model, index);
	});
	const time = createMemo(() => {
		const index = column();
		return index === undefined ? undefined : clock.time(instantOf(picture().model, index));
	});

	const pointed = createMemo(() => cursor() !== undefined);
	/** Counted errors have no marks; the cursor shows them in full. */
	const failures = createMemo(() => {
		const errors = !pointed() || dense().length === 0 ? [] : known().events.filter(({ kind }) => kind === "error");
		return placeEvents(errors, picture().kind, picture().model);
	});
	const there = createMemo(() => {
		const share = cursor();
		if (share === undefined) return [];
		const within = 0.5 / Math.max(1, picture().model.length - 1);
		// At most two errors in full; the count covers the others.
		return [...eventsAt(failures(), share, within).slice(-2), ...densityAt(dense(), share), ...eventsAt(placed(), share, within)];
	});

	const unmarked = createMemo(() => {
		const index = column();
		const { unmarked } = known();
		return index !== undefined && unmarked && instantOf(picture().model, index) < unmarked.before ? unmarked.text : undefined;
	});

	const [paint, setPaint] = createSignal<typeof paintChart>();
	const [onCanvas, setOnCanvas] = createSignal(false);
	createEffect(() => {
		if (paint() || !inSight()) return;
		// Otherwise it stays SVG until it is visible again.
		import("./painter.ts").then(
			(code) => setPaint(() => code.paintChart),
			() => {},
		);
	});
	createEffect(() => paint()?.(area(), picture, setOnCanvas));

	return {
		column,
		onCanvas,
		spoken() {
			const index = gestures.focused() ? column() : undefined;
			if (index === undefined) return undefined;
			const values = picture()
				.layers.filter((layer) => !layer.hidden)
				.map(({ line }) => {
					const value = line.values[index];
					return `${line.name} ${value === null || value === undefined ? "not known" : quantity(value, picture().model.unit)}`;
				});
			return {
				column: index,
				words: [time(), ...values, ...there().map(({ kind, text }) => `${kind}: ${text}`), unmarked()].filter(Boolean).join(", "),
			};
		},
		Overlay: () => (
			<>
				<Show when={selection()}>{(chosen) => <Selection from={chosen().from} to={chosen().to} />}</Show>
				<Show when={pointed()}>
					<Cursor picture={picture()} column={column() ?? 0} share={cursor() ?? 0} time={time() ?? ""} />
				</Show>
				<Happened share={cursor() ?? 0} events={there()} unmarked={unmarked()} />
			</>
		),
	};
}
