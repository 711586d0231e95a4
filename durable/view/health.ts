/** How the cluster is, in one word and a reason: the worst any bridge says or, where a colony says nothing, what its parts tell. */
import type { Health } from "../../colony-bridge/protocol/state.ts";
import type { ClusterStatus } from "../../colony-bridge/protocol/view.ts";
import type { ClusterState } from "../state/cluster-state.ts";
import { type Link, silentSince } from "../state/link.ts";
import { compareText, naturalKey } from "./natural-order.ts";

export interface Judgement {
	status: ClusterStatus;
	reason?: string;
	silentSince?: number;
}

const SEVERITY: readonly Health[] = ["healthy", "degraded", "unhealthy"];

/** Reasons in words. The newest is about bridges that are silent, if any is. */
const MOST_REASONS = 5;

/** What is wrong with one bridge's parts. */
interface Troubles {
	/** Parts it has spoken of at all. */
	parts: number;
	workers: number;
	failedWorkers: string[];
	degradedWorkers: string[];
	failedStreams: string[];
	failedChecks: string[];
	warningChecks: string[];
}

export function judge(state: ClusterState, now: number): Judgement {
	const reporting = [...state.links.values()].filter((link) => link.reporting);
	if (reporting.length === 0) return { status: "unknown", reason: "no colony has reported yet" };
	const speaking = reporting.filter((link) => silentSince(link, now) === undefined);
	if (speaking.length === 0) {
		const since = Math.max(...reporting.map((link) => link.lastPushAt));
		return { status: "silent", reason: "nothing has been heard for three intervals", silentSince: since };
	}
	const troubles = troublesByBridge(state);
	let worst = -1;
	const reasons: string[] = [];
	for (const link of speaking) {
		const { status, reason } = judgeLink(link, troubles.get(link.bridge));
		worst = Math.max(worst, status === undefined ? -1 : SEVERITY.indexOf(status));
		if (reason && status !== "healthy") reasons.push(reason);
	}
	const silent = reporting.filter((link) => silentSince(link, now) !== undefined).map((link) => link.bridge);
	if (silent.length > 0) {
		worst = Math.max(worst, SEVERITY.indexOf("degraded"));
		reasons.push(`${names("bridge", "bridges", silent)} silent`);
	}
	return { status: SEVERITY[worst] ?? "unknown", ...(reasons.length > 0 && { reason: joined(reasons) }) };
}

/** With many bridges there are as many reasons: a few in words, the rest as a number. */
function joined(reasons: string[]): string {
	const told = reasons.slice(-MOST_REASONS).join("; ");
	return reasons.length > MOST_REASONS ? `${told}; and ${reasons.length - MOST_REASONS} more like these` : told;
}

function judgeLink(link: Link, troubles: Troubles | undefined): { status?: Health; reason?: string } {
	const derived = troubles && derive(troubles);
	if (!link.health) return derived ?? {};
	const reason = link.health.reason ?? derived?.reason;
	return { status: link.health.status, ...(reason !== undefined && { reason }) };
}

function derive(found: Troubles): { status: Health; reason?: string } {
	const reasons: string[] = [];
	let worst = 0;
	const note = (ids: string[], severity: number, words: () => string) => {
		if (ids.length === 0) return;
		worst = Math.max(worst, severity);
		reasons.push(words());
	};
	const { workers, failedWorkers, degradedWorkers, failedStreams, failedChecks, warningChecks } = found;
	const allFailed = failedWorkers.length === workers;
	note(failedWorkers, allFailed ? 2 : 1, () => `${failedWorkers.length} of ${workers} workers failed (${list(failedWorkers)})`);
	note(degradedWorkers, 1, () => `${names("worker", "workers", degradedWorkers)} degraded`);
	note(failedChecks, 2, () => `${names("check", "checks", failedChecks)} failed`);
	note(failedStreams, 1, () => `${names("stream", "streams", failedStreams)} failed`);
	note(warningChecks, 1, () => `${names("check", "checks", warningChecks)} in warning`);
	return { status: SEVERITY[worst] ?? "healthy", ...(reasons.length > 0 && { reason: reasons.join("; ") }) };
}

function troublesByBridge(state: ClusterState): Map<string, Troubles> {
	const found = new Map<string, Troubles>();
	const of = (bridge: string): Troubles => {
		let troubles = found.get(bridge);
		if (!troubles) {
			troubles = {
				parts: 0,
				workers: 0,
				failedWorkers: [],
				degradedWorkers: [],
				failedStreams: [],
				failedChecks: [],
				warningChecks: [],
			};
			found.set(bridge, troubles);
		}
		troubles.parts++;
		return troubles;
	};
	for (const { value, bridge } of state.workers.values()) {
		const troubles = of(bridge);
		troubles.workers++;
		if (value.status === "failed" || value.health === "unhealthy") troubles.failedWorkers.push(value.id);
		else if (value.health === "degraded") troubles.degradedWorkers.push(value.id);
	}
	for (const { value, bridge } of state.streams.values()) {
		const troubles = of(bridge);
		if (value.status === "failed") troubles.failedStreams.push(value.id);
	}
	for (const { value, bridge } of state.checks.values()) {
		const troubles = of(bridge);
		if (value.status === "failed") troubles.failedChecks.push(value.id);
		if (value.status === "warning") troubles.warningChecks.push(value.id);
	}
	return found;
}

function names(one: string, several: string, ids: string[]): string {
	return ids.length === 1 ? `${one} ${list(ids)} is` : `${several} ${list(ids)} are`;
}

/** Three by name and how many more. */
function list(ids: string[]): string {
	const sorted = ids.map((id) => ({ id, key: naturalKey(id) })).sort((a, b) => compareText(a.key, b.key));
	const named = sorted.slice(0, 3).map(({ id }) => id);
	return ids.length > named.length ? `${named.join(", ")} and ${ids.length - named.length} more` : named.join(", ");
}
