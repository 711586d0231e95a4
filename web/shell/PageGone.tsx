import { type JSX, Show } from "solid-js";
import { usePage } from "../page-context.tsx";

/** Says that the program that added this page has not added it again, as after its restart. */
export function PageGone(): JSX.Element {
	const page = usePage();
	return (
		<Show when={page.gone()}>
			<section class="view-band" aria-label="This page">
				<p role="status">
					<strong>This page is not part of the dashboard now.</strong> The program that added it has not added it again. The page returns
					when it does; until then its last widgets stay.
				</p>
			</section>
		</Show>
	);
}
