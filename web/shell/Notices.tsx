import { For, type JSX, Show } from "solid-js";
import { isWidgetAnswer } from "../../colony-bridge/protocol/pages/pages.ts";
import { ScrollBox } from "../components/ScrollBox.tsx";
import { usePage } from "../page/context.tsx";

/** The progress mark of a pending change of the URL, and the message where it failed. */
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

/** Says that the program that added this page has not added it again, as after its restart. */
export function PageGone(): JSX.Element {
	const page = usePage();
	return (
		<Show when={page.data.gone()}>
			<section class="view-band" aria-label="This page">
				<p role="status">
					<strong>This page is not available now.</strong> The program that added it has not added it again. Until it does, the last values
					are shown.
				</p>
			</section>
		</Show>
	);
}

/** Queries of the page that were refused as too expensive; widgets show their own refusals. */
export function Refused(): JSX.Element {
	const page = usePage();
	const reasons = () => page.data.answers.refusals((name) => !isWidgetAnswer(name));
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

/** A cluster nobody has pushed to: how to change that. The page comes to life by itself with the first push. */
export function NoColony(): JSX.Element {
	const page = usePage();
	const origin = () => (page.display.hydrated() ? location.origin : "https://this-dashboard");
	const code = () => `import { Bridge } from "hiveframe-dashboard";

const bridge = new Bridge({
  colony,
  to: {
    url: ${JSON.stringify(origin())},
    cluster: ${JSON.stringify(page.input.cluster)},
    token: process.env.BRIDGE_TOKEN,
  },
});
bridge.start();`;
	return (
		<section class="panel no-colony" aria-labelledby="no-colony">
			<svg class="no-colony-art" viewBox="28 0 92 76" preserveAspectRatio="xMinYMid" aria-hidden="true">
				<g fill="none" stroke="currentColor" stroke-width="1.5" stroke-dasharray="4 3">
					<path d="M60 4l14 8v16l-14 8-14-8V12z" />
					<path d="M45 40l14 8v16l-14 8-14-8V48z" />
					<path d="M75 40l14 8v16l-14 8-14-8V48z" />
				</g>
			</svg>
			<h2 id="no-colony">No colony has connected to “{page.input.cluster}” yet</h2>
			<p>A bridge in the colony's process pushes its data to this dashboard. Start one, and this page updates within seconds.</p>
			<ScrollBox class="code-box" label="How to start a bridge">
				<pre>
					<code>{code()}</code>
				</pre>
			</ScrollBox>
			<p class="quiet">
				<code>token</code> is the dashboard's <code>BRIDGE_TOKEN</code>. A colony in the same process needs no bridge:{" "}
				<code>{"new DashboardServer({ colony })"}</code> shows it at once.
			</p>
		</section>
	);
}
