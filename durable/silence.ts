/**
 * When a bridge counts as silent, and who writes it down. Anyone who reads sees it at once, since it follows from the clock; the alarm
 * writes it to the log, so that it is also known of the past.
 *
 * Setting an alarm is a row written, so it is not moved with every push: it goes off at long intervals, and precisely only where a bridge's
 * socket has closed.
 */
import * as liveness from "../colony-bridge/protocol/liveness.ts";
import type { ForgetEntry, SilentEntry } from "./log/entry.ts";
import type { ClusterState } from "./state/cluster-state.ts";
import { silentFrom, silentSince } from "./state/link.ts";

/** Time between two looks while bridges speak, ms. */
export const LOOK_MS = 5 * 60_000;
/** A bridge that has been silent this long, while others speak, is let go with all it said, ms. */
const FORGET_MS = 24 * 3_600_000;

/** What the alarm has to write down now, in the order in which it came about. */
export function overdue(state: ClusterState, now: number): (SilentEntry | ForgetEntry)[] {
	const entries: (SilentEntry | ForgetEntry)[] = [];
	const links = [...state.links.values()].sort((a, b) => a.lastPushAt - b.lastPushAt);
	const othersSpeak = links.some((link) => link.reporting && silentSince(link, now) === undefined);
	for (const link of links) {
		const since = silentSince(link, now);
		// It said hello and no more: a name that was tried once.
		if (!link.reporting && !link.layout && now - link.lastPushAt >= FORGET_MS)
			entries.push({ type: "forget", at: now, bridge: link.bridge });
		if (since === undefined) continue;
		if (othersSpeak && now - since >= FORGET_MS) entries.push({ type: "forget", at: now, bridge: link.bridge });
		else if (link.silentSince === undefined) entries.push({ type: "silent", at: now, bridge: link.bridge, since });
	}
	return entries;
}

/** When to look again, ms; undefined: nobody speaks, so there is nothing to miss and nobody is let go. */
export function nextLook(state: ClusterState, now: number): number | undefined {
	let next = firstSilence(state, now);
	if (next === undefined) return undefined;
	for (const link of state.links.values()) {
		const since = silentSince(link, now);
		if (since !== undefined) next = Math.min(next, since + FORGET_MS);
	}
	return Math.max(now + LOOK_MS, next);
}

/** The bridge that has been silent for longest, reporting or not: it makes room where there is none. */
export function longestSilent(state: ClusterState, now: number): string | undefined {
	let found: { bridge: string; lastPushAt: number } | undefined;
	for (const link of state.links.values()) {
		// After the clock was set back a push of before it lies ahead: nothing was heard since.
		const silent = now >= liveness.silentFrom(link) || link.lastPushAt > now;
		if (silent && link.lastPushAt < (found?.lastPushAt ?? Number.POSITIVE_INFINITY)) found = link;
	}
	return found?.bridge;
}

/** The first instant at which a bridge that speaks now would count as silent, ms. */
function firstSilence(state: ClusterState, now: number): number | undefined {
	let first = Number.POSITIVE_INFINITY;
	for (const link of state.links.values()) if (silentSince(link, now) === undefined) first = Math.min(first, silentFrom(link));
	return Number.isFinite(first) ? first : undefined;
}
