/**
 * Whether the colony still speaks, judged by the page itself as time goes on: a cluster that sleeps cannot say that its colony fell silent.
 */

import type { ClusterView, LinkView } from "../../colony-bridge/protocol/query/view.ts";
import * as liveness from "../../colony-bridge/protocol/wire/liveness.ts";

/** Those whose silence means something. */
const missed = ({ links }: Pick<ClusterView, "links">): LinkView[] => links.filter(({ unreported }) => !unreported);

type Links = Pick<ClusterView, "links" | "bridges" | "lastPushAt" | "intervalMs">;

/** Of many bridges only some are listed, the silent ones first: what is known of the others, the slowest of those that speak. */
function unlisted({ links, bridges, lastPushAt, intervalMs }: Links): liveness.Promised[] {
	if (bridges.total <= links.length || lastPushAt === undefined || intervalMs === undefined) return [];
	return [{ lastPushAt, intervalMs }];
}

/** @returns since when every bridge has been silent, ms; undefined where one speaks or none ever has. */
export function silentSince(view: Links, now: number): number | undefined {
	const all = [...missed(view), ...unlisted(view)];
	if (all.length === 0 || all.some((link) => liveness.silentSince(link, now) === undefined)) return undefined;
	return Math.max(...all.map(({ lastPushAt }) => lastPushAt));
}

/** Bridges that are silent. */
export const staleLinks = (view: Pick<ClusterView, "links">, now: number): LinkView[] =>
	missed(view).filter((link) => liveness.silentSince(link, now) !== undefined);

/** When the next of those that speak would fall silent, ms; infinity where none does. */
export const nextStale = (view: Links, now: number): number =>
	[...missed(view), ...unlisted(view)]
		.map(liveness.silentFrom)
		.reduce((next, at) => (at > now ? Math.min(next, at) : next), Number.POSITIVE_INFINITY);
