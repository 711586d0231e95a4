import { For, type JSX, Show } from "solid-js";
import { isWidgetAnswer } from "../../colony-bridge/protocol/pages/pages.ts";
import { usePage } from "../page/context.tsx";

/** The progress of a pending change of the URL, or its error. */
export function PendingNotice(): JSX.Element {
	const { display, url } = usePage();
	const failed = () => url.pending()?.failed;
	const replaced = () => display.replaced() && !failed();
	return (
		<div
			class="pending"
			role="status"
			data-busy={url.pending() && !failed() ? "" : undefined}
			data-failed={failed() ? "" : undefined}
			data-replaced={replaced() ? "" : undefined}
		>
			<Show when={replaced()}>
				<span>The dashboard has been updated.</span>
				<button type="button" on:click={() => location.reload()}>
					Reload
				</button>
			</Show>
			<Show when={failed()}>
				{(why) => (
					<>
						<span>
							<strong>Could not show this:</strong> {why()}
						</span>
						<button type="button" on:click={() => url.setPending(undefined)}>
							Close
						</button>
					</>
				)}
			</Show>
		</div>
	);
}

/** Shown when the program that added this page has restarted without adding it again. */
export function PageGone(): JSX.Element {
	const page = usePage();
	return (
		<Show when={page.data.gone()}>
			<section class="view-band" aria-label="Page status">
				<p role="status">
					<strong>This page is not available now.</strong> The program that added it has not added it again. Until it does, the last values
					are shown.
				</p>
			</section>
		</Show>
	);
}

/** Queries refused as too expensive; widgets and expressions show their own refusals. */
export function Refused(): JSX.Element {
	const page = usePage();
	const reasons = () => page.data.answers.refusals((name) => !isWidgetAnswer(name) && !name.startsWith("expr."));
	return (
		<Show when={reasons().length > 0}>
			<section class="view-band" aria-label="Not shown">
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
