/** The cluster's state in one word and one sentence, as the reader may trust it now. */
import type { ClusterView } from "../../colony-bridge/protocol/view.ts";
import { CLUSTER, type Look } from "../elements/states.ts";
import { counted } from "../format/number.ts";
import type { Page } from "../page-context.tsx";

export interface Verdict {
	look: Look;
	reason: string;
}

export function verdict(page: Page): Verdict {
	const view = page.latest();
	if (page.silentSince() !== undefined) {
		return { look: CLUSTER.silent, reason: "The colony does not speak. What stands here is the last it said." };
	}
	// The cluster may not have heard yet that its colony speaks again; we have.
	const status = view.status === "silent" ? "unknown" : view.status;
	return { look: CLUSTER[status], reason: view.reason ?? inWords(view, status) };
}

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
	return text ? `${text[0]?.toUpperCase()}${text.slice(1)}.` : "The colony lists no workers, streams or checks.";
}
