import type { JSX } from "solid-js";
import { Show } from "solid-js";
import { usePage } from "../page-context.tsx";

/** A worker's id, and the way to its page. */
export function WorkerLink(props: { id: string | undefined; absent?: string }): JSX.Element {
	const page = usePage();
	return (
		<Show when={props.id} fallback={props.absent}>
			{(id) => (
				<a class="cut worker-link" title={id()} href={page.workerHref(id())}>
					{id()}
				</a>
			)}
		</Show>
	);
}
