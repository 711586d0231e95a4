import { For, type JSX, Show } from "solid-js";
import { Glyph } from "../../components/Glyph.tsx";
import { Begin, Since } from "../../components/Time.tsx";
import { count, counted } from "../../format/number.ts";
import { crowded } from "../../format/series-room.ts";
import { begun } from "../../format/text.ts";
import { elapsed } from "../../format/time.ts";
import { staleLinks } from "../../live/liveness.ts";
import { usePage } from "../../page/context.tsx";
import { FindingLink } from "../../shell/FindingLink.tsx";
import { verdict } from "../../shell/verdict.ts";

/** Bridges told of by name; the others are counted. */
const MOST_NAMED = 5;

/** @param here silent or gapped among the listed. @param all in the cluster. @returns how many are not told of by name. */
function more(here: number, all: number): number {
	return Math.max(here, all) - Math.min(here, MOST_NAMED);
}

/** The cluster's status in words, at the top of the page. */
export function VerdictBand(): JSX.Element {
	const page = usePage();
	const now = () => verdict(page);
	// When all are silent the sentence says so; this is for one of several.
	// A page that is cut off cannot tell.
	const silent = () =>
		page.data.staleSince() === undefined && page.display.link().state !== "reconnecting"
			? staleLinks(page.data.cluster(), page.time.now()).map(({ bridge }) => bridge)
			: [];
	const lastPush = (bridge: string) => page.data.cluster().links.find((link) => link.bridge === bridge)?.lastPushAt ?? page.time.now();
	const gaps = () =>
		page.data
			.cluster()
			.links.filter((link) => link.gaps.count > 0)
			.map(
				({ bridge, gaps }) =>
					`${counted(gaps.count, "gap")} in what ${bridge} sent: ${counted(gaps.samples, "sample")}, ${counted(gaps.events, "event")} lost`,
			);
	const late = () =>
		page.data
			.cluster()
			.links.flatMap(({ bridge, behindMs }) =>
				behindMs === undefined ? [] : `bridge ${bridge} is catching up: its numbers are ${elapsed(behindMs)} old`,
			);
	const skewed = () =>
		page.data
			.cluster()
			.links.flatMap(({ bridge, skewMs }) =>
				skewMs === undefined
					? []
					: `the clock of bridge ${bridge} is ${elapsed(Math.abs(skewMs))} ${skewMs > 0 ? "ahead" : "behind"}, corrected`,
			);
	return (
		<section class={`verdict verdict-${now().mark.tone}`} aria-label="Health">
			<Glyph shape={now().mark.shape} tone={now().mark.tone} />
			<div class="verdict-text">
				<p class="verdict-word">
					{now().mark.word}
					<Show when={page.data.staleSince()}>
						{(since) => (
							<span>
								{" for "}
								<Since at={since()} />
								<span class="quiet verdict-since">
									{" since "}
									<Begin at={since()} />
								</span>
							</span>
						)}
					</Show>
				</p>
				<p class="verdict-reason" title={now().reason}>
					<Show when={now().findings.length > 0} fallback={now().reason}>
						<For each={now().findings}>
							{(finding, i) => (
								<>
									{i() > 0 && "; "}
									<FindingLink finding={finding}>{i() > 0 ? finding.text : begun(finding.text)}</FindingLink>
								</>
							)}
						</For>
						<Show when={now().more > 0}>; and {count(now().more)} more like these</Show>
					</Show>
				</p>
			</div>
			<ul class="verdict-links">
				<For each={silent().slice(0, MOST_NAMED)}>
					{(bridge) => (
						<li>
							bridge {bridge} silent for <Since at={lastPush(bridge)} />
						</li>
					)}
				</For>
				<Show when={page.data.staleSince() === undefined && more(silent().length, page.data.cluster().bridges.silent)}>
					{(bridges) => <li>and {counted(bridges(), "bridge")} more silent</li>}
				</Show>
				<For each={[...late().slice(0, MOST_NAMED), ...skewed().slice(0, MOST_NAMED)]}>{(text) => <li>{text}</li>}</For>
				<Show when={crowded(page.data.cluster().series)}>{(text) => <li>{text()}</li>}</Show>
				<For each={gaps().slice(0, MOST_NAMED)}>{(text) => <li>{text}</li>}</For>
				<Show when={more(gaps().length, page.data.cluster().bridges.gapped)}>
					{(bridges) => <li>and gaps in what {counted(bridges(), "bridge")} more sent</li>}
				</Show>
			</ul>
		</section>
	);
}
