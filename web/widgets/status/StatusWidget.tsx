import { createMemo, For, type JSX, Show } from "solid-js";
import { CheckLine } from "../../elements/CheckLine.tsx";
import { Empty, Shown } from "../../elements/Panel.tsx";
import { useAnswer } from "../../page-context.tsx";
import type { WidgetProps } from "../props.ts";
import { checkLines } from "./check-lines.ts";

/** The checks asked for, by name or glob, what is in trouble first; one that nobody reports says so. No names: all there are. */
export function StatusWidget(props: WidgetProps<"status">): JSX.Element {
	const checks = useAnswer(props.index, "checks");
	const lines = createMemo(() => checkLines(props.spec.checks, checks().rows));
	const byId = createMemo(() => new Map(lines().map(({ id, check }) => [id, check])));
	const cut = () => checks().rows.length < checks().total;
	return (
		<>
			<Show when={cut()}>
				<p class="quiet widget-note">
					<Shown of={checks()} one="check" />
				</p>
			</Show>
			<Show when={lines().length > 0} fallback={<Empty>The colony reports no checks.</Empty>}>
				<ul class="lines">
					<For each={lines().map(({ id }) => id)}>{(id) => <CheckLine id={id} check={byId().get(id)} />}</For>
				</ul>
			</Show>
		</>
	);
}
