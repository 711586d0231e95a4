import { For, type JSX, Show } from "solid-js";
import { usePage } from "../page-context.tsx";

/** What the page itself shows and is too much work to answer: widgets say so in their own places. */
export function Refused(): JSX.Element {
	const page = usePage();
	const { widgets, widgetsStart } = page.input;
	const reasons = () => page.answers.refusals((index) => index < widgetsStart || index >= widgetsStart + widgets.length);
	return (
		<Show when={reasons().length > 0}>
			<section class="view-band" aria-label="What is not shown">
				<For each={reasons()}>
					{(why) => (
						<p>
							<strong>Not shown:</strong> {why}.
						</p>
					)}
				</For>
			</section>
		</Show>
	);
}
