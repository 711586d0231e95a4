import { type JSX, Show } from "solid-js";
import { Shown } from "../../components/Panel.tsx";
import type { WidgetProps } from "../props.ts";
import { LogLines } from "./LogLines.tsx";

/** Log lines, newest first. */
export default function LogWidget(props: WidgetProps<"log">): JSX.Element {
	const { answer: logs } = props;
	const asked = () => [props.spec.filterLevel && `${props.spec.filterLevel} and worse`, props.spec.sources?.join(", ")].filter(Boolean);
	return (
		<>
			<p class="quiet widget-note cut">
				<Shown of={logs()} one="line" />
				<Show when={asked().length > 0}> · {asked().join(" · ")}</Show>
			</p>
			<LogLines rows={logs().rows} label={props.spec.title} name={props.name} />
		</>
	);
}
