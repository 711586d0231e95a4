import { type JSX, Show } from "solid-js";
import { Empty } from "../../components/Panel.tsx";
import { usePage, Widgets } from "../../page/context.tsx";

/** A page of the colony's own: its widgets. */
export default function Custom(): JSX.Element {
	const page = usePage();
	return (
		<Show when={page.input.widgets.length > 0} fallback={<Empty>This page has no widgets yet.</Empty>}>
			<Widgets />
		</Show>
	);
}
