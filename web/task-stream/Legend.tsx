import { For, type JSX, Show } from "solid-js";
import { count } from "../format/number.ts";
import { COLOURS, type Colouring } from "./colours.ts";

const PATTERNS = {
	completed: "",
	failed: "M2 10 8 0h4L6 10zM10 10l6-10h2v3l-4 7z",
	cancelled: "M2 2h14v6H2z",
	"no result": "M0 2h18v1H0zM0 5h18v1H0zM0 8h18v1H0z",
	running: "M4 0h1v10H4zM9 0h1v10H9zM14 0h1v10h-1z",
	"not heard": "M0 10 10 0h2L2 10zM5 10 15 0h2L7 10zM10 10l8-8v2l-6 6z",
};

export function Legend(props: { colours: Colouring | undefined }): JSX.Element {
	const byResult = () => (props.colours?.by ?? "result") === "result";
	return (
		<ul class="lanes-legend">
			<For each={Object.entries(PATTERNS)}>
				{([status, pattern]) => (
					<li hidden={!byResult() && status === "completed"}>
						<svg
							class={`lanes-key ${byResult() ? "by-result " : ""}lanes-${status.replace(" ", "-")}`}
							viewBox="0 0 18 10"
							aria-hidden="true"
						>
							<rect width="18" height="10" />
							<path d={pattern} />
						</svg>
						<span class="cut">{status}</span>
					</li>
				)}
			</For>
			<For each={props.colours?.groups}>
				{(group, i) => (
					<li>
						<svg class={`lanes-key series-${i() % COLOURS}`} viewBox="0 0 18 10" aria-hidden="true">
							<rect width="18" height="10" />
						</svg>
						<span class="cut" title={group.text}>
							{group.text}
						</span>
						<span class="comb-count">{count(group.count)}</span>
					</li>
				)}
			</For>
			<Show when={(props.colours?.others ?? 0) > 0}>
				<li>
					<svg class="lanes-key lanes-other" viewBox="0 0 18 10" aria-hidden="true">
						<rect width="18" height="10" />
					</svg>
					<span class="cut">all others</span>
					<span class="comb-count">{count(props.colours?.others ?? 0)}</span>
				</li>
			</Show>
		</ul>
	);
}
