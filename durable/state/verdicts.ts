/** Verdicts on the cluster over time: its changes of status, and since when each finding holds. */
import type { StatusChange } from "../../colony-bridge/protocol/query/rows.ts";
import type { ClusterStatus } from "../../colony-bridge/protocol/query/status.ts";
import type { Finding } from "../../colony-bridge/protocol/query/view.ts";
import type { LoggedVerdict } from "../log/entry.ts";

/** Changes remembered: a day of one every five minutes. */
const MOST = 300;
/** Characters of a reason. */
const REASON = 200;

export interface StoredVerdicts {
	changes: StatusChange<ClusterStatus>[];
	began: [finding: string, at: number][];
}

export class Verdicts {
	#changes: StatusChange<ClusterStatus>[] = [];
	#began = new Map<string, number>();
	#version = 0;

	/** Rises with every change. Not part of the state. */
	get version(): number {
		return this.#version;
	}
	/** Newest first. */
	get changes(): readonly StatusChange<ClusterStatus>[] {
		return this.#changes;
	}
	/** Ids of the findings that hold. */
	get holding(): IterableIterator<string> {
		return this.#began.keys();
	}
	/** @returns since when the finding holds, ms; undefined: it did not when the cluster was judged last */
	since(finding: string): number | undefined {
		return this.#began.get(finding);
	}

	judged({ status, at, reason, holding }: LoggedVerdict): void {
		this.#change(status, at, reason);
		this.#began = new Map(holding.map((id) => [id, this.#began.get(id) ?? at]));
	}

	/** No bridge is heard since then, ms. */
	fellSilent(since: number): void {
		this.#change("silent", since, undefined);
	}

	store(): StoredVerdicts {
		return { changes: this.#changes, began: [...this.#began] };
	}
	restore({ changes, began }: StoredVerdicts): void {
		this.#changes = changes;
		this.#began = new Map(began);
	}

	#change(status: ClusterStatus, since: number, reason: string | undefined): void {
		const [last] = this.#changes;
		if (last?.status === status) return;
		const change = { at: Math.max(since, last?.at ?? 0), status, ...(reason && { message: reason.slice(0, REASON) }) };
		this.#changes = [change, ...this.#changes].slice(0, MOST);
		this.#version++;
	}
}

/** Judged at the first push of each such stretch, ms. */
const STRETCH_MS = 10_000;
/** Findings remembered. */
const MOST_FINDINGS = 50;

/**
 * The verdict that a push writes to the log beside its frames, as it does an alarm: a cluster that stays as it is costs no row. It depends on
 * the log alone, so that a restart changes nothing.
 *
 * @param at the instant of the push that is about to be written, ms
 * @param assess judges the state before it
 * @returns the verdict to log with it; undefined: nothing changed
 */
export function verdictDue(
	{ position, at: known, verdicts }: { position: number; at: number; verdicts: Verdicts },
	at: number,
	assess: () => Pick<LoggedVerdict, "status" | "reason"> & { found: readonly Finding[] },
): LoggedVerdict | undefined {
	const [last] = verdicts.changes;
	const judged = last !== undefined && last.status !== "silent";
	if (position === 0 || (judged && Math.floor(at / STRETCH_MS) === Math.floor(known / STRETCH_MS))) return undefined;
	const { status, reason, found } = assess();
	// Silence is written down where it begins, and before the first report there is nothing to judge.
	if (status === "silent" || (status === "unknown" && last === undefined)) return undefined;
	const holding = found.flatMap(({ id, since }) => (since === undefined ? id : [])).slice(0, MOST_FINDINGS);
	const before = new Set(verdicts.holding);
	if (status === last?.status && holding.length === before.size && holding.every((id) => before.has(id))) return undefined;
	return { at: known, status, ...(reason !== undefined && { reason }), holding };
}
