/**
 * Rules of a cluster's health, one after the other. A rule looks at what one bridge has said (workers, streams, checks), at
 * the bridge itself, or at the cluster as a whole, and tells in words what is wrong, how bad it is and where it can be seen.
 *
 * | rule | degraded | unhealthy |
 * |---|---|---|
 * | workers | some failed, unhealthy or degraded | all failed or unhealthy, or none can take work |
 * | checks | one in warning | one failed |
 * | streams | some failed | all of several failed |
 * | checkpoints | the last 2 of a stream failed | the last 5 failed |
 * | lag | a stream is 15 s behind and falls back by 5 s a minute for two minutes | the same, 10 min behind |
 * | backpressure | an operator is held back half of its time | |
 * | targets | some do not answer | none answers |
 * | tasks | a quarter of those that end fail, or half of one name's | half of all fail |
 * | limits | series past a limit are left out, or 85 % of the memory is used | |
 * | bridges | one of several is silent, catches up, leaves something out, or lost something in the last quarter of an hour | |
 *
 * A clock that is off, and what was lost within the last day, count nothing and only have to be known.
 *
 * The colony's own judgement counts like a rule: the worst of all is the cluster's health. Where it says that something is wrong, its
 * words stand for the worst of what the rules on workers and checks found, which it knows best.
 */

import type { ClusterView, Finding, FindingKind } from "../../colony-bridge/protocol/query/view.ts";
import { defined } from "../../colony-bridge/protocol/values/objects.ts";
import { compareText, naturalKey, shorten } from "../../colony-bridge/protocol/values/text.ts";
import { NOT_HEARD } from "../../colony-bridge/protocol/wire/liveness.ts";
import { toSegment } from "../../colony-bridge/protocol/wire/path-segment.ts";
import type { Health } from "../../colony-bridge/protocol/wire/state.ts";
import type { ClusterState } from "../state/cluster-state.ts";
import { behind, type Link } from "../state/link.ts";
import { lately } from "../state/task-stats.ts";
import type { Facts } from "./facts.ts";
import type { Parts, Trouble } from "./health-parts.ts";
import { byWeight, SKEWED_MS } from "./lists.ts";
import { targets } from "./reported.ts";

/** Checkpoints in a row. */
const CHECKPOINTS = { degraded: 2, unhealthy: 5 };
/** Completed tasks that count, and the share of them that failed. What ended lately counts: e times less for each minute since. */
const TASKS = { least: 5, degraded: 0.25, unhealthy: 0.5, ofOneName: 0.5 };
/** Time for which a loss counts against the health, ms. */
const GAP_NEWS_MS = 15 * 60_000;
const GAP_KNOWN_MS = 24 * 3_600_000;
/** Found of each of so many; of more of one sort together. */
const EACH = 3;
/** Workers that one restart is offered for. */
const MOST_RESTARTS = 20;
/** Lag, seconds: from here on it matters, and by so much it grows from minute to minute. */
const LAG = { least: 15, growth: 5, unhealthy: 600 };

const words = (ms: number): string => {
	const seconds = Math.round(ms / 1000);
	return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
};
const count = (things: number): string => things.toLocaleString("en-US");
const percent = (share: number): string => `${Math.round(100 * share)} %`;
/** A colony's words among ours. */
const brief = (text: string, most = 80): string => shorten(text, most);
/** Characters of a colony's words beside ours. */
const MESSAGE = 300;

const pageOf = (folder: "workers" | "streaming", ids: readonly string[]): string =>
	ids.length === 1 ? `/${folder}/${toSegment(ids[0] as string)}` : `/${folder}`;
const idsOf = (troubles: readonly Trouble[]): string[] => troubles.map(({ id }) => id);

/** Instant and words of a finding: since the first of its subjects, in the words of the newest that has any. */
function detailsOf(troubles: readonly Trouble[]): Pick<Finding, "since" | "message" | "runbook"> {
	const since = troubles.reduce<number | undefined>(
		(first, { since }) => (first === undefined || (since ?? first) < first ? since : first),
		undefined,
	);
	const newest = troubles.reduce<Trouble | undefined>(
		(last, one) => (one.message && (!last || (one.since ?? 0) > (last.since ?? 0)) ? one : last),
		undefined,
	);
	const message = newest?.message && brief(newest.message, MESSAGE);
	const runbook = troubles.find((one) => one.runbook !== undefined)?.runbook;
	return {
		...defined({ since }),
		...(message && { message: troubles.length > 1 && newest ? `${newest.id}: ${message}` : message }),
		...defined({ runbook }),
	};
}

/** A few are findings of their own, each with its words; many are one finding. */
function eachOrAll(
	troubles: readonly Trouble[],
	of: { kind: FindingKind; id: string; status: Health; page: (ids: readonly string[]) => string },
	one: (id: string) => string,
	many: (ids: string) => string,
): Finding[] {
	const { kind, status, page } = of;
	if (troubles.length > EACH) {
		const ids = idsOf(troubles);
		return [{ id: of.id, kind, status, text: many(list(ids)), ...detailsOf(troubles), page: page(ids) }];
	}
	return troubles.map((trouble) => ({
		id: `${of.id}/${trouble.id}`,
		kind,
		status,
		text: one(trouble.id),
		...detailsOf([trouble]),
		page: page([trouble.id]),
	}));
}

/** The health that follows from workers and checks if the colony reports none. */
export function partsFindings({ workers, checks }: Parts, { bridge, capabilities }: Pick<Link, "bridge" | "capabilities">): Finding[] {
	const found: Finding[] = [];
	const { total, failed, unhealthy, degraded } = workers;
	const bad = failed.length + unhealthy.length;
	const ofWorkers = (word: "failed" | "unhealthy", troubles: readonly Trouble[], filter: string) => {
		const ids = idsOf(troubles);
		if (ids.length === 0) return;
		found.push({
			id: `workers-${word}/${bridge}`,
			kind: "worker",
			status: bad === total ? "unhealthy" : "degraded",
			text: `${count(ids.length)} of ${count(total)} workers ${word} (${list(ids)})`,
			...detailsOf(troubles),
			page: pageOf("workers", ids),
			...(ids.length > 1 && { params: { filter } }),
			...(capabilities.includes("restart") && {
				restart: { workers: inOrder(ids).slice(0, MOST_RESTARTS), more: Math.max(0, ids.length - MOST_RESTARTS) },
			}),
		});
	};
	ofWorkers("failed", failed, "status=failed");
	ofWorkers("unhealthy", unhealthy, "health=unhealthy");
	if (bad === 0 && total > 0 && workers.able === 0) {
		const text = `none of ${count(total)} workers can take work`;
		found.push({ id: `workers-unable/${bridge}`, kind: "worker", status: "unhealthy", text, since: workers.unable, page: "/workers" });
	}
	if (degraded.length > 0) {
		const text = `${names("worker", "workers", idsOf(degraded))} degraded`;
		const page = pageOf("workers", idsOf(degraded));
		found.push({ id: `workers-degraded/${bridge}`, kind: "worker", status: "degraded", text, ...detailsOf(degraded), page });
	}
	const of = (status: Health, id: string) => ({ kind: "check", id: `${id}/${bridge}`, status, page: () => "/#checks" }) as const;
	found.push(
		...eachOrAll(
			checks.failed,
			of("unhealthy", "checks-failed"),
			(id) => `check ${id} failed`,
			(ids) => `checks ${ids} failed`,
		),
		...eachOrAll(
			checks.warning,
			of("degraded", "checks-warning"),
			(id) => `check ${id}: warning`,
			(ids) => `checks ${ids}: warning`,
		),
	);
	return found;
}

/** @param lags of streams, seconds: averages of the last minutes, oldest first */
export function streamFindings({ streams }: Parts, bridge: string, lags: ReadonlyMap<string, readonly number[]>): Finding[] {
	const { failed, held } = streams;
	const page = (ids: readonly string[]) => pageOf("streaming", ids);
	const status: Health = failed.length > 1 && failed.length === streams.total ? "unhealthy" : "degraded";
	const found: Finding[] = eachOrAll(
		failed,
		{ kind: "stream", id: `streams-failed/${bridge}`, status, page },
		(id) => `stream ${id} failed`,
		(ids) => `streams ${ids} failed`,
	);
	const bad = streams.failing.filter(({ inARow }) => inARow >= CHECKPOINTS.degraded).sort((a, b) => b.inARow - a.inARow);
	const [worst] = bad;
	if (worst) {
		const text =
			bad.length === 1
				? `the last ${worst.inARow} checkpoints of stream ${worst.id} failed`
				: `checkpoints of streams ${list(idsOf(bad))} fail, up to ${worst.inARow} in a row`;
		const status = worst.inARow >= CHECKPOINTS.unhealthy ? "unhealthy" : "degraded";
		found.push({ id: `checkpoints/${bridge}`, kind: "checkpoint", status, text, ...detailsOf(bad), page: page(idsOf(bad)) });
	}
	const late = streams.ids.flatMap((id) => {
		const growth = growing(lags.get(id) ?? []);
		return growth ? [{ id, ...growth }] : [];
	});
	const farthest = late.reduce<(typeof late)[number] | undefined>((most, one) => (!most || one.now > most.now ? one : most), undefined);
	if (farthest) {
		const many = late.length > 1 ? `, and ${count(late.length - 1)} more lag` : "";
		const text = `stream ${farthest.id} lags ${words(farthest.now * 1000)}, growing ${words(1000 * farthest.perMinute)} per minute${many}`;
		const status = farthest.now >= LAG.unhealthy ? "unhealthy" : "degraded";
		found.push({ id: `lag/${bridge}`, kind: "lag", status, text, page: page(idsOf(late)) });
	}
	for (const { id, most, by } of held.slice(0, EACH)) {
		const waiting = by && [...by.waiting, ...(by.more > 0 ? [`${by.more} more`] : [])];
		const text = by
			? `stream ${id}: ${by.operator} is ${percent(by.share)} busy and holds back ${and(waiting ?? [])}`
			: `stream ${id} is back-pressured: ${most.operator} waits ${percent(most.share)} of its time for the operators after it`;
		found.push({ id: `pressure/${id}`, kind: "pressure", status: "degraded", text, page: page([id]) });
	}
	if (held.length > EACH) {
		const text = `${count(held.length - EACH)} more streams are back-pressured`;
		found.push({ id: `pressure/${bridge}/more`, kind: "pressure", status: "degraded", text, page: "/streaming" });
	}
	return found;
}

const and = (parts: readonly string[]): string =>
	parts.length > 1 ? `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}` : parts.join("");

/** Over the last three minutes it grew from each to the next: the newest, and by how much a minute, seconds. */
function growing(lags: readonly number[]): { now: number; perMinute: number } | undefined {
	const [before, between, now] = lags.slice(-3);
	if (before === undefined || between === undefined || now === undefined) return undefined;
	const grows = now >= LAG.least && between - before >= LAG.growth && now - between >= LAG.growth;
	return grows ? { now, perMinute: (now - before) / 2 } : undefined;
}

/** Findings on tasks as of the newest entry: what has not been reported since is judged as it was. */
export function taskFindings({ taskStats, at }: ClusterState): Finding[] {
	let [ended, failed] = [0, 0];
	let worst: { name: string; failed: number; share: number } | undefined;
	for (const kind of taskStats.values()) {
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
	const params = { status: "failed", ...(worst && { name: worst.name }) };
	return [{ id: "tasks-fail", kind: "task", status: share >= TASKS.unhealthy ? "unhealthy" : "degraded", text, page: "/tasks", params }];
}

/** With this share of the series that may be active, new ones are soon left out. */
const CROWDED = 0.8;

/** @param refused series past a limit that bridges report. */
export function seriesFindings({ active, limits }: ClusterView["series"], refused: { now: number; all: number }): Finding[] {
	const page = "/metrics";
	const found: Finding[] = [];
	if (active >= CROWDED * limits.active) {
		const text = `${count(active)} of ${count(limits.active)} active series allowed: at the limit new series are left out (activeSeries)`;
		found.push({ id: "series", kind: "left-out", status: "healthy", text, page });
	}
	const { now, all } = refused;
	if (all > 0) {
		const [is, are] = now > 0 ? ["is", "are"] : ["was", "were"];
		const text = `${counted(all, "series", "series")} past the limits ${all === 1 ? is : are} left out: report fewer, or raise the limit`;
		found.push({ id: "series-refused", kind: "left-out", status: now > 0 ? "degraded" : "healthy", text, page });
	}
	return found;
}

export function memoryFindings(memory: ClusterView["memory"]): Finding[] {
	if (!memory?.refusing) return [];
	const text = `${memory.used} of ${memory.limit} MB of memory used: new series are left out; report fewer series, or raise memoryMb`;
	return [{ id: "memory", kind: "left-out", status: "degraded", text, page: "/metrics" }];
}

/** Findings on targets whose bridge has no check for each. */
export function targetFindings(facts: Pick<Facts, "state" | "history">): Finding[] {
	const { total = 0, down = [] } = targets(facts) ?? {};
	const unsaid = down.filter((instance) => facts.state.checks.get(`scrape ${instance}`) === undefined);
	if (unsaid.length === 0) return [];
	const text = `${count(unsaid.length)} of ${count(total)} targets down (${list(unsaid)})`;
	return [{ id: "targets", kind: "target", status: down.length === total ? "unhealthy" : "degraded", text, page: "/metrics#targets" }];
}

/** Findings on an active bridge. @param at the newest entry's instant, ms */
export function linkFindings(link: Link, at: number): Finding[] {
	const found: Finding[] = [];
	const age = behind(link);
	const { bridge, gaps, lastGapAt, sampledAt, skewMs } = link;
	if (age !== undefined) {
		const text = `bridge ${bridge} is catching up: its data is ${words(age)} old`;
		found.push({
			id: `behind/${bridge}`,
			kind: "bridge",
			status: "degraded",
			text,
			...defined({ since: sampledAt }),
			page: "/",
		});
	}
	if (lastGapAt !== undefined && at - lastGapAt < GAP_KNOWN_MS) {
		const text = `bridge ${bridge} lost ${counted(gaps.samples, "sample")} and ${counted(gaps.events, "event")} in ${counted(gaps.count, "gap")}`;
		const status = at - lastGapAt < GAP_NEWS_MS ? "degraded" : "healthy";
		found.push({ id: `gap/${bridge}`, kind: "bridge", status, text, since: lastGapAt, page: "/#events" });
	}
	const missing = (link.leftOut ?? []).filter((left) => left.at === undefined || at - left.at < GAP_NEWS_MS).sort(byWeight);
	const [most] = missing;
	if (most) {
		const what = most.count === 1 ? "1 entry" : `${count(most.count)} entries`;
		const more = missing.length > 1 ? `, and at ${missing.length - 1} more` : "";
		const text = `bridge ${bridge} left out ${what} at ${brief(most.field)}${more}`;
		const message = brief(most.reason, MESSAGE);
		found.push({ id: `left-out/${bridge}`, kind: "left-out", status: "degraded", text, message, page: "/#left-out" });
	}
	if (skewMs !== undefined && Math.abs(skewMs) > SKEWED_MS) {
		const text = `the clock of bridge ${bridge} is ${words(Math.abs(skewMs))} ${skewMs > 0 ? "ahead" : "behind"}: its timestamps are corrected`;
		found.push({ id: `clock/${bridge}`, kind: "bridge", status: "healthy", text, page: "/" });
	}
	return found;
}

/** Findings on bridges that are stale while others push: which, and how much of the state is unknown. */
export function silentFindings({ state, hearing }: Pick<Facts, "state" | "hearing">): Finding[] {
	const bridges = [...hearing.silent.keys()];
	if (bridges.length === 0) return [];
	const owned = (table: { ownedBy(bridge: string): number }) => bridges.reduce((sum, bridge) => sum + table.ownedBy(bridge), 0);
	const lost = (["workers", "streams", "checks"] as const).flatMap((table) => {
		const number = owned(state[table]);
		return number === 0 ? [] : `${count(number)} ${number === 1 ? table.slice(0, -1) : table}`;
	});
	const text = `${names("bridge", "bridges", bridges)} silent${lost.length > 0 ? `: ${lost.join(", ")} not heard` : ""}`;
	const where = owned(state.workers) > 0 ? { page: "/workers", params: { filter: `status=${NOT_HEARD}` } } : { page: "/" };
	const since = Math.min(...hearing.silent.values());
	return [{ id: "bridges-silent", kind: "bridge", status: "degraded", text, since, ...where }];
}

const counted = (things: number, one: string, several = `${one}s`): string => `${count(things)} ${things === 1 ? one : several}`;

function names(one: string, several: string, ids: readonly string[]): string {
	return ids.length === 1 ? `${one} ${list(ids)} is` : `${several} ${list(ids)} are`;
}

/** Three by name and how many more. */
function list(ids: readonly string[]): string {
	const listed = inOrder(ids).slice(0, 3);
	return ids.length > listed.length ? `${listed.join(", ")} and ${count(ids.length - listed.length)} more` : listed.join(", ");
}

function inOrder(ids: readonly string[]): string[] {
	const keyed = ids.map((id) => ({ id, key: naturalKey(id) }));
	return keyed.sort((a, b) => compareText(a.key, b.key)).map(({ id }) => id);
}
