/**
 * Whether the colony still speaks, judged by the page itself as time goes on: a cluster that sleeps cannot say that its colony fell silent.
 */

import type { ClusterView, LinkView } from "../../colony-bridge/protocol/query/view.ts";
import * as liveness from "../../colony-bridge/protocol/wire/liveness.ts";

/** Those whose silence means something. */
const missed = ({ links }: Pick<ClusterView, "links">): LinkView[] => links.filter(({ unreported }) => !unreported);

type Links = Pick<ClusterView, "links" | "bridges" | "lastPushAt">;

/**
 * Of many bridges only some are listed, the silent ones first. Of the others the cluster says when the first will be silent: what is shown
 * is asked for anew then, and says of whom.
 * @returns since when every bridge has been silent, ms; undefined where one speaks or none ever has.
 */
export function silentSince(view: Links, now: number): number | undefined {
	const listed = missed(view);
	const { nextSilence, total } = view.bridges;
	if (listed.length === 0 || nextSilence !== undefined) return undefined;
	if (listed.some((link) => liveness.silentSince(link, now) === undefined)) return undefined;
	const others = total > view.links.length ? (view.lastPushAt ?? 0) : 0;
	return Math.max(others, ...listed.map(({ lastPushAt }) => lastPushAt));
}

/** When the next of those that speak would fall silent, ms; infinity where none does. */
export const nextStale = (view: Links, now: number): number =>
	[...missed(view).map(liveness.silentFrom), view.bridges.nextSilence ?? 0].reduce(
		(next, at) => (at > now ? Math.min(next, at) : next),
		Number.POSITIVE_INFINITY,
	);
