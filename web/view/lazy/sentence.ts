import type { ClusterView } from "../../../colony-bridge/protocol/query/view.ts";

/** `production degraded since 14:02: 3 of 8 workers failed`. @param clock an instant, ms, as a time of day */
export function inOneSentence(
	{ cluster, colony = cluster, status, since, findings = [], reason }: ClusterView,
	clock: (at: number) => string,
): string {
	const worst = findings.find((finding) => finding.status !== "healthy")?.text ?? reason;
	return `${colony} ${status}${since === undefined ? "" : ` since ${clock(since)}`}${worst === undefined ? "" : `: ${worst}`}`;
}
