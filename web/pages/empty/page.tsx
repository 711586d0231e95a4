import type { JSX } from "solid-js";
import { ScrollBox } from "../../components/ScrollBox.tsx";
import { usePage } from "../../page/context.tsx";

/** A cluster nobody has pushed to: how to change that. With the first push the page comes anew. */
export default function Empty(): JSX.Element {
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
