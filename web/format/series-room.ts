import type { ClusterView } from "../../colony-bridge/protocol/query/view.ts";
import { count } from "./number.ts";

/** With this share of the series that a cluster may have, the page says so. */
const WARNED_AT = 0.8;

/** Why new series are soon left out; undefined: they are not. */
export function crowded({ alive, most }: ClusterView["series"]): string | undefined {
	if (alive < WARNED_AT * most.alive) return undefined;
	return `${count(alive)} of ${count(most.alive)} series that may be active at a time: past that new ones are left out (activeSeries)`;
}

/** Why old series are soon let go; undefined: they are not. */
export function aging({ seen, most }: ClusterView["series"]): string | undefined {
	if (seen < WARNED_AT * most.seen) return undefined;
	return `${count(seen)} of ${count(most.seen)} series that may be known: those gone for longest are let go to make room (knownSeries)`;
}
