import { type Component, createMemo, createSignal, type JSX, Show, untrack } from "solid-js";
import { usePage } from "../page/context.tsx";
import { loadCode } from "../page/load-code.ts";
import { partName } from "../view/url-part.ts";
import type { ChartDialogProps } from "./ChartDialog.tsx";
import { createChoice } from "./choice.ts";
import { placeDensity, placeEvents } from "./events.ts";
import { createInSight } from "./in-sight.ts";
import { Legend } from "./Legend.tsx";
import { createReading } from "./load-reading.ts";
import { MissingData, noDataWords } from "./MissingData.tsx";
import { type ChartKind, type ChartModel, type Line, modelSince, untilNow } from "./model.ts";
import { noData } from "./no-data.ts";
import { Events } from "./Overlay.tsx";
import { type Limit, Limits, Plot } from "./Plot.tsx";
import { useReaderClock } from "./page-clock.ts";
import { usePageEvents } from "./page-events.ts";
import { pickLines } from "./pick.ts";
import { pictureOf } from "./picture.ts";

export interface ChartProps {
	kind: ChartKind;
	model: ChartModel;
	/** Accessible name. */
	label: string;
	/** Name in the URL, by default the label. */
	name?: string;
	limits?: readonly Limit[];
}

const NO_LIMITS: readonly Limit[] = [];

/**
 * Lines, areas or bars over time. The legend shows the latest values, or those at the cursor, which all charts of the page share; events
 * are marked on the time axis.
 */
export function Chart(props: ChartProps): JSX.Element {
	const page = usePage();
	const clock = useReaderClock();
	let figure!: HTMLElement;
	let plot!: HTMLDivElement;
	let area!: HTMLDivElement;
	const inSight = createInSight(() => figure, false);
	const { pick, setPick, hidden, setHidden } = createChoice(untrack(() => props.name ?? partName(props.label)));
	const limits = () => props.limits ?? NO_LIMITS;

	const model = createMemo<ChartModel>((before) =>
		before && !inSight() ? before : untilNow(modelSince(props.model, page.data.begin()), untrack(page.time.now)),
	);
	const lines = createMemo<readonly Line[]>((before) => pickLines(model().lines, pick(), before));
	const keys = () => lines().map(({ key }) => key);
	const picture = createMemo(() =>
		pictureOf(
			props.kind,
			model(),
			lines(),
			hidden(keys()),
			limits().map(({ value }) => value),
		),
	);
	/** Only if the chart ends now. */
	const missing = createMemo(
		() => (page.url.view().end === undefined ? noData(model(), page.time.now(), page.data.cluster().intervalMs ?? 0) : undefined),
		undefined,
		{ equals: (a, b) => a?.since === b?.since },
	);
	const known = usePageEvents();
	/** If all errors are counted, the known ones have no marks; the cursor shows them. */
	const placed = createMemo(() => {
		const { events, density } = known();
		return placeEvents(density ? events.filter(({ kind }) => kind !== "error") : events, props.kind, model());
	});
	const dense = createMemo(() => {
		const { density } = known();
		return density ? placeDensity(density, props.kind, model()) : [];
	});
	const reading = createReading({ plot: () => plot, area: () => area, picture, inSight, placed, dense });
	const spoken = createMemo(() => reading()?.spoken());
	const last = () => Math.max(1, model().length - 1);
	const words = () => {
		const ends = missing();
		const silence = ends && noDataWords(page, ends);
		const read = spoken();
		return (read ? [read.words, silence] : [silence, "arrow keys read its values"]).filter(Boolean).join(", ");
	};
	const toggle = (key: string, alone: boolean) => {
		const before = hidden(keys());
		const others = keys().filter((other) => other !== key);
		if (alone) return setHidden(!before.has(key) && others.every((other) => before.has(other)) ? [] : others);
		const next = new Set(before);
		if (!next.delete(key)) next.add(key);
		setHidden(others.every((other) => next.has(other)) && next.has(key) ? [] : next);
	};

	/** Loaded on demand. */
	const [dialog, setDialog] = createSignal<Component<ChartDialogProps>>();
	const open = () =>
		loadCode(() => import("./ChartDialog.tsx"), page).then(
			(module) => setDialog(() => module.default),
			() => {},
		);

	return (
		<figure class="chart" ref={figure}>
			<Legend picture={picture()} column={reading()?.column()} pick={pick()} setPick={setPick} toggle={toggle} />
			<button type="button" class="chart-more" aria-label={`Values of ${props.label}`} title="Table, PNG, CSV" on:click={open}>
				⋯
			</button>
			<div
				class="plot"
				ref={plot}
				role="slider"
				tabIndex={0}
				aria-label={props.label}
				aria-valuemin={0}
				aria-valuemax={last()}
				aria-valuenow={spoken()?.column ?? last()}
				aria-valuetext={words()}
			>
				<Plot picture={picture()} onCanvas={reading()?.onCanvas() ?? false} />
				<div class="plot-inner" ref={area}>
					<Limits limits={limits()} picture={picture()} />
					<Show when={missing()}>{(ends) => <MissingData of={ends()} kind={props.kind} model={model()} />}</Show>
					<Events spots={placed().spots} spans={placed().spans} dense={dense()} />
					{reading()?.Overlay()}
				</div>
			</div>
			<Show when={dialog()}>
				{(loaded) => {
					const Body = loaded();
					return (
						<Body
							picture={picture()}
							events={placed()}
							missing={missing()}
							title={props.label}
							clock={clock}
							close={() => setDialog(undefined)}
						/>
					);
				}}
			</Show>
		</figure>
	);
}
