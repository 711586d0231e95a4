import { createEffect, createMemo, createUniqueId, For, type JSX, onCleanup, Show, untrack } from "solid-js";
import { isPromql } from "../../colony-bridge/protocol/pages/explore.ts";
import { AGGREGATIONS, FOLDS } from "../format/aggregation.ts";
import { usePage } from "../page/context.tsx";
import { loadCode } from "../page/load-code.ts";
import { UrlLink } from "../view/UrlLink.tsx";
import { asPromql } from "./as-promql.ts";
import { Explain } from "./Explain.tsx";
import type { AnsweredQuery } from "./graphs.ts";
import { replaced } from "./query-rows.ts";

// Written out here, so that the browser does not load the schema.
const READ_AS = { "": "auto", ...AGGREGATIONS };
const FOLD_AS = { "": "auto", each: "each series", ...FOLDS };
const DRAWS = { "": "line", area: "area", bar: "bars" };
const POINTS = { "": "180 points", 60: "60 points", 360: "360 points", 1000: "1,000 points" };

/** A metric with its aggregations, or an expression. @param row absent: the empty row */
export function QueryRow(props: { index: number; row: AnsweredQuery | undefined; all: readonly AnsweredQuery[] }): JSX.Element {
	const page = usePage();
	const id = createUniqueId();
	const query = () => props.row?.query;
	const promql = () => props.row !== undefined && isPromql(props.row.query);
	const others = () => props.all.map((one) => one.query);
	const wrong = createMemo(() => {
		const { answer, query } = props.row ?? {};
		if (!answer || !query) return undefined;
		return (
			answer.refused ?? (answer.unknown.includes(query.text) ? `No data for ${query.text}: check the name and the labels.` : undefined)
		);
	});
	const expression = createMemo(() => (props.row && !promql() ? asPromql(props.row.query, props.row.answer) : undefined));
	return (
		<fieldset class="query" data-promql={promql() ? "" : undefined}>
			<legend class="hidden">{props.row ? `Query ${props.index + 1}` : "One more query"}</legend>
			<Text
				label={props.row ? (promql() ? "PromQL" : "Metric") : "Add a metric or PromQL"}
				text={query()?.text ?? ""}
				wrong={wrong()}
				id={id}
			/>
			<Show when={!promql()} fallback={<For each={["agg", "fold"]}>{(name) => <input type="hidden" name={name} value="" />}</For>}>
				<Choice name="agg" label="Over time" options={READ_AS} value={query()?.aggregation ?? ""} />
				<Choice name="fold" label="Across series" options={FOLD_AS} value={query()?.fold ?? ""} />
			</Show>
			<Choice name="draw" label="Drawn as" options={DRAWS} value={query()?.draw === "line" ? "" : (query()?.draw ?? "")} />
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
				<UrlLink class="button button-plain query-remove" changes={replaced(others(), props.index)} label={`Remove ${query()?.text}`}>
					Remove
				</UrlLink>
			</Show>
			<Show when={wrong()}>
				<p class="form-refusal" id={id} role="alert">
					{wrong()}
				</p>
			</Show>
			<For each={props.row?.answer.notes}>{(note) => <p class="query-note quiet">{note}</p>}</For>
			<Show when={promql() && !wrong() && query()}>{(row) => <Explain expr={row().text} />}</Show>
			<Show when={expression()}>
				{(expr) => (
					<p class="query-note quiet">
						In PromQL <code class="mono">{expr()}</code>{" "}
						<UrlLink class="worker-link" changes={replaced(others(), props.index, expr())}>
							Edit
						</UrlLink>
					</p>
				)}
			</Show>
		</fieldset>
	);
}

/** A text area; with script the editor takes its place once it is touched. */
function Text(props: { label: string; text: string; wrong: string | undefined; id: string }): JSX.Element {
	const page = usePage();
	let area!: HTMLTextAreaElement;
	let editor: ReturnType<typeof import("./lazy/editor.ts").openEditor> | undefined;
	let opening = false;
	let gone = false;
	const open = () => {
		if (opening) return;
		opening = true;
		loadCode(() => import("./lazy/editor.ts"), page).then(
			({ openEditor }) => {
				if (gone) return;
				const api = new URL(page.links.path("/prometheus"), location.href).href;
				editor = openEditor(area, api, () => area.form?.requestSubmit());
			},
			() => (opening = false),
		);
	};
	createEffect(() => {
		const { text } = props;
		area.value = text;
		editor?.set(text);
	});
	onCleanup(() => {
		gone = true;
		editor?.destroy();
	});
	return (
		<div class="field query-text">
			<label for={`${props.id}-text`}>{props.label}</label>
			<textarea
				ref={area}
				id={`${props.id}-text`}
				name="q"
				class="mono"
				rows={1}
				maxlength={2000}
				placeholder={"sum by (worker) (rate(tasks_completed[5m]))"}
				autocomplete="off"
				autocapitalize="off"
				spellcheck={false}
				aria-invalid={props.wrong ? "true" : undefined}
				aria-describedby={props.wrong ? props.id : undefined}
				on:focus={open}
				on:keydown={(event) => {
					if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
					event.preventDefault();
					area.form?.requestSubmit();
				}}
			>
				{/* Its first content, also without script. */}
				{untrack(() => props.text)}
			</textarea>
		</div>
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
