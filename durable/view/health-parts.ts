/** What each bridge has said of workers, streams and checks, as far as it matters for its colony's health. */
import type { Checkpoint } from "../../colony-bridge/protocol/state.ts";
import type { ClusterState } from "../state/cluster-state.ts";
import { heldBack } from "./streams.ts";

export interface Parts {
	/** `able`: those that take work, or are about to. */
	workers: { total: number; able: number; failed: string[]; degraded: string[] };
	checks: { failed: string[]; warning: string[] };
	streams: {
		total: number;
		/** Those that run. */
		ids: string[];
		failed: string[];
		/** Those that run and whose newest checkpoints failed: how many in a row, and why the newest did. */
		failing: { id: string; inARow: number; why: string | undefined }[];
		held: { id: string; operator: string; share: number }[];
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
				workers: { total: 0, able: 0, failed: [], degraded: [] },
				checks: { failed: [], warning: [] },
				streams: { total: 0, ids: [], failed: [], failing: [], held: [] },
			};
			found.set(bridge, parts);
		}
		return parts;
	};
	for (const { value, bridge } of state.workers.values()) {
		const { workers } = of(bridge);
		workers.total++;
		if (!UNABLE.has(value.status)) workers.able++;
		if (value.status === "failed" || value.health === "unhealthy") workers.failed.push(value.id);
		else if (value.health === "degraded") workers.degraded.push(value.id);
	}
	for (const { value, bridge } of state.streams.values()) {
		const { streams } = of(bridge);
		streams.total++;
		if (value.status === "failed") streams.failed.push(value.id);
		if (value.status !== "running") continue;
		streams.ids.push(value.id);
		const failed = failedInARow(state.checkpoints.get(value.id) ?? []);
		if (failed.length > 0) streams.failing.push({ id: value.id, inARow: failed.length, why: failed[0]?.message });
		const held = heldBack(value);
		if (held) streams.held.push({ id: value.id, ...held });
	}
	for (const { value, bridge } of state.checks.values()) {
		const { checks } = of(bridge);
		if (value.status === "failed") checks.failed.push(value.id);
		if (value.status === "warning") checks.warning.push(value.id);
	}
	return found;
}

/** @param checkpoints newest first; those under way have not failed yet. */
function failedInARow(checkpoints: readonly Checkpoint[]): readonly Checkpoint[] {
	const ended = checkpoints.filter(({ status }) => status !== "running");
	const good = ended.findIndex(({ status }) => status === "completed");
	return good < 0 ? ended : ended.slice(0, good);
}
