import { For, type JSX, Show } from "solid-js";
import type { Finding } from "../../colony-bridge/protocol/query/view.ts";
import { Glyph } from "../components/Glyph.tsx";
import { CLUSTER, type StatusMark } from "../components/status.ts";
import { Begin, Lasted } from "../components/Time.tsx";
import { counted } from "../format/number.ts";
import { capitalized } from "../format/text.ts";
import { usePage } from "../page/context.tsx";

const NOTICE: StatusMark = { shape: "ring", tone: "off", word: "Note" };
const markOf = ({ status }: Finding): StatusMark => (status === "healthy" ? NOTICE : CLUSTER[status]);

/** Findings, one per row, worst first: text, duration, message and actions. */
export function Findings(props: {
	of: readonly Finding[];
	action?: (finding: Finding) => JSX.Element;
	children?: JSX.Element;
}): JSX.Element {
	const page = usePage();
	const href = ({ page: to, params = {} }: Finding) => {
		const [path = "/", place] = to.split("#");
		return page.links.hrefWith(path, params) + (place === undefined ? "" : `#${place}`);
	};
	return (
		<ul class="findings">
			<For each={props.of}>
				{(finding) => (
					<li class="finding">
						<Glyph shape={markOf(finding).shape} tone={markOf(finding).tone} />
						<p class="finding-text">
							<span class="hidden">{markOf(finding).word}: </span>
							<a href={href(finding)} title={finding.text}>
								{capitalized(finding.text)}
							</a>
							<Show when={finding.message}>
								{(message) => (
									<span class="finding-words" title={message()}>
										{message()}
									</span>
								)}
							</Show>
						</p>
						<p class="finding-since">
							<Show when={finding.since} fallback="now">
								{(since) => (
									<>
										<strong>
											<Lasted at={since()} current />
										</strong>
										<span class="quiet">
											since <Begin at={since()} />
										</span>
									</>
								)}
							</Show>
						</p>
						<div class="finding-act">
							{props.action?.(finding)}
							<Show when={finding.runbook}>
								{(url) => (
									<a class="button button-plain button-small" href={url()} rel="noopener noreferrer" target="_blank">
										Runbook<span class="hidden"> for: {finding.text}</span>
									</a>
								)}
							</Show>
						</div>
					</li>
				)}
			</For>
			{props.children}
		</ul>
	);
}

/** A menu of findings, on every page but Overview. Works without script. */
export function FindingsMenu(props: { of: readonly Finding[]; count: number }): JSX.Element {
	return (
		<details class="findings-menu">
			<summary>{counted(props.count, "finding")}</summary>
			<Findings of={props.of} />
		</details>
	);
}
