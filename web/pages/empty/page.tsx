import { createSignal, For, type JSX, Show } from "solid-js";
import { ScrollBox } from "../../components/ScrollBox.tsx";
import { copyText } from "../../page/clipboard.ts";
import { usePage } from "../../page/context.tsx";
import { Arrivals } from "./Arrivals.tsx";

interface Way {
	title: string;
	says: string;
	/** @param to address of the dashboard @param cluster its name @param path behind the address, to push to */
	code(to: string, cluster: string, path: string): string;
}

const WAYS: Way[] = [
	{
		title: "HiveFrame in Python",
		says: "Copy hiveframe_bridge.py from the npm package (node_modules/hiveframe-dashboard/dist/python/) beside your program. It needs the standard library only.",
		code: (to, cluster) => `import os
from hiveframe_bridge import attach

bridge = attach(hive, to=${JSON.stringify(to)}, cluster=${JSON.stringify(cluster)},
                token=os.environ["BRIDGE_TOKEN"])`,
	},
	{
		title: "Prometheus targets",
		says: "For anything that serves metrics. --logs FILE and --hiveframe URL add logs and HiveFrame's own dashboard.",
		code: (to, cluster) => `printf %s "$BRIDGE_TOKEN" > token
npx hiveframe-dashboard bridge --to ${to} --cluster ${cluster} \\
    --token-file token --prometheus http://HOST:9090/metrics`,
	},
	{
		title: "Node",
		says: "For a colony in a Node process. In the dashboard's own process no bridge is needed: new DashboardServer({ colony }).",
		code: (to, cluster) => `import { Bridge } from "hiveframe-dashboard";

const bridge = new Bridge({
  colony,
  to: {
    url: ${JSON.stringify(to)},
    cluster: ${JSON.stringify(cluster)},
    token: process.env.BRIDGE_TOKEN,
  },
});
bridge.start();`,
	},
	{
		title: "Standard input",
		says: "For a program in any language that can print: an object a line.",
		code: (to, cluster) => `printf %s "$BRIDGE_TOKEN" > token
echo '{"metrics": {"queue_depth": 3}, "logs": [{"message": "hello"}]}' |
    npx hiveframe-dashboard bridge --to ${to} --cluster ${cluster} \\
    --token-file token --stdin`,
	},
	{
		title: "HTTP",
		says: "For any other program: one frame per line, instants in ms. Number the frames from 1, and send hello with each push.",
		code: (to, _cluster, path) => `curl ${to}${path} -H "Authorization: Bearer $BRIDGE_TOKEN" \\
  -H "Content-Type: application/x-ndjson" --data-binary @- <<END
{"type":"hello","protocol":1,"bridge":"by-hand","epoch":1,"colony":"hive","capabilities":[],"intervalMs":60000}
{"type":"series","seq":1,"series":[{"id":0,"name":"queue_depth","labels":{},"type":"gauge"}]}
{"type":"tick","seq":2,"at":$(date +%s)000,"ids":[0],"values":[42]}
END`,
	},
];

/** The page of a cluster without a push: how to connect a bridge. The first push replaces it. */
export default function Empty(): JSX.Element {
	const page = usePage();
	const origin = () => (page.display.hydrated() ? location.origin : (page.input.connect?.origin ?? "")) + page.input.root;
	const code = (way: Way) => way.code(origin(), page.input.cluster, page.links.path("/api/bridge").slice(page.input.root.length));
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
			<p>A bridge beside the colony pushes its data to this dashboard. Start one, and this page updates within seconds.</p>
			<Show when={page.input.connect?.lacksToken}>
				<p class="no-colony-lacks">
					<strong>This dashboard accepts no bridges yet: it has no bridge token.</strong> Set one: the secret <code>BRIDGE_TOKEN</code> of
					the Worker (<code>npx wrangler secret put BRIDGE_TOKEN</code>), or the option <code>bridgeToken</code> of{" "}
					<code>DashboardServer</code>.
				</p>
			</Show>
			<For each={WAYS}>
				{(way, i) => (
					<details name="connect" class="no-colony-way" open={i() === 0}>
						<summary>{way.title}</summary>
						<p class="quiet">{way.says}</p>
						<div class="no-colony-code">
							<ScrollBox class="code-box" label={`${way.title}: the code`}>
								<pre>
									<code>{code(way)}</code>
								</pre>
							</ScrollBox>
							<Copy text={code(way)} of={way.title} />
						</div>
					</details>
				)}
			</For>
			<Arrivals />
			<p class="quiet">
				<code>BRIDGE_TOKEN</code> is the dashboard's bridge token, or a token for one cluster that an operator makes under Tokens.{" "}
				<code>
					npx hiveframe-dashboard doctor --to {origin()} --cluster {page.input.cluster} --token-file token
				</code>
				, run beside the bridge, says what is in its way.
			</p>
		</section>
	);
}

function Copy(props: { text: string; of: string }): JSX.Element {
	const page = usePage();
	const [said, setSaid] = createSignal("Copy");
	const copy = async () => {
		setSaid((await copyText(props.text)) ? "Copied" : "Select and copy");
	};
	return (
		<button
			type="button"
			class="button button-plain button-small scripted"
			aria-label={`${said()}: ${props.of}`}
			disabled={!page.display.hydrated()}
			on:click={copy}
		>
			{said()}
		</button>
	);
}
