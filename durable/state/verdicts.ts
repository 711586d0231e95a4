/** How the cluster was judged over time: its changes of status, and since when each finding holds. */

import type { StatusChange } from "../../colony-bridge/protocol/query/rows.ts";
import type { ClusterStatus } from "../../colony-bridge/protocol/query/status.ts";
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
