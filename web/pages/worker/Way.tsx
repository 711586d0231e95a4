import { type JSX, Show } from "solid-js";
import { count } from "../../format/number.ts";
import { useShortcuts } from "../../keys/shortcuts.ts";
import { usePage } from "../../page/context.tsx";
import { useOwn } from "./answers.ts";

/** The way back to the table, and on to the workers before and after this one in the order the reader had it in. */
export function Way(props: { id: string }): JSX.Element {
	const page = usePage();
	const beside = useOwn("beside", "workers");
	const place = () => beside().rows.findIndex(({ id }) => id === props.id);
	const before = () => (place() < 0 ? undefined : beside().rows[place() - 1]?.id);
	const after = () => (place() < 0 ? undefined : beside().rows[place() + 1]?.id);
	const go = (id: string | undefined) => id !== undefined && location.assign(page.workerHref(id));
	useShortcuts([
		{ keys: ",", does: "The worker before this one", act: () => go(before()) },
		{ keys: ".", does: "The worker after this one", act: () => go(after()) },
	]);
	return (
		<nav class="way" aria-label="Workers">
			<a class="worker-link" href={page.workersHref()}>
				All workers
			</a>
			<Show when={place() >= 0} fallback={<span class="quiet">not among those the table was filtered for</span>}>
				<span class="quiet way-place">
					{count((beside().offset ?? 0) + place() + 1)} of {count(beside().total)}
				</span>
			</Show>
			<Show when={before()}>
				{(id) => (
					<a class="worker-link way-step" href={page.workerHref(id())} rel="prev" aria-keyshortcuts="," title={`${id()} (key ,)`}>
						<span aria-hidden="true">‹ </span>
						<span class="hidden">The one before: </span>
						<span class="cut">{id()}</span>
					</a>
				)}
			</Show>
			<Show when={after()}>
				{(id) => (
					<a class="worker-link way-step" href={page.workerHref(id())} rel="next" aria-keyshortcuts="." title={`${id()} (key .)`}>
						<span class="hidden">The one after: </span>
						<span class="cut">{id()}</span>
						<span aria-hidden="true"> ›</span>
					</a>
				)}
			</Show>
		</nav>
	);
}
