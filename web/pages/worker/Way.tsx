import { createMemo, type JSX, Show } from "solid-js";
import { MiddleCut } from "../../components/MiddleCut.tsx";
import { count } from "../../format/number.ts";
import { sharedEnds } from "../../format/shared-ends.ts";
import { useShortcuts } from "../../keys/shortcuts.ts";
import { useAnswer, usePage } from "../../page/context.tsx";

/** Links to the table and to the neighbours of this worker, in the table's order. */
export function Way(props: { id: string }): JSX.Element {
	const page = usePage();
	const beside = useAnswer("beside");
	const place = () => beside().rows.findIndex(({ id }) => id === props.id);
	const before = () => (place() < 0 ? undefined : beside().rows[place() - 1]?.id);
	const after = () => (place() < 0 ? undefined : beside().rows[place() + 1]?.id);
	const among = createMemo(() => sharedEnds(beside().rows.map(({ id }) => id)));
	const go = (id: string | undefined) => id !== undefined && location.assign(page.links.worker(id));
	// In the past they step from event to event.
	if (!page.past()) {
		useShortcuts([
			{ keys: ",", does: "Previous worker", act: () => go(before()) },
			{ keys: ".", does: "Next worker", act: () => go(after()) },
		]);
	}
	return (
		<nav class="way" aria-label="Workers">
			<a class="worker-link" href={page.links.workers()}>
				All workers
			</a>
			<Show when={place() >= 0} fallback={<span class="quiet">not in the filtered table</span>}>
				<span class="quiet way-place">
					{count((beside().offset ?? 0) + place() + 1)} of {count(beside().total)}
				</span>
			</Show>
			<Show when={before()}>
				{(id) => (
					<a
						class="worker-link way-step"
						href={page.links.worker(id())}
						rel="prev"
						aria-keyshortcuts=","
						aria-label={`Previous: ${id()}`}
						title={`${id()} (key ,)`}
					>
						<span aria-hidden="true">‹ </span>
						<span class="cut">
							<MiddleCut text={id()} among={among()} />
						</span>
					</a>
				)}
			</Show>
			<Show when={after()}>
				{(id) => (
					<a
						class="worker-link way-step"
						href={page.links.worker(id())}
						rel="next"
						aria-keyshortcuts="."
						aria-label={`Next: ${id()}`}
						title={`${id()} (key .)`}
					>
						<span class="cut">
							<MiddleCut text={id()} among={among()} />
						</span>
						<span aria-hidden="true"> ›</span>
					</a>
				)}
			</Show>
		</nav>
	);
}
