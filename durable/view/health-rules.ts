/** Workers, streams and checks that each bridge reported, as far as they matter for its colony's health. */

import type { Finding } from "../../colony-bridge/protocol/query/view.ts";
import { NOT_HEARD } from "../../colony-bridge/protocol/wire/liveness.ts";
import { toSegment } from "../../colony-bridge/protocol/wire/path-segment.ts";
import type { Checkpoint, Health } from "../../colony-bridge/protocol/wire/state.ts";
import { compareText, naturalKey } from "../rows/row-order.ts";
import type { ClusterState } from "../state/cluster-state.ts";
import { behind, type Link } from "../state/link.ts";
import { lately } from "../state/task-stats.ts";
import type { Facts } from "./facts.ts";
import { byWeight } from "./links.ts";
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

/**
 * What counts against a cluster's health, one rule after the other. A rule looks at what one bridge has said (workers, streams, checks), at
 * the bridge itself, or at the cluster as a whole, and tells in words what is wrong, how bad it is and where it can be seen.
 *
 * | rule | degraded | unhealthy |
 * |---|---|---|
 * | workers | some failed or degraded | all failed, or none can take work |
 * | checks | one in warning | one failed |
 * | streams | some failed | all of several failed |
 * | checkpoints | the last 2 of a stream failed | the last 5 failed |
 * | lag | a stream is 15 s behind and falls back by 5 s a minute for two minutes | the same, 10 min behind |
 * | backpressure | an operator is held back half of its time | |
 * | tasks | a quarter of those that end fail, or half of one name's | half of all fail |
 * | bridges | one of several is silent, catches up, leaves something out, or lost something in the last quarter of an hour | |
 *
 * What the colony says of itself counts like a rule: the worst of all is the cluster's health. Where it says that something is wrong, its
 * words stand for the rules on workers and checks, which it knows best.
 */
/** Checkpoints in a row. */
const CHECKPOINTS = { degraded: 2, unhealthy: 5 };
/** Ends that tell something, and the share of them that failed. What ended lately counts: e times less for each minute since. */
const TASKS = { least: 5, degraded: 0.25, unhealthy: 0.5, ofOneName: 0.5 };
/** Time for which a loss counts against the health, ms. */
const GAP_NEWS_MS = 15 * 60_000;
/** Lag, seconds: from here on it matters, and by so much it grows from minute to minute. */
const LAG = { least: 15, growth: 5, unhealthy: 600 };

const words = (ms: number): string => {
	const seconds = Math.round(ms / 1000);
	return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
};
const count = (things: number): string => things.toLocaleString("en-US");
const percent = (share: number): string => `${Math.round(100 * share)} %`;
/** A colony's words among ours. */
const brief = (text: string): string => (text.length > 80 ? `${text.slice(0, 79).toWellFormed()}…` : text);

const pageOf = (folder: "workers" | "streaming", ids: readonly string[]): string =>
	ids.length === 1 ? `/${folder}/${toSegment(ids[0] as string)}` : `/${folder}`;

/** The health that follows from workers and checks if the colony reports none. */
export function partsFindings({ workers, checks }: Parts): Finding[] {
	const found: Finding[] = [];
	const all = workers.failed.length === workers.total;
	if (workers.failed.length > 0) {
		found.push({
			status: all ? "unhealthy" : "degraded",
			text: `${count(workers.failed.length)} of ${count(workers.total)} workers failed (${list(workers.failed)})`,
			page: pageOf("workers", workers.failed),
		});
	} else if (workers.total > 0 && workers.able === 0) {
		found.push({ status: "unhealthy", text: `none of ${count(workers.total)} workers can take work`, page: "/workers" });
	}
	if (workers.degraded.length > 0) {
		const text = `${names("worker", "workers", workers.degraded)} degraded`;
		found.push({ status: "degraded", text, page: pageOf("workers", workers.degraded) });
	}
	if (checks.failed.length > 0)
		found.push({ status: "unhealthy", text: `${names("check", "checks", checks.failed)} failed`, page: "/#checks" });
	if (checks.warning.length > 0) {
		found.push({ status: "degraded", text: `${names("check", "checks", checks.warning)} in warning`, page: "/#checks" });
	}
	return found;
}

/** @param lags of streams, seconds: averages of the last minutes, oldest first */
export function streamFindings({ streams }: Parts, lags: ReadonlyMap<string, readonly number[]>): Finding[] {
	const found: Finding[] = [];
	const note = (status: Health, ids: readonly string[], text: string) =>
		ids.length > 0 && found.push({ status, text, page: pageOf("streaming", ids) });
	const { failed, held } = streams;
	note(
		failed.length > 1 && failed.length === streams.total ? "unhealthy" : "degraded",
		failed,
		`${names("stream", "streams", failed)} failed`,
	);
	const bad = streams.failing.filter(({ inARow }) => inARow >= CHECKPOINTS.degraded).sort((a, b) => b.inARow - a.inARow);
	const [worst] = bad;
	if (worst) {
		const ids = bad.map(({ id }) => id);
		const why = worst.why ? `: ${brief(worst.why)}` : "";
		const text =
			bad.length === 1
				? `the last ${worst.inARow} checkpoints of stream ${worst.id} failed${why}`
				: `checkpoints of streams ${list(ids)} fail, up to ${worst.inARow} in a row${why}`;
		note(worst.inARow >= CHECKPOINTS.unhealthy ? "unhealthy" : "degraded", ids, text);
	}
	const late = streams.ids.flatMap((id) => {
		const growth = growing(lags.get(id) ?? []);
		return growth ? [{ id, ...growth }] : [];
	});
	const farthest = late.reduce<(typeof late)[number] | undefined>((most, one) => (!most || one.now > most.now ? one : most), undefined);
	if (farthest) {
		const ids = late.map(({ id }) => id);
		const many = late.length > 1 ? `, and so do ${late.length - 1} more` : "";
		const text = `stream ${farthest.id} falls behind: ${words(farthest.now * 1000)}, ${words(farthest.before * 1000)} two minutes before${many}`;
		note(farthest.now >= LAG.unhealthy ? "unhealthy" : "degraded", ids, text);
	}
	const [first] = held;
	if (first) {
		const ids = held.map(({ id }) => id);
		const text =
			held.length === 1
				? `stream ${first.id} is held back: ${first.operator} waits ${percent(first.share)} of its time for what comes after it`
				: `${names("stream", "streams", ids)} held back by operators that cannot keep up`;
		note("degraded", ids, text);
	}
	return found;
}

/** Over the last three minutes it grew from each to the next. */
function growing(lags: readonly number[]): { before: number; now: number } | undefined {
	const [before, between, now] = lags.slice(-3);
	if (before === undefined || between === undefined || now === undefined) return undefined;
	return now >= LAG.least && between - before >= LAG.growth && now - between >= LAG.growth ? { before, now } : undefined;
}

/** As of the newest entry: what nothing has come about since is judged as it was. */
export function taskFindings({ kinds, at }: ClusterState): Finding[] {
	let [ended, failed] = [0, 0];
	let worst: { name: string; failed: number; share: number } | undefined;
	for (const kind of kinds.values()) {
		const of = lately(kind, at);
		ended += of.ended;
		failed += of.failed;
		const share = of.failed / of.ended;
		if (of.ended >= TASKS.least && share >= TASKS.ofOneName && of.failed > (worst?.failed ?? 0)) {
			worst = { name: kind.name, failed: of.failed, share };
		}
	}
	const share = ended >= TASKS.least ? failed / ended : 0;
	if (share < TASKS.degraded && !worst) return [];
	const mostly = worst ? `${worst.share > 0.995 ? "all" : `${percent(worst.share)} of`} ${worst.name} tasks` : "";
	const text = share >= TASKS.degraded ? `${percent(share)} of tasks fail${mostly && `, ${mostly} among them`}` : `${mostly} fail`;
	const look = { status: "failed", ...(worst && { name: worst.name }) };
	return [{ status: share >= TASKS.unhealthy ? "unhealthy" : "degraded", text, page: "/tasks", look }];
}

/** Of a bridge that speaks. @param at the newest entry's instant, ms */
export function linkFindings(link: Link, at: number): Finding[] {
	const found: Finding[] = [];
	const age = behind(link);
	if (age !== undefined) found.push({ status: "degraded", text: `the numbers of bridge ${link.bridge} are ${words(age)} old`, page: "/" });
	if (link.gapAt !== undefined && at - link.gapAt < GAP_NEWS_MS) {
		const text = `bridge ${link.bridge} lost some of what it had to send in the last quarter of an hour`;
		found.push({ status: "degraded", text, page: "/#events" });
	}
	const missing = (link.leftOut ?? []).filter((left) => left.at === undefined || at - left.at < GAP_NEWS_MS).sort(byWeight);
	const [most] = missing;
	if (most) {
		const what = most.count === 1 ? "1 entry" : `${count(most.count)} entries`;
		const more = missing.length > 1 ? `, and at ${missing.length - 1} more` : "";
		const text = `bridge ${link.bridge} left out ${what} at ${brief(most.field)} (${brief(most.reason)})${more}`;
		found.push({ status: "degraded", text, page: "/#left-out" });
	}
	return found;
}

/** Of bridges that are silent while others speak: who, and how much nobody knows for that. */
export function silentFindings({ state, hearing }: Pick<Facts, "state" | "hearing">): Finding[] {
	const bridges = [...hearing.silent.keys()];
	if (bridges.length === 0) return [];
	const owned = (table: { ownedBy(bridge: string): number }) => bridges.reduce((sum, bridge) => sum + table.ownedBy(bridge), 0);
	const lost = (["workers", "streams", "checks"] as const).flatMap((table) => {
		const number = owned(state[table]);
		return number === 0 ? [] : `${count(number)} ${number === 1 ? table.slice(0, -1) : table}`;
	});
	const text = `${names("bridge", "bridges", bridges)} silent${lost.length > 0 ? `: ${lost.join(", ")} not heard` : ""}`;
	const where = owned(state.workers) > 0 ? { page: "/workers", look: { filter: `status=${NOT_HEARD}` } } : { page: "/" };
	return [{ status: "degraded", text, ...where }];
}

function names(one: string, several: string, ids: readonly string[]): string {
	return ids.length === 1 ? `${one} ${list(ids)} is` : `${several} ${list(ids)} are`;
}

/** Three by name and how many more. */
function list(ids: readonly string[]): string {
	const sorted = ids.map((id) => ({ id, key: naturalKey(id) })).sort((a, b) => compareText(a.key, b.key));
	const named = sorted.slice(0, 3).map(({ id }) => id);
	return ids.length > named.length ? `${named.join(", ")} and ${count(ids.length - named.length)} more` : named.join(", ");
}
