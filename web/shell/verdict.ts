/** The cluster's state in one word and one sentence, as the reader may trust it now. */
import type { ClusterView, Finding } from "../../colony-bridge/protocol/view.ts";
import { CLUSTER, type Look } from "../elements/states.ts";
import { counted } from "../format/number.ts";
import type { Page } from "../page-context.tsx";

export interface Verdict {
	look: Look;
	reason: string;
	/** The same one by one, each leading to its place. None: the reason is no finding. */
	findings: readonly Finding[];
	/** Findings there are besides. */
	more: number;
}

export function verdict(page: Page): Verdict {
	const view = page.latest();
	if (page.silentSince() !== undefined) {
		return { look: CLUSTER.silent, reason: "The colony does not speak. What stands here is the last it said.", findings: [], more: 0 };
	}
	// The cluster may not have heard yet that its colony speaks again; we have.
	const status = view.status === "silent" ? "unknown" : view.status;
	const { findings = [], moreFindings: more = 0 } = view;
	return { look: CLUSTER[status], reason: begun(view.reason ?? inWords(view, status)), findings, more };
}

/** As a sentence begins. */
export const begun = (text: string): string => (text[0] ?? "").toUpperCase() + text.slice(1);

/** What the counts say, where the cluster gave no reason. */
function inWords(view: ClusterView, status: ClusterView["status"]): string {
	if (status === "unknown") return view.position === 0 ? "No colony has connected yet." : "The colony has not said how it is.";
	const parts: string[] = [];
	const { workers, checks, streams } = view;
	if (workers.total > 0) {
		parts.push(
			workers.ready === workers.total
				? workers.total === 1
					? "the one worker is ready"
					: `all ${counted(workers.total, "worker")} are ready`
				: `${workers.ready} of ${counted(workers.total, "worker")} ready`,
		);
	}
	if (streams.total > 0) parts.push(`${streams.running} of ${counted(streams.total, "stream")} running`);
	if (checks.total > 0) parts.push(`${checks.ok} of ${counted(checks.total, "check")} ok`);
	const text = parts.join(", ");
	return text ? `${text}.` : "The colony lists no workers, streams or checks.";
}
