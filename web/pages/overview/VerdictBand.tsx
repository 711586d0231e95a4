import { For, type JSX, Show } from "solid-js";
import { Glyph } from "../../elements/Glyph.tsx";
import { At, Since } from "../../elements/Time.tsx";
import { count, counted } from "../../format/number.ts";
import { silentLinks } from "../../live/silence.ts";
import { usePage } from "../../page-context.tsx";
import { verdict } from "../../shell/verdict.ts";

/** How the cluster is, in words, where eyes fall first. */
export function VerdictBand(): JSX.Element {
	const page = usePage();
	const now = () => verdict(page);
	// When all are silent the sentence says so; this is for one of several.
	const silent = () => (page.silentSince() === undefined ? silentLinks(page.cluster(), page.now()) : []);
	const gaps = () => page.cluster().links.filter((link) => link.gaps.count > 0);
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
					{(link) => (
						<li>
							bridge {link.bridge} silent for <Since at={link.lastPushAt} />
						</li>
					)}
				</For>
				<For each={gaps()}>
					{(link) => (
						<li>
							{counted(link.gaps.count, "gap")} in what {link.bridge} sent: {count(link.gaps.samples)} samples,{" "}
							{count(link.gaps.events)} events lost
						</li>
					)}
				</For>
			</ul>
		</section>
	);
}
