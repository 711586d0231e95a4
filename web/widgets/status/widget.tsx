import { createMemo, For, type JSX, Show } from "solid-js";
import { CheckLine } from "../../components/CheckLine.tsx";
import { Empty, Shown } from "../../components/Panel.tsx";
import { ScrollBox } from "../../components/ScrollBox.tsx";
import { rangeFor } from "../../components/status-history.ts";
import { usePage } from "../../page/context.tsx";
import type { WidgetProps } from "../props.ts";
import { CheckStrip } from "./CheckStrip.tsx";
import { checkLines } from "./check-lines.ts";

/** Checks by name or glob, failed ones first; unreported ones are marked. Without names all checks. */
export default function StatusWidget(props: WidgetProps<"status">): JSX.Element {
	const page = usePage();
	const { answer: checks } = props;
	const lines = createMemo(() => checkLines(props.spec.checks, checks().rows));
	const byId = createMemo(() => new Map(lines().map(({ id, check }) => [id, check])));
	/** As in the URL, else one range for all checks. */
	const range = createMemo(() => {
		const oldest = lines().reduce((least, { check }) => Math.min(least, check?.changes?.at(-1)?.at ?? least), page.time.now());
		return page.url.view().range ?? rangeFor(oldest, page.time.now());
	});
	const cut = () => checks().rows.length < checks().total;
	return (
		<>
			<Show when={cut()}>
				<p class="quiet widget-note">
					<Shown of={checks()} one="check" />
				</p>
			</Show>
			<Show when={lines().length > 0} fallback={<Empty>The colony reports no checks.</Empty>}>
				<ScrollBox class="lines" label={props.spec.title}>
					<ul>
						<For each={lines().map(({ id }) => id)}>
							{(id) => (
								<CheckLine id={id} check={byId().get(id)}>
									<Show when={byId().get(id)?.changes}>
										{(changes) => <CheckStrip id={id} changes={changes()} range={range()} staleSince={byId().get(id)?.staleSince} />}
									</Show>
								</CheckLine>
							)}
						</For>
					</ul>
				</ScrollBox>
			</Show>
		</>
	);
}
