import { type JSX, Show } from "solid-js";
import { Shown } from "../../components/Panel.tsx";
import type { WidgetProps } from "../props.ts";
import { LogLines } from "./LogLines.tsx";

/** Log lines, newest first. */
export default function LogWidget(props: WidgetProps<"log">): JSX.Element {
	const { answer: logs } = props;
	const filters = () => [props.spec.filterLevel && `${props.spec.filterLevel} and above`, props.spec.sources?.join(", ")].filter(Boolean);
	return (
		<>
			<p class="quiet widget-note cut">
				<Shown of={logs()} one="line" />
				<Show when={filters().length > 0}> · {filters().join(" · ")}</Show>
			</p>
			<LogLines rows={logs().rows} label={props.spec.title} name={props.name} />
		</>
	);
}
