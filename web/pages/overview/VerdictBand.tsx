import { For, type JSX, Show } from "solid-js";
import { Glyph } from "../../elements/Glyph.tsx";
import { At, Since } from "../../elements/Time.tsx";
import { counted } from "../../format/number.ts";
import { silentLinks } from "../../live/silence.ts";
import { usePage } from "../../page-context.tsx";
import { verdict } from "../../shell/verdict.ts";

/** How the cluster is, in words, where eyes fall first. */
export function VerdictBand(): JSX.Element {
	const page = usePage();
	const now = () => verdict(page);
	// When all are silent the sentence says so; this is for one of several.
	const silent = () => (page.silentSince() === undefined ? silentLinks(page.cluster(), page.now()).map(({ bridge }) => bridge) : []);
	const lastPush = (bridge: string) => page.cluster().links.find((link) => link.bridge === bridge)?.lastPushAt ?? page.now();
	const gaps = () =>
		page
			.cluster()
			.links.filter((link) => link.gaps.count > 0)
			.map(
				({ bridge, gaps }) =>
					`${counted(gaps.count, "gap")} in what ${bridge} sent: ${counted(gaps.samples, "sample")}, ${counted(gaps.events, "event")} lost`,
			);
	return (
		<section class={`verdict verdict-${now().look.tone}`} aria-label="Health">
			<Glyph shape={now().look.shape} tone={now().look.tone} />
			<div class="verdict-text">
				<p class="verdict-word">
					{now().look.word}
					<Show when={page.silentSince()}>
						{(since) => (
							<span>
								{" for "}
								<Since at={since()} />
								<span class="quiet verdict-since">
									{" since "}
									<At at={since()} />
								</span>
							</span>
						)}
					</Show>
				</p>
				<p class="verdict-reason" title={now().reason}>
					{now().reason}
				</p>
			</div>
			<ul class="verdict-links">
				<For each={silent()}>
					{(bridge) => (
						<li>
							bridge {bridge} silent for <Since at={lastPush(bridge)} />
						</li>
					)}
				</For>
				<For each={gaps()}>{(text) => <li>{text}</li>}</For>
			</ul>
		</section>
	);
}
