/** The health of the cluster and its reasons: the worst of all bridges' reports and of the rules in `health-rules.ts`. */

import type { MarkRow } from "../../colony-bridge/protocol/query/rows.ts";
import type { ClusterStatus } from "../../colony-bridge/protocol/query/status.ts";
import type { ClusterView, Finding } from "../../colony-bridge/protocol/query/view.ts";
import { defined } from "../../colony-bridge/protocol/values/objects.ts";
import { MISSED_INTERVALS } from "../../colony-bridge/protocol/wire/liveness.ts";
import type { Health } from "../../colony-bridge/protocol/wire/state.ts";
import type { ClusterState } from "../state/cluster-state.ts";
import type { Link } from "../state/link.ts";
import { newestOf } from "../state/recent-events.ts";
import { wholly } from "../work/work.ts";
import { type Facts, refusedSeries } from "./facts.ts";
import { type Parts, partsByBridge } from "./health-parts.ts";
import {
	linkFindings,
	memoryFindings,
	partsFindings,
	seriesFindings,
	silentFindings,
	streamFindings,
	targetFindings,
	taskFindings,
} from "./health-rules.ts";
import { targets } from "./reported.ts";

type Judgement = Pick<ClusterView, "status" | "since" | "reason" | "silentSince" | "findings" | "moreFindings">;

/** A cluster's status and findings at an instant, worst first. */
interface Assessment extends Pick<Judgement, "status" | "reason" | "silentSince"> {
	found: readonly Finding[];
}

const SEVERITY: readonly Health[] = ["healthy", "degraded", "unhealthy"];
const severity = (status: Health): number => SEVERITY.indexOf(status);

/** Reasons listed: with many bridges there are as many. */
const MOST_FINDINGS = 8;
/** The last minutes of every stream's lag, a column each; the newest is under way. */
const LAGS = { kind: "metrics", selectors: ["stream_lag_seconds"], range: "5m", points: 5, fold: "each", aggregation: "avg" } as const;

/** The verdict as reported, with the time since which it holds. */
export function judge(facts: Facts, now: number): Judgement {
	const { found, ...judged } = assess(facts, now);
	const { verdicts } = facts.state;
	const [last] = verdicts.changes;
	const since = judged.silentSince ?? (last?.status === judged.status ? last.at : undefined);
	const judgement = { ...judged, ...defined({ since }) };
	const before = since === undefined || judged.status === "healthy" ? [] : changesBefore(facts.state, since);
	if (found.length + before.length === 0) return judgement;
	const findings = found.slice(0, MOST_FINDINGS).map((finding) => {
		const began = finding.since ?? verdicts.since(finding.id);
		return began === undefined ? finding : { ...finding, since: began };
	});
	const more = found.length - findings.length;
	return { ...judgement, findings: [...findings, ...before], ...(more > 0 && { moreFindings: more }) };
}

/** Kinds of events that change a colony, rather than tell what became of it. */
const CHANGES: ReadonlySet<string> = new Set(["command", "config", "deploy", "maintenance", "restart", "scale", "start"]);
/** A change so long before trouble may have caused it, ms. */
const CAUSE_MS = 15 * 60_000;
const MOST_CHANGES = 3;

/** Changes shortly before the cluster came to its status, newest first, each with the way to the page as of then. */
function changesBefore({ recentEvents, annotations, began }: ClusterState, since: number): Finding[] {
	const isCause = ({ at, kind }: Pick<MarkRow, "at" | "kind">) =>
		at <= since && at > since - CAUSE_MS && CHANGES.has(kind) && (kind !== "start" || at > began);
	const reported = [...newestOf([recentEvents.marks])].filter(isCause);
	return [...reported, ...annotations.all().filter(isCause)]
		.sort((a, b) => b.at - a.at)
		.slice(0, MOST_CHANGES)
		.map(({ at, id, text }) => ({
			id: `change/${id}`,
			kind: "change",
			status: "healthy",
			text: `just before: ${text}`,
			since: at,
			page: "/",
			params: { at: new Date(at).toISOString() },
		}));
}

export function assess(facts: Facts, now: number): Assessment {
	const { state, hearing } = facts;
	const fault = facts.fault?.();
	// The dashboard's own fault is not the colony's silence.
	if (fault !== undefined) {
		const text = `the dashboard accepts no data: ${fault}`;
		return { status: "unhealthy", reason: text, found: [{ id: "storage", kind: "storage", status: "unhealthy", text, page: "/" }] };
	}
	const reporting = [...state.links.values()].filter((link) => link.reporting);
	if (reporting.length === 0) {
		const stopped = state.forgotten.size > 0 && state.links.size === 0;
		const reason = stopped ? "all bridges of the colony have stopped" : "no colony has reported yet";
		return { status: "unknown", reason, found: [] };
	}
	const speaking = reporting.filter(({ bridge }) => !hearing.silent.has(bridge));
	if (speaking.length === 0) {
		const since = Math.max(...hearing.silent.values());
		const reason = `no data for ${MISSED_INTERVALS} intervals: the last values are shown`;
		return { status: "silent", reason, silentSince: since, found: [] };
	}
	const parts = partsByBridge(state);
	const lags = state.streams.size > 0 ? lagsByStream(facts, now) : new Map<string, number[]>();
	const reported = [
		...speaking.flatMap((link) => findingsOf(link, parts.get(link.bridge), lags, state.at)),
		...taskFindings(state),
		...targetFindings(facts),
		...seriesFindings(facts.history.counts(), refusedSeries(facts)),
		...memoryFindings(facts.memory?.()),
	];
	// Silence comes first, since it may hide anything. Then the worst, then the order of the rules.
	const found = [...silentFindings(facts), ...reported.sort((a, b) => severity(b.status) - severity(a.status))];
	const against = found.filter((finding) => finding.status !== "healthy");
	const judged = targets(facts) !== undefined || speaking.some((link) => link.health !== undefined || parts.has(link.bridge));
	const hasVerdict = against.length > 0 || judged;
	const worst = against.reduce<Health>((most, { status }) => worse(most, status), "healthy");
	const status: ClusterStatus = hasVerdict ? worst : "unknown";
	if (against.length === 0) return { status, found };
	const reasons = against.slice(0, MOST_FINDINGS).map(({ text }) => text);
	const more = against.length - reasons.length;
	return { status, reason: `${reasons.join("; ")}${more > 0 ? `; and ${more} more` : ""}`, found };
}

function findingsOf(link: Link, parts: Parts | undefined, lags: ReadonlyMap<string, readonly number[]>, at: number): Finding[] {
	const derived = parts ? partsFindings(parts, link) : [];
	const found = link.health === undefined || link.health.status === "healthy" ? derived : ownFindings(link, link.health, derived);
	return [...found, ...(parts ? streamFindings(parts, link.bridge, lags) : []), ...linkFindings(link, at)];
}

/** The colony's own words stand for the worst of what its parts tell, which may be worse, and know since when and where it can be seen. */
function ownFindings(
	{ bridge, healthSince }: Link,
	{ status, reason }: NonNullable<Link["health"]>,
	derived: readonly Finding[],
): Finding[] {
	const [worst, ...others] = [...derived].sort((a, b) => severity(b.status) - severity(a.status));
	if (worst) {
		const words = reason === undefined ? {} : { text: reason, message: [worst.text, worst.message].filter(Boolean).join(": ") };
		return [{ ...worst, ...words, status: worse(status, worst.status) }, ...others];
	}
	const text = reason ?? `the colony reports that it is ${status}`;
	return [{ id: `colony/${bridge}`, kind: "colony", status, text, ...defined({ since: healthSince }), page: "/" }];
}

const worse = (a: Health, b: Health): Health => (severity(a) > severity(b) ? a : b);

function lagsByStream({ history }: Pick<Facts, "history">, now: number): Map<string, number[]> {
	// A line a stream, as many as an answer holds: little enough for one go.
	const { series, start, step, length } = wholly(history.metrics({ ...LAGS, selectors: [...LAGS.selectors] }, now));
	// An unfinished step may hold a single sample.
	const over = start + (length - 1) * step > now ? length - 1 : length;
	return new Map(
		series.map(({ labels, values }) => [labels?.stream ?? "", values.slice(0, over).filter((value): value is number => value !== null)]),
	);
}
