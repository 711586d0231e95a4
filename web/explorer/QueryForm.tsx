import { createSignal, createUniqueId, For, Index, type JSX, onCleanup, Show } from "solid-js";
import type { Explored } from "../../colony-bridge/protocol/pages/explore.ts";
import { AGGREGATIONS, FOLDS } from "../format/aggregation.ts";
import { usePage } from "../page/context.tsx";
import { OtherParameters } from "../view/OtherParameters.tsx";
import { UrlLink } from "../view/UrlLink.tsx";
import { changesFor, completions, ROW_PARAMETERS, without } from "./query-rows.ts";

// Written out here, so that the browser does not load the schema.
const READ_AS = { "": "auto", ...AGGREGATIONS };
const FOLD_AS = { "": "auto", each: "each series", ...FOLDS };
const DRAWS = { "": "line", area: "area", bar: "bars" };
const POINTS = { "": "180 points", 60: "60 points", 360: "360 points", 1000: "1,000 points" };

/** One row per query, and an empty one. Submitting changes the URL; with script each change does. */
export function QueryForm(props: {
	rows: readonly Explored[];
	unknown: (row: Explored) => boolean;
	names: readonly string[];
}): JSX.Element {
	const page = usePage();
	const list = createUniqueId();
	const [completed, setCompleted] = createSignal<string[]>();
	let asking: AbortController | undefined;
	let typing: ReturnType<typeof setTimeout> | undefined;
	onCleanup(() => asking?.abort());
	const complete = (text: string) => {
		clearTimeout(typing);
		asking?.abort();
		const mine = new AbortController();
		asking = mine;
		typing = setTimeout(async () => {
			const found = await completions(page.links.path("/api"), text, mine.signal);
			if (!mine.signal.aborted) setCompleted(found);
		}, 120);
	};
	const show = (form: HTMLFormElement) => {
		const data = new FormData(form);
		const [texts = [], aggregations = [], folds = [], draws = []] = ROW_PARAMETERS.map((name) => data.getAll(name).map(String));
		const rows = texts.map((text, i) => ({
			text: text.trim(),
			aggregation: aggregations[i] ?? "",
			fold: folds[i] ?? "",
			draw: draws[i] ?? "",
		}));
		page.url.change({ ...changesFor(rows.filter(({ text }) => text !== "")), points: String(data.get("points") ?? "") || undefined });
	};
	return (
		<form
			class="queries"
			method="get"
			on:submit={(event) => {
				event.preventDefault();
				show(event.currentTarget);
			}}
			on:change={(event) => show(event.currentTarget)}
		>
			<OtherParameters than={[...ROW_PARAMETERS, "points"]} />
			<Index each={[...props.rows, undefined]}>
				{(row, i) => (
					<Row
						number={i + 1}
						row={row()}
						unknown={row() !== undefined && props.unknown(row() as Explored)}
						list={list}
						complete={complete}
						rest={props.rows}
					/>
				)}
			</Index>
			<datalist id={list}>
				<For each={completed() ?? props.names}>{(name) => <option value={name} />}</For>
			</datalist>
		</form>
	);
}

function Row(props: {
	number: number;
	row: Explored | undefined;
	unknown: boolean;
	list: string;
	complete: (text: string) => void;
	rest: readonly Explored[];
}): JSX.Element {
	const page = usePage();
	const id = createUniqueId();
	const wrong = () => props.row?.error ?? (props.unknown ? `No data for ${props.row?.text}: check the name and the labels.` : undefined);
	return (
		<fieldset class="query">
			<legend class="hidden">{props.row ? `Query ${props.number}` : "One more query"}</legend>
			<label class="field query-text">
				<span>{props.row ? "Metric" : "Add a metric"}</span>
				<input
					name="q"
					class="mono"
					value={props.row?.text ?? ""}
					list={props.list}
					maxlength={1000}
					placeholder={'cpu_percent{worker="worker-1"}'}
					autocomplete="off"
					autocapitalize="off"
					spellcheck={false}
					aria-invalid={wrong() ? "true" : undefined}
					aria-describedby={wrong() ? id : undefined}
					on:input={(event) => props.complete(event.currentTarget.value)}
				/>
			</label>
			<Choice name="agg" label="Over time" options={READ_AS} value={props.row?.aggregation ?? ""} />
			<Choice name="fold" label="Across series" options={FOLD_AS} value={props.row?.fold ?? ""} />
			<Choice name="draw" label="Drawn as" options={DRAWS} value={props.row?.draw === "line" ? "" : (props.row?.draw ?? "")} />
			<Show
				when={props.row}
				fallback={
					<>
						<Choice name="points" label="At most" options={POINTS} value={String(page.url.view().points ?? "")} />
						<button type="submit" class="button query-show">
							Show
						</button>
					</>
				}
			>
				<UrlLink
					class="button button-plain query-remove"
					changes={without(props.rest, props.number - 1)}
					label={`Remove ${props.row?.text}`}
				>
					Remove
				</UrlLink>
			</Show>
			<Show when={wrong()}>
				<p class="form-refusal" id={id} role="alert">
					{wrong()}
				</p>
			</Show>
		</fieldset>
	);
}

function Choice(props: { name: string; label: string; options: Record<string, string>; value: string }): JSX.Element {
	return (
		<label class="field">
			<span>{props.label}</span>
			<select name={props.name}>
				<For each={Object.keys(props.options).sort((a, b) => Number(b === "") - Number(a === ""))}>
					{(value) => (
						<option value={value} selected={value === props.value}>
							{props.options[value]}
						</option>
					)}
				</For>
			</select>
		</label>
	);
}
