import { type JSX, Show } from "solid-js";
import { Begin } from "../components/Time.tsx";
import { begin, roughly } from "../format/time.ts";
import { type Page, usePage } from "../page/context.tsx";
import { type ChartKind, type ChartModel, shareOfInstant } from "./model.ts";
import type { NoData } from "./no-data.ts";
import { percent } from "./picture.ts";

/** The time of the last push, as exactly as known: it lies within the last column, or before all of them. */
function exactly(page: Page, { since, whole }: NoData): number | undefined {
	const silent = page.data.staleSince();
	if (silent !== undefined && silent <= since) return silent;
	return whole ? undefined : since;
}

/** A connected colony without rates: samples exist, but no rate yet. */
const withoutDate = ({ rateStep }: NoData): string =>
	rateStep === undefined ? "no data in this time" : `no rate yet: the first takes a whole step, ${roughly(rateStep)}`;

export function noDataWords(page: Page, of: NoData): string {
	const at = exactly(page, of);
	return at === undefined ? withoutDate(of) : `no data since ${begin(at, page.time.now(), page.time.inUtc())}`;
}

/** The time range without data up to now: hatched and dated. */
export function MissingData(props: { of: NoData; kind: ChartKind; model: ChartModel }): JSX.Element {
	const page = usePage();
	const from = () => Math.max(0, shareOfInstant(props.kind, props.model, props.of.since));
	return (
		<>
			<Show when={props.of.rateStep === undefined || exactly(page, props.of)}>
				<svg class="plot-layer" aria-hidden="true">
					<rect class="no-data" x={percent(from())} width={percent(Math.max(0, 1 - from()))} height="100%" />
				</svg>
			</Show>
			<p class="no-data-words">
				<Show when={exactly(page, props.of)} fallback={withoutDate(props.of)}>
					{(at) => (
						<>
							no data since <Begin at={at()} />
						</>
					)}
				</Show>
			</p>
		</>
	);
}
