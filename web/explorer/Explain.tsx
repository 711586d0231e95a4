import { createSignal, For, type JSX, Show } from "solid-js";
import type { Explained, ExplainedPart, Snapshot } from "../../colony-bridge/protocol/query/view.ts";
import { Progress } from "../components/Progress.tsx";
import { counted, quantity } from "../format/number.ts";
import { usePage } from "../page/context.tsx";

/** Shorter times say nothing, ms. */
const LEAST_MS = 0.1;

/** The parts of an expression with the series and the work of each, asked for when it is opened. */
export function Explain(props: { expr: string }): JSX.Element {
	const page = usePage();
	const [answer, setAnswer] = createSignal<Explained>();
	const ask = async () => {
		const { end } = page.url.view();
		const query = { kind: "explain", expr: props.expr, ...(end !== undefined && { end }) };
		setAnswer(undefined);
		try {
			const response = await fetch(`${page.links.reads("/api/view")}queries=${encodeURIComponent(JSON.stringify([query]))}`);
			const body = (await response.json()) as Snapshot & { detail?: string };
			setAnswer(
				(body.answers?.[0] as Explained | undefined) ?? { kind: "explain", at: 0, refused: body.detail ?? "the dashboard did not answer" },
			);
		} catch {
			setAnswer({ kind: "explain", at: 0, refused: "the dashboard cannot be reached" });
		}
	};
	return (
		<details class="explain scripted" on:toggle={(event) => event.currentTarget.open && void ask()}>
			<summary>Explain</summary>
			<Show when={answer()} fallback={<p class="quiet">Evaluating.</p>}>
				{(explained) => (
					<>
						<Show when={explained().refused}>{(why) => <p class="form-refusal">{why()}</p>}</Show>
						<Show when={explained().root}>
							{(root) => (
								<ul class="explain-parts">
									<Part part={root()} of={root().ms} />
								</ul>
							)}
						</Show>
					</>
				)}
			</Show>
		</details>
	);
}

/** @param of work of the whole expression, ms */
function Part(props: { part: ExplainedPart; of: number }): JSX.Element {
	const { part } = props;
	const found = [
		part.series === undefined ? part.type : counted(part.series, "series", "series"),
		part.samples !== undefined && counted(part.samples, "sample"),
		part.ms < LEAST_MS ? `under ${LEAST_MS} ms` : `${quantity(part.ms)} ms`,
	];
	return (
		<li>
			<p class="explain-part" classList={{ "explain-empty": part.series === 0 }}>
				<code class="mono">{part.text}</code>
				<span class="quiet">{found.filter(Boolean).join(" · ")}</span>
				<Progress share={props.of > 0 ? part.ms / props.of : 0} label="Share of the work" />
			</p>
			<Show when={part.why}>{(why) => <p class="explain-why">{why()}</p>}</Show>
			<Show when={part.parts.length > 0}>
				<ul class="explain-parts">
					<For each={part.parts}>{(each) => <Part part={each} of={props.of} />}</For>
				</ul>
			</Show>
		</li>
	);
}
