/** The cluster's status in a word and a sentence, given the state of the connection. */
import type { ClusterView, Finding } from "../../colony-bridge/protocol/query/view.ts";
import { CLUSTER, type StatusMark, type Tone } from "../components/status.ts";
import { counted } from "../format/number.ts";
import { capitalized } from "../format/text.ts";
import { begin } from "../format/time.ts";
import type { Page } from "../page/context.tsx";

export interface Verdict {
	mark: StatusMark;
	reason: string;
	/** Instant of the last change, ms; absent if unknown. */
	since?: number | undefined;
	/** Findings that lower the status, and `all` of them with notes. If empty, the reason is no finding. */
	findings: readonly Finding[];
	all: readonly Finding[];
	/** Number of further findings. */
	more: number;
}

/** Grace period of a lost connection, ms: most recover soon. */
const GRACE_MS = 5000;
const DISCONNECTED: StatusMark = { shape: "mute", tone: "off", word: "Not connected" };

export function verdict(page: Page): Verdict {
	const view = page.data.latest();
	if (page.display.link().state === "reconnecting" && page.time.clock.now() - page.data.receivedAt() > GRACE_MS) {
		return { mark: DISCONNECTED, reason: "No connection to the dashboard. Showing the last values.", all: [], findings: [], more: 0 };
	}
	const since = page.data.staleSince();
	if (since !== undefined) {
		const reason = `No data from the colony. Showing the last values, from ${begin(since, page.time.clock.now(), page.time.inUtc())}.`;
		return { mark: CLUSTER.silent, reason, since, all: [], findings: [], more: 0 };
	}
	// The page knows before the cluster's next answer that the colony reports again.
	const status = view.status === "silent" ? "unknown" : view.status;
	const { findings: all = [], moreFindings: more = 0, since: began } = view;
	const findings = all.filter((finding) => finding.status !== "healthy");
	return { mark: CLUSTER[status], reason: capitalized(view.reason ?? inWords(view, status)), since: began, all, findings, more };
}

export interface Trouble {
	tone: Tone;
	/** Number of findings; 0: the cluster or the connection is silent, and nobody knows. */
	count: number;
	/** Precedes the title of the page. */
	title: string;
}

/** For where there is room for a number or a word: a tab in the background, an icon. */
export function troubleOf({ mark, findings, more }: Verdict): Trouble | undefined {
	if (mark === CLUSTER.healthy || mark === CLUSTER.unknown) return undefined;
	const count = findings.length + more;
	return { tone: mark.tone, count, title: count > 0 ? `(${count}) ` : `${mark.word} · ` };
}

/** A sentence from the counts, when the cluster gives no reason. */
function inWords(view: ClusterView, status: ClusterView["status"]): string {
	if (status === "unknown") return view.position === 0 ? "No colony has connected yet." : "The colony is connected and lists nothing yet.";
	const parts: string[] = [];
	const { workers, checks, streams, targets } = view;
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
	if (targets) parts.push(`${targets.up} of ${counted(targets.total, "target")} up`);
	if (checks.total > 0) parts.push(`${checks.ok} of ${counted(checks.total, "check")} ok`);
	const text = parts.join(", ");
	return text ? `${text}.` : "The colony lists no workers, streams or checks.";
}
