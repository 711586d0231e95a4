import { For, type JSX, Show } from "solid-js";
import { type PageEvents, placeDensity, placeEvents } from "../chart/events.ts";
import { MissingData } from "../chart/MissingData.tsx";
import { type ChartModel, type Drawing, type Line, newest } from "../chart/model.ts";
import { noData } from "../chart/no-data.ts";
import { Events } from "../chart/Overlay.tsx";
import { Plot } from "../chart/Plot.tsx";
import { pickLines } from "../chart/pick.ts";
import { dashesOf, pictureOf } from "../chart/picture.ts";
import { quantity } from "../format/number.ts";
import { usePage } from "../page/context.tsx";

/** A chart that nobody can point at: its legend has the extremes, too. */
export function ReportChart(props: { drawing: Drawing; marked: PageEvents }): JSX.Element {
	const page = usePage();
	const { title, kind, model } = props.drawing;
	const lines = pickLines(model.lines, "highest");
	const { spots, spans } = placeEvents(props.marked.events, kind, model);
	const dense = props.marked.density ? placeDensity(props.marked.density, kind, model) : [];
	const missing = noData(model, page.time.now(), page.data.cluster().intervalMs ?? 0);
	return (
		<figure class="chart">
			<figcaption>
				<h3>{title}</h3>
				<ul class="legend">
					<For each={lines}>
						{(line, i) => (
							<li>
								<svg class={`legend-line series-${i() % 8}`} viewBox="0 0 18 8" aria-hidden="true">
									<path d="M0 4h18" stroke-dasharray={dashesOf(kind, i()).join(" ")} />
								</svg>
								{line.name} <b>{words(newest(line.values), model)}</b> <span class="quiet">{extremes(line, model)}</span>
							</li>
						)}
					</For>
				</ul>
			</figcaption>
			<div class="plot" role="img" aria-label={`${title}: ${lines.map((line) => `${line.name} ${extremes(line, model)}`).join("; ")}`}>
				<Plot picture={pictureOf(kind, model, lines)} onCanvas={false} />
				<div class="plot-inner">
					<Show when={missing}>{(ends) => <MissingData of={ends()} kind={kind} model={model} />}</Show>
					<Events spots={spots} spans={spans} dense={dense} />
				</div>
			</div>
		</figure>
	);
}

const words = (value: number | undefined, { unit }: ChartModel): string => (value === undefined ? "–" : quantity(value, unit));

function extremes({ values }: Line, model: ChartModel): string {
	const known = values.filter((value) => value !== null);
	if (known.length === 0) return "no values";
	const [low, high] = known.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]);
	return `${words(low, model)} to ${words(high, model)}`;
}
