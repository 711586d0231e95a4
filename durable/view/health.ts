/** The health of the cluster and its reasons: the worst of all bridges' reports and of the rules in `health-rules.ts`. */

import type { ClusterStatus, ClusterView, Finding } from "../../colony-bridge/protocol/query/view.ts";
import { MISSED_INTERVALS } from "../../colony-bridge/protocol/wire/liveness.ts";
import type { Health } from "../../colony-bridge/protocol/wire/state.ts";
import type { Link } from "../state/link.ts";
import { wholly } from "../work/work.ts";
import type { Facts } from "./facts.ts";
import { linkFindings, type Parts, partsByBridge, partsFindings, silentFindings, streamFindings, taskFindings } from "./health-rules.ts";

type Judgement = Pick<ClusterView, "status" | "reason" | "silentSince" | "findings" | "moreFindings">;

const SEVERITY: readonly Health[] = ["healthy", "degraded", "unhealthy"];
const severity = (status: Health): number => SEVERITY.indexOf(status);

/** Reasons told in words: with many bridges there are as many. */
const MOST_FINDINGS = 5;
/** The last minutes of every stream's lag, a column each; the newest is under way. */
const LAGS = { kind: "metrics", selectors: ["stream_lag_seconds"], range: "5m", points: 5, fold: "each", aggregation: "avg" } as const;

export function judge(facts: Facts, now: number): Judgement {
	const { state, hearing } = facts;
	const fault = facts.fault?.();
	// The dashboard's own fault is not the colony's silence.
	if (fault !== undefined) {
		const text = `the dashboard takes nothing in: ${fault}`;
		return { status: "unhealthy", reason: text, findings: [{ status: "unhealthy", text, page: "/" }] };
	}
	const reporting = [...state.links.values()].filter((link) => link.reporting);
	if (reporting.length === 0) {
		const stopped = state.gone.size > 0 && state.links.size === 0;
		return {
			status: "unknown",
			reason: stopped ? "the colony's bridges have stopped: nothing runs here now" : "no colony has reported yet",
		};
	}
	const speaking = reporting.filter(({ bridge }) => !hearing.silent.has(bridge));
	if (speaking.length === 0) {
		const since = Math.max(...hearing.silent.values());
		return {
			status: "silent",
			reason: `no data has come for ${MISSED_INTERVALS} intervals: what is told is as of then`,
			silentSince: since,
		};
	}
	const parts = partsByBridge(state);
	const lags = state.streams.size > 0 ? lagsByStream(facts, now) : new Map<string, number[]>();
	const heard = [...speaking.flatMap((link) => findingsOf(link, parts.get(link.bridge), lags, state.at)), ...taskFindings(state)];
	// Silence comes first, since it may hide anything. Then the worst, then the order of the rules.
	const found = [...silentFindings(facts), ...heard.sort((a, b) => severity(b.status) - severity(a.status))];
	const known = found.length > 0 || speaking.some((link) => link.health !== undefined || parts.has(link.bridge));
	const worst = found.reduce<Health>((most, { status }) => worse(most, status), "healthy");
	const status: ClusterStatus = known ? worst : "unknown";
	if (found.length === 0) return { status };
	const findings = found.slice(0, MOST_FINDINGS);
	const more = found.length - findings.length;
	const told = findings.map(({ text }) => text).join("; ");
	return { status, reason: more > 0 ? `${told}; and ${more} more like these` : told, findings, ...(more > 0 && { moreFindings: more }) };
}

function findingsOf(link: Link, parts: Parts | undefined, lags: ReadonlyMap<string, readonly number[]>, at: number): Finding[] {
	const derived = parts ? partsFindings(parts) : [];
	const own = link.health;
	const found = own === undefined || own.status === "healthy" ? derived : ownFindings(own, derived);
	return [...found, ...(parts ? streamFindings(parts, lags) : []), ...linkFindings(link, at)];
}

/** The colony's own words, which know what the parts are about; the parts know where it can be seen, and may be worse. */
function ownFindings({ status, reason }: NonNullable<Link["health"]>, derived: readonly Finding[]): Finding[] {
	const [worst] = [...derived].sort((a, b) => severity(b.status) - severity(a.status));
	if (reason === undefined && worst)
		return derived.map((finding, i) => (i === 0 ? { ...finding, status: worse(finding.status, status) } : finding));
	const text = reason ?? `the colony says that it is ${status}`;
	return [{ status: worse(status, worst?.status ?? status), text, page: worst?.page ?? "/" }];
}

const worse = (a: Health, b: Health): Health => (severity(a) > severity(b) ? a : b);

function lagsByStream({ history }: Pick<Facts, "history">, now: number): Map<string, number[]> {
	// A line a stream, as many as an answer holds: little enough for one go.
	const { series, start, step, length } = wholly(history.metrics({ ...LAGS, selectors: [...LAGS.selectors] }, now));
	// What is under way may be made of one sample.
	const over = start + (length - 1) * step > now ? length - 1 : length;
	return new Map(
		series.map(({ labels, values }) => [labels?.stream ?? "", values.slice(0, over).filter((value): value is number => value !== null)]),
	);
}
