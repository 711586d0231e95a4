/** Polls the queries over HTTP while the page is visible. */
import type { Query } from "../../colony-bridge/protocol/query/query.ts";
import type { Snapshot } from "../../colony-bridge/protocol/query/view.ts";

export interface PollingEvents {
	snapshot(snapshot: Snapshot): void;
	failed(reason: string): void;
	/** The server rejects the queries, so it has another version. */
	outdated(): void;
}

export interface Polling {
	/** Replaces the queries. */
	watch(queries: Query[]): void;
	stop(): void;
}

/** Polls at once, then `intervalMs` after each answer. */
export function poll(url: string, first: Query[], intervalMs: number, on: PollingEvents): Polling {
	let queries = first;
	const stop = new AbortController();
	let timer: ReturnType<typeof setTimeout> | undefined;
	let busy = false;

	const ask = async () => {
		clearTimeout(timer);
		if (busy || stop.signal.aborted || document.hidden) return;
		busy = true;
		const sent = queries;
		try {
			const address = `${url}?partial=true&queries=${encodeURIComponent(JSON.stringify(sent))}`;
			const response = await fetch(address, { headers: { accept: "application/json" }, cache: "no-store", signal: stop.signal });
			if (response.status === 400 || response.status === 404) on.outdated();
			if (!response.ok) throw new Error(`the server answered ${response.status}`);
			const snapshot = (await response.json()) as Snapshot;
			if (!stop.signal.aborted && sent === queries) on.snapshot(snapshot);
		} catch (error) {
			if (!stop.signal.aborted) on.failed(error instanceof Error ? error.message : String(error));
		}
		busy = false;
		if (!stop.signal.aborted) timer = setTimeout(ask, sent === queries ? intervalMs : 0);
	};
	document.addEventListener("visibilitychange", ask, { signal: stop.signal });
	void ask();
	return {
		watch(next) {
			queries = next;
			void ask();
		},
		stop() {
			stop.abort();
			clearTimeout(timer);
		},
	};
}
