import { createMemo, For, type JSX, Show } from "solid-js";
import { newest, unitOfColumn } from "../../chart/model.ts";
import { Glyph } from "../../components/Glyph.tsx";
import { Empty } from "../../components/Panel.tsx";
import type { StatusMark } from "../../components/status.ts";
import { metricText } from "../../format/metric-text.ts";
import { isInstant, mark } from "../../format/number.ts";
import { formatNumber } from "../../format/python.ts";
import { usePage } from "../../page/context.tsx";
import type { WidgetProps } from "../props.ts";
import { arc, RADIUS, readingOf, type Zone, zoneExtent, zones } from "./arc.ts";

const ZONES: Record<Zone, StatusMark> = {
	green: { shape: "check", tone: "good", word: "green" },
	yellow: { shape: "alert", tone: "warn", word: "yellow" },
	red: { shape: "cross", tone: "bad", word: "red" },
};

/** One number between a minimum and a maximum, with its band as colour, shape and word. */
export default function GaugeWidget(props: WidgetProps<"gauge">): JSX.Element {
	const { spec } = props;
	const { answer } = props;
	const column = () => answer().series[0];
	const subject = spec.metric ?? spec.query ?? "";
	const value = () => newest(column()?.values ?? []);
	const unit = () => {
		const series = column();
		return series && !isInstant(series.name) ? unitOfColumn(series) : undefined;
	};
	const page = usePage();
	const text = (number: number) => (spec.format && formatNumber(spec.format, number)) ?? metricText(subject, number, page.time.now, unit());
	/** Ends of scale and bands: in the widget's format if it has one, else short. */
	const end = (number: number) => (spec.format && formatNumber(spec.format, number)) ?? mark(number, unit());
	const bands = zones(spec.thresholds ?? {}, spec.minValue, spec.maxValue);
	const reading = createMemo(() => readingOf(value() ?? spec.minValue, spec));
	const share = () => reading().share;
	const zone = () => reading().zone;
	const extent = (name: Zone) => zoneExtent(name, spec.thresholds ?? {}, end);
	const off = () => reading().beyond && `${reading().beyond} the scale`;
	return (
		<Show
			when={value() !== undefined}
			fallback={
				<Empty>
					{column() ? "No value in the last 5 minutes of " : "No data for "}
					<code>{subject}</code>
				</Empty>
			}
		>
			<div class="gauge">
				<svg
					viewBox="0 0 100 95"
					role="img"
					aria-label={`${text(value() as number)} between ${end(spec.minValue)} and ${end(spec.maxValue)}${off() ? `, ${off()}` : ""}`}
				>
					<path class="gauge-track" d={arc(0, 1)} />
					<path class={`gauge-value tone-${zone() ? ZONES[zone() as Zone].tone : "honey"}`} d={arc(0, share())} />
					<For each={bands}>
						{(band) => (
							<path
								class={`gauge-band gauge-${band.zone} tone-${ZONES[band.zone].tone}`}
								d={arc(band.from + 0.004, band.to - 0.004, RADIUS + 6)}
							/>
						)}
					</For>
					<text class="gauge-number" classList={{ long: text(value() as number).length > 8 }} x="50" y="55" text-anchor="middle">
						{text(value() as number)}
					</text>
					<text class="gauge-end" x="19" y="94" text-anchor="middle">
						{end(spec.minValue)}
					</text>
					<text class="gauge-end" x="81" y="94" text-anchor="middle">
						{end(spec.maxValue)}
					</text>
				</svg>
				<p class="gauge-zone">
					<Show when={zone()} fallback={<span class="quiet cut">{subject}</span>}>
						{(name) => (
							<>
								<Glyph shape={ZONES[name()].shape} tone={ZONES[name()].tone} />
								<strong>{ZONES[name()].word}</strong> <span class="quiet">{extent(name())}</span>
							</>
						)}
					</Show>
					<Show when={off()}>{(words) => <strong>{words()}</strong>}</Show>
				</p>
			</div>
		</Show>
	);
}
