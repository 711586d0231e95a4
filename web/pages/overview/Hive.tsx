import { createMemo, For, type JSX, Show } from "solid-js";
import type { Metrics, SeriesColumn } from "../../../colony-bridge/protocol/query/view.ts";
import { newest, unitOfColumn } from "../../chart/model.ts";
import { Sparkline } from "../../chart/Sparkline.tsx";
import { Panel } from "../../components/Panel.tsx";
import { quantity } from "../../format/number.ts";
import { useAnswer } from "../../page/context.tsx";

interface Reading {
	name: string;
	values: readonly (number | null)[];
	unit: string | undefined;
}

/** Metrics of the hive, in display order. */
const NAMES: Record<string, string> = {
	colony_temperature: "Colony temperature",
	waggle_dances_total: "Waggle dances",
	dance_vigor: "Dance vigor",
	food_sources: "Food sources",
};

const has = ({ series }: Metrics): boolean => series.some(({ values }) => newest(values) !== undefined);

/** Metrics specific to HiveFrame: temperature, dances, trails. Hidden if none is reported. */
export function createHive() {
	const hive = useAnswer("hive");
	const dances = useAnswer("dances");
	const pheromones = useAnswer("pheromones");
	return {
		reported: createMemo(() => has(hive()) || has(dances()) || has(pheromones())),
		readings: createMemo((): Reading[] => {
			const columns = [...hive().series, ...dances().series];
			return Object.entries(NAMES).flatMap(([metric, name]) => {
				const column = columns.find((one) => one.name === metric && newest(one.values) !== undefined);
				return column ? { name, values: column.values, unit: unitIn(column) } : [];
			});
		}),
		trails: createMemo(() => {
			const { series } = pheromones();
			return series.flatMap((column) => {
				const level = newest(column.values);
				return level === undefined ? [] : { name: trailName(column, series), level };
			});
		}),
	};
}
export type Hive = ReturnType<typeof createHive>;

/** A trail of several colonies is distinguished by its other labels. */
function trailName({ labels: { trail, ...others } = {}, key }: SeriesColumn, all: readonly SeriesColumn[]): string {
	if (trail === undefined) return key;
	const further = Object.values(others);
	const alone = all.filter(({ labels }) => labels?.trail === trail).length === 1;
	return alone || further.length === 0 ? trail : `${trail} (${further.join(", ")})`;
}

const unitIn = (column: SeriesColumn): string | undefined =>
	column.name === "waggle_dances_total" ? "dances/s" : column.name === "food_sources" ? "sources" : unitOfColumn(column);

export function HivePanel(props: { hive: Hive }): JSX.Element {
	return (
		<Panel title="Hive" class="area-hive">
			<dl class="hive-readings">
				<For each={props.hive.readings()}>
					{(reading) => (
						<div>
							<dt>{reading.name}</dt>
							<dd>{quantity(newest(reading.values) ?? 0, reading.unit)}</dd>
							<Sparkline values={reading.values} unit={reading.unit} />
						</div>
					)}
				</For>
			</dl>
			<Show when={props.hive.trails().length > 0}>
				<h3 class="tally-head">Pheromone trails, 0 to 1</h3>
				<ul class="hive-trails">
					<For each={props.hive.trails()}>
						{(trail) => (
							<li>
								<span class="cut" title={trail.name}>
									{trail.name}
								</span>
								<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
									<rect class="bar-track" width="100" height="6" />
									<rect class="bar-fill" width={Math.max(0, Math.min(100, trail.level * 100))} height="6" />
								</svg>
								<span class="tally-number">{quantity(trail.level)}</span>
							</li>
						)}
					</For>
				</ul>
			</Show>
		</Panel>
	);
}
