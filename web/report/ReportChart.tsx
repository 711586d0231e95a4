import { For, type JSX } from "solid-js";
import { type ChartEvent, placeEvents } from "../chart/events.ts";
import { type ChartModel, type Drawing, type Line, newest } from "../chart/model.ts";
import { Events } from "../chart/Overlay.tsx";
import { Plot } from "../chart/Plot.tsx";
import { pickLines } from "../chart/pick.ts";
import { dashesOf, pictureOf } from "../chart/picture.ts";
import { quantity } from "../format/number.ts";

/** A chart that nobody can point at: its legend has the extremes, too. */
export function ReportChart(props: { drawing: Drawing; events: readonly ChartEvent[] }): JSX.Element {
	const { title, kind, model } = props.drawing;
	const lines = pickLines(model.lines, "highest");
	const { spots, spans } = placeEvents(props.events, kind, model);
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
					<Events spots={spots} spans={spans} dense={[]} />
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
