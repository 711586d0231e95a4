import { For, type JSX, Show } from "solid-js";
import type { CheckRow } from "../../../colony-bridge/protocol/view.ts";
import { CheckLine } from "../../elements/CheckLine.tsx";
import { Empty } from "../../elements/Panel.tsx";
import { useAnswer } from "../../page-context.tsx";
import type { WidgetProps } from "../props.ts";

/** The checks asked for, in the order asked; one that nobody reports says so. No names: all there are. */
export function StatusWidget(props: WidgetProps<"status">): JSX.Element {
	const checks = useAnswer(props.index, "checks");
	const names = () => (props.spec.checks.length > 0 ? props.spec.checks : checks().rows.map(({ id }) => id));
	const find = (name: string): CheckRow | undefined => checks().rows.find(({ id }) => id === name);
	return (
		<Show when={names().length > 0} fallback={<Empty>The colony reports no checks.</Empty>}>
			<ul class="lines">
				<For each={names()}>{(name) => <CheckLine id={name} check={find(name)} />}</For>
			</ul>
		</Show>
	);
}
