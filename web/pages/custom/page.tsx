import { type JSX, Show } from "solid-js";
import { Empty } from "../../components/Panel.tsx";
import { usePage, Widgets } from "../../page/context.tsx";

/** A custom page: its widgets. */
export default function Custom(): JSX.Element {
	const page = usePage();
	return (
		<Show when={page.input.widgets.length > 0} fallback={<Empty>This page has no widgets yet.</Empty>}>
			<Widgets />
		</Show>
	);
}
