import { Index, type JSX } from "solid-js";
import { usePage } from "../page/context.tsx";
import { OtherParameters } from "../view/OtherParameters.tsx";
import type { AnsweredQuery } from "./graphs.ts";
import { QueryRow } from "./QueryRow.tsx";
import { changesFor, ROW_PARAMETERS } from "./query-rows.ts";

/** One row per query, and an empty one. Submitting changes the URL; with script each change does. */
export function QueryForm(props: { rows: readonly AnsweredQuery[] }): JSX.Element {
	const page = usePage();
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
			<Index each={[...props.rows, undefined]}>{(row, i) => <QueryRow index={i} row={row()} all={props.rows} />}</Index>
		</form>
	);
}
