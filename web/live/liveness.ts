/** Staleness of the colony, judged in the page: a sleeping cluster cannot report that its colony fell silent. */

import type { ClusterView, LinkView } from "../../colony-bridge/protocol/query/view.ts";
import * as liveness from "../../colony-bridge/protocol/wire/liveness.ts";

/** Bridges that are expected to report. */
const expected = ({ links }: Pick<ClusterView, "links">): LinkView[] => links.filter(({ unreported }) => !unreported);

type Links = Pick<ClusterView, "links" | "bridges" | "lastPushAt">;

/**
 * The cluster lists only some of many bridges, the stale ones first, and gives the time at which the next of the others will be stale; the
 * page then queries again.
 * @returns the instant since which every bridge has been silent, ms; undefined if one is connected or none ever was
 */
export function silentSince(view: Links, now: number): number | undefined {
	const listed = expected(view);
	const { nextStaleAt, total } = view.bridges;
	if (listed.length === 0 || nextStaleAt !== undefined) return undefined;
	if (listed.some((link) => liveness.staleSince(link, now) === undefined)) return undefined;
	const others = total > view.links.length ? (view.lastPushAt ?? 0) : 0;
	return Math.max(others, ...listed.map(({ lastPushAt }) => lastPushAt));
}

/** The instant at which the next bridge becomes stale, ms; infinity if none does. */
export const nextStale = (view: Links, now: number): number =>
	[...expected(view).map(liveness.staleFrom), view.bridges.nextStaleAt ?? 0].reduce(
		(next, at) => (at > now ? Math.min(next, at) : next),
		Number.POSITIVE_INFINITY,
	);
