import { createSignal, For, type JSX, onMount, Show } from "solid-js";
import { ScrollBox } from "../components/ScrollBox.tsx";
import { fileInstant, fileName, saveCsv, saveFile } from "../components/save.ts";
import { quantity } from "../format/number.ts";
import { utc } from "../format/time.ts";
import { copyText } from "../page/clipboard.ts";
import { usePage } from "../page/context.tsx";
import { pictureCsv } from "./chart-csv.ts";
import { chartPng } from "./chart-png.ts";
import type { placeEvents } from "./events.ts";
import { noDataWords } from "./MissingData.tsx";
import { endOf, instantOf, shareOfInstant } from "./model.ts";
import type { NoData } from "./no-data.ts";
import type { ReaderClock } from "./page-clock.ts";
import type { Picture } from "./picture.ts";
import { clockTicks } from "./time-axis.ts";

export interface ChartDialogProps {
	picture: Picture;
	events: ReturnType<typeof placeEvents>;
	missing: NoData | undefined;
	title: string;
	clock: ReaderClock;
	close(): void;
}

/** A snapshot of a chart's values, as table, image and text. */
export default function ChartDialog(props: ChartDialogProps): JSX.Element {
	const page = usePage();
	const { picture, events, missing, title, clock } = props;
	const { model } = picture;
	let dialog!: HTMLDialogElement;
	const [message, setMessage] = createSignal("");
	const lines = picture.layers.filter(({ hidden }) => !hidden).map(({ line }) => line);
	const newestFirst = Array.from({ length: model.length }, (_, i) => model.length - 1 - i);
	const start = endOf(model) - picture.span;
	const name = fileName(page.input.cluster, title, fileInstant(endOf(model)));
	/** Exports all stored samples of these series, not only the drawn ones. */
	const whole = (format: string) =>
		`${page.input.base}/api/export?${new URLSearchParams({
			names: lines.map(({ key }) => key).join(","),
			start: new Date(start).toISOString(),
			end: new Date(endOf(model)).toISOString(),
			format,
		})}`;
	const exportable = lines.every(({ metric }) => metric !== undefined);
	const png = async () => {
		try {
			const image = await chartPng({
				picture,
				times: clockTicks(picture.span, endOf(model), clock.offset, 5),
				spots: events.spots,
				spans: events.spans,
				missing: missing && { from: Math.max(0, shareOfInstant(picture.kind, model, missing.since)), words: noDataWords(page, missing) },
				title,
				subtitle: `${page.input.cluster} · ${utc(start).slice(0, 19)} to ${utc(endOf(model)).slice(0, 19)} UTC`,
				like: dialog,
			});
			saveFile(`${name}.png`, image);
			setMessage("Saved.");
		} catch (error) {
			setMessage(error instanceof Error ? error.message : String(error));
		}
	};
	const copy = async () =>
		setMessage((await copyText(pictureCsv(picture))) ? "Copied." : "The browser does not allow copying here: save it.");

	onMount(() => dialog.showModal());
	return (
		<dialog class="chart-dialog" ref={dialog} aria-label={`Values of ${title}`} on:close={() => props.close()}>
			<div class="chart-dialog-head">
				<h2 class="cut">{title}</h2>
				<form method="dialog">
					<button type="submit" class="button button-small">
						Close
					</button>
				</form>
			</div>
			<div class="chart-dialog-tools">
				<button type="button" class="button button-small" on:click={() => void png()}>
					Save as PNG
				</button>
				<button type="button" class="button button-small" on:click={() => void copy()}>
					Copy as CSV
				</button>
				<button type="button" class="button button-small" on:click={() => saveCsv(name, pictureCsv(picture))}>
					Save as CSV
				</button>
				<Show when={exportable}>
					<span class="quiet">
						As measured: <a href={whole("csv")}>CSV</a> <a href={whole("json")}>JSON</a> <a href={whole("openmetrics")}>OpenMetrics</a>
					</span>
				</Show>
				<output class="quiet">{message()}</output>
			</div>
			<ScrollBox class="chart-dialog-table" label="Values">
				<table>
					<caption class="hidden">Values of {title}, newest first</caption>
					<thead>
						<tr>
							<th scope="col">Time</th>
							<For each={lines}>
								{(line) => (
									<th scope="col" class="number">
										{line.name}
									</th>
								)}
							</For>
						</tr>
					</thead>
					<tbody>
						<For each={newestFirst}>
							{(i) => (
								<tr>
									<th scope="row">{clock.time(instantOf(model, i))}</th>
									<For each={lines}>
										{({ name, values }) => (
											<td class="number" data-head={name}>
												{values[i] === null || values[i] === undefined ? "–" : quantity(values[i] as number, model.unit)}
											</td>
										)}
									</For>
								</tr>
							)}
						</For>
					</tbody>
				</table>
			</ScrollBox>
		</dialog>
	);
}
