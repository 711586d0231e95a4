import { createMemo, createSignal, For, getOwner, type JSX, onMount, runWithOwner, Show } from "solid-js";
import { quantity } from "../format/number.ts";
import { clock } from "../format/time.ts";
import { usePage } from "../page-context.tsx";
import { type ChartKind, type ChartModel, inWords, newest } from "./model.ts";
import { DASHES } from "./options.ts";
import { Placeholder } from "./Placeholder.tsx";
import { scaleOf } from "./scale.ts";

/** The library comes after the page is alive: until then the placeholder shows the same. The server never needs it. */
const loadPlot = import.meta.env.SSR ? undefined : () => import("./plot.ts");

/** Lines, areas or bars over time, with a legend that tells the newest values, or those under the cursor. */
export function Chart(props: { kind: ChartKind; model: ChartModel; label: string }): JSX.Element {
	const page = usePage();
	const scale = createMemo(() =>
		scaleOf(
			props.model.lines.map(({ values }) => values),
			props.model.unit,
		),
	);
	const [drawn, setDrawn] = createSignal(false);
	const [cursor, setCursor] = createSignal<number>();
	const owner = getOwner();
	let host!: HTMLDivElement;

	onMount(async () => {
		// Where the library cannot be had the placeholder stays, and follows the data too.
		const plot = await loadPlot?.().catch(() => undefined);
		if (!plot || !host.isConnected) return;
		runWithOwner(owner, () =>
			plot.createPlot(host, {
				kind: () => props.kind,
				model: () => props.model,
				scale,
				theme: page.theme,
				onCursor: setCursor,
			}),
		);
		setDrawn(true);
	});

	const shown = (values: readonly (number | null)[]) => {
		const index = cursor();
		const value = index === undefined ? newest(values) : values[index];
		return value === undefined || value === null ? "–" : quantity(value, props.model.unit);
	};
	return (
		<figure class="chart">
			<ul class="legend" aria-hidden="true">
				<For each={props.model.lines}>
					{(line, i) => (
						<li>
							<svg class={`legend-line series-${i() % 8}`} viewBox="0 0 18 8" aria-hidden="true">
								<path d="M0 4h18" stroke-dasharray={props.kind === "line" ? DASHES[i() % 8]?.join(" ") : undefined} />
							</svg>
							<span class="legend-name cut" title={line.name}>
								{line.name}
							</span>
							<span class="legend-value">{shown(line.values)}</span>
						</li>
					)}
				</For>
				<Show when={props.model.left > 0}>
					<li class="quiet">{props.model.left} more not drawn</li>
				</Show>
				<Show when={cursor() !== undefined}>
					<li class="quiet legend-time">at {clock(props.model.start + (cursor() ?? 0) * props.model.step)}</li>
				</Show>
			</ul>
			<div class="plot">
				<Show when={!drawn()}>
					<Placeholder kind={props.kind} model={props.model} scale={scale()} />
				</Show>
				<div class="plot-host" ref={host} aria-hidden="true" />
			</div>
			<figcaption class="hidden">
				{props.label}. {inWords(props.model)}
			</figcaption>
		</figure>
	);
}
