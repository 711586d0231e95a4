/**
 * Whether the colony still speaks, judged by the reader's own clock: a cluster that sleeps cannot say that its colony fell silent.
 */
import type { ClusterView } from "../../colony-bridge/protocol/view.ts";

/** A bridge that has missed this many of its own intervals counts as silent. */
const MISSED = 3;

/** @returns since when every bridge has been silent, ms; undefined where one speaks or none ever has. */
export function silentSince(
	view: Pick<ClusterView, "links" | "silentSince" | "bridges" | "lastPushAt" | "intervalMs">,
	now: number,
): number | undefined {
	// Of many bridges only some are listed, the silent ones first.
	const unlisted = view.bridges.total > view.links.length;
	if (unlisted && (view.lastPushAt ?? 0) + MISSED * (view.intervalMs ?? 0) >= now) return undefined;
	let newest: number | undefined;
	for (const link of view.links) {
		if (link.lastPushAt + MISSED * link.intervalMs >= now && link.silentSince === undefined) return undefined;
		newest = Math.max(newest ?? 0, link.lastPushAt);
	}
	return newest ?? view.silentSince;
}

/** Bridges that are silent while another speaks. */
export function silentLinks(view: Pick<ClusterView, "links">, now: number) {
	return view.links.filter((link) => link.lastPushAt + MISSED * link.intervalMs < now);
}
