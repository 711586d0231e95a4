/** Which bridge a command goes to, or why to none. */

import { compareText } from "../../colony-bridge/protocol/values/natural-order.ts";
import { quote } from "../../colony-bridge/protocol/wire/delivery/refusal.ts";
import type { Command } from "../../colony-bridge/protocol/wire/down.ts";
import type { Refusal } from "../../colony-bridge/protocol/wire/problem.ts";
import type { ClusterState } from "../state/cluster-state.ts";
import { type Link, silentSince } from "../state/link.ts";

const refusal = (kind: Refusal["kind"], detail: string): Refusal => ({ type: "refused", kind, detail });

/** @param bridge the one the caller named. @param now ms. */
export function addressee(command: Command, bridge: string | undefined, state: ClusterState, now: number): Link | Refusal {
	const link = command.action === "restart" ? ownerOf(command.worker, bridge, state) : scalerOf(bridge, state, now);
	if ("type" in link) return link;
	const since = silentSince(link, now);
	if (since === undefined) return link;
	const seconds = Math.round((now - since) / 1000);
	return refusal(
		"not-heard",
		`bridge ${quote(link.bridge)} has not been heard for ${seconds} s: nothing can be told to its colony until it is`,
	);
}

function ownerOf(worker: string, bridge: string | undefined, state: ClusterState): Link | Refusal {
	const owned = state.workers.get(worker);
	const link = owned && state.links.get(owned.bridge);
	if (!link || (bridge !== undefined && bridge !== link.bridge)) {
		const whose = bridge === undefined ? "" : ` of bridge ${quote(bridge)}`;
		return refusal("not-found", `there is no worker ${quote(worker)}${whose}: it is gone, or was never there`);
	}
	if (!link.can.includes("restart")) return refusal("unsupported", `the colony of bridge ${quote(link.bridge)} cannot restart workers`);
	return link;
}

function scalerOf(bridge: string | undefined, state: ClusterState, now: number): Link | Refusal {
	const named = bridge === undefined ? undefined : state.links.get(bridge);
	if (bridge !== undefined && !named) return refusal("not-found", `there is no bridge ${quote(bridge)} in this cluster`);
	const scalers = (named ? [named] : [...state.links.values()]).filter(({ can }) => can.includes("scale"));
	// One that fell silent does not stand in the way of one that speaks.
	const speaking = scalers.filter((link) => silentSince(link, now) === undefined);
	const [first, ...others] = speaking.length > 0 ? speaking : scalers;
	if (!first) {
		return refusal(
			"unsupported",
			named ? `the colony of bridge ${quote(named.bridge)} cannot scale` : "no colony of this cluster can scale",
		);
	}
	if (others.length === 0) return first;
	const names = [first, ...others].map((link) => link.bridge).sort(compareText);
	const listed = names.slice(0, 10).map(quote).join(", ") + (names.length > 10 ? ` and ${names.length - 10} more` : "");
	return refusal(
		"conflict",
		`${names.length} bridges can scale: ${listed}; say which, as in {"workers": 15, "bridge": ${quote(names[0] ?? "")}}`,
	);
}
