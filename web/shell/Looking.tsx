import { type JSX, Show } from "solid-js";
import { usePage } from "../page-context.tsx";

/** Another look at the page is under way: a quiet mark, and words where it failed. */
export function Looking(): JSX.Element {
	const page = usePage();
	return (
		<div
			class="looking"
			role="status"
			data-busy={page.looking() && !page.looking()?.failed ? "" : undefined}
			data-failed={page.looking()?.failed ? "" : undefined}
			data-replaced={page.replaced() && !page.looking()?.failed ? "" : undefined}
		>
			<Show when={page.replaced() && !page.looking()?.failed}>
				<span>The dashboard has been renewed.</span>
				<button type="button" on:click={() => location.reload()}>
					Reload
				</button>
			</Show>
			<Show when={page.looking()?.failed}>
				{(why) => (
					<>
						<span>
							<strong>This could not be shown:</strong> {why()}
						</span>
						<button type="button" on:click={() => page.setLooking(undefined)}>
							Close
						</button>
					</>
				)}
			</Show>
		</div>
	);
}
