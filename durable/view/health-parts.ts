/** Workers, streams and checks that each bridge reported, as far as they matter for its colony's health. */

import type { Bottleneck, Most } from "../../colony-bridge/protocol/query/rows.ts";
import type { Checkpoint } from "../../colony-bridge/protocol/wire/state.ts";
import type { ClusterState } from "../state/cluster-state.ts";
import { bottleneck, heldBack } from "./streams.ts";

/** Something in trouble: since when, ms, and the colony's words. */
export interface Trouble {
	id: string;
	since?: number | undefined;
	message?: string | undefined;
	runbook?: string | undefined;
}

export interface Parts {
	/** `able`: those that take work, or are about to. `unable`: when the last of the others came to that, ms. */
	workers: { total: number; able: number; unable: number; failed: Trouble[]; unhealthy: Trouble[]; degraded: Trouble[] };
	checks: { failed: Trouble[]; warning: Trouble[] };
	streams: {
		total: number;
		/** Those that run. */
		ids: string[];
		failed: Trouble[];
		/** Those that run and whose newest checkpoints failed: how many in a row, since when, and why the newest did. */
		failing: (Trouble & { inARow: number })[];
		held: { id: string; most: Most; by: Bottleneck | undefined }[];
	};
}

const UNABLE = new Set(["stopped", "failed", "draining"]);

/** By bridge; one that has spoken of no part is not there. */
export function partsByBridge(state: ClusterState): Map<string, Parts> {
	const found = new Map<string, Parts>();
	const of = (bridge: string): Parts => {
		let parts = found.get(bridge);
		if (!parts) {
			parts = {
				workers: { total: 0, able: 0, unable: 0, failed: [], unhealthy: [], degraded: [] },
				checks: { failed: [], warning: [] },
				streams: { total: 0, ids: [], failed: [], failing: [], held: [] },
			};
			found.set(bridge, parts);
		}
		return parts;
	};
	const { changes } = state;
	for (const { value, bridge } of state.workers.values()) {
		const { workers } = of(bridge);
		const { id, status, health, message } = value;
		const since = () => changes.workers.of(id)[0]?.at;
		workers.total++;
		if (!UNABLE.has(status)) workers.able++;
		else workers.unable = Math.max(workers.unable, since() ?? 0);
		const troubled = status === "failed" ? status : health;
		if (troubled !== undefined && troubled !== "healthy") workers[troubled].push({ id, message, since: since() });
	}
	for (const { value, bridge } of state.streams.values()) {
		const { streams } = of(bridge);
		const { id, status, message } = value;
		streams.total++;
		if (status === "failed") streams.failed.push({ id, message, since: changes.streams.of(id)[0]?.at });
		if (status !== "running") continue;
		streams.ids.push(id);
		const failed = failedInARow(state.checkpoints.get(id) ?? []);
		const [newest, oldest] = [failed[0], failed.at(-1)];
		if (newest) streams.failing.push({ id, inARow: failed.length, message: newest.message, since: oldest?.endedAt ?? oldest?.startedAt });
		const most = heldBack(value);
		if (most) streams.held.push({ id, most, by: bottleneck(value.operators) });
	}
	for (const { value, bridge } of state.checks.values()) {
		const { checks } = of(bridge);
		const { id, status, message, runbook } = value;
		if (status !== "failed" && status !== "warning") continue;
		checks[status].push({ id, message, runbook, since: value.since ?? changes.checks.of(id)[0]?.at });
	}
	return found;
}

/** @param checkpoints newest first; those under way have not failed yet. */
function failedInARow(checkpoints: readonly Checkpoint[]): readonly Checkpoint[] {
	const ended = checkpoints.filter(({ status }) => status !== "running");
	const good = ended.findIndex(({ status }) => status === "completed");
	return good < 0 ? ended : ended.slice(0, good);
}
