/** Queries of a worker's page. Apart from `plan.ts`, so that the browser loads it with that page only. */

import type { QueryInput, QueryKind } from "../query/query.ts";

const BEFORE_ID = "workers/";

/** A worker's page by its name, `workers/{id}`. No other page has a slash in its name. */
export const workerPage = (id: string): string => BEFORE_ID + id;

/** @returns the id, undefined where it is no worker's page. */
export const workerOf = (page: string): string | undefined => (page.startsWith(BEFORE_ID) ? page.slice(BEFORE_ID.length) : undefined);

/** Selectors of its numbers, as `worker-numbers.ts` chooses them. */
export interface WorkerNumbers {
	gauges: string[];
	rates: string[];
	restarts: string;
}

function queriesBy(worker: string, { gauges, rates, restarts }: WorkerNumbers) {
	const chart = (selectors: string[], more: object = {}) => ({
		kind: "metrics" as const,
		selectors,
		range: "15m",
		points: 120,
		fold: "together" as const,
		...more,
	});
	return {
		worker: { kind: "workers", worker },
		/** Itself and those before and after it, in the order the reader came by. */
		beside: { kind: "workers", around: worker, limit: 3 },
		gauges: chart(gauges),
		rates: chart(rates, { aggregation: "rate" }),
		restarts: chart([restarts], { aggregation: "increase", points: 40 }),
		tasks: { kind: "tasks", limit: 50, worker },
		ended: { kind: "ended", limit: 50, worker },
		errors: { kind: "errors", limit: 20, worker },
		logs: { kind: "logs", limit: 100, worker },
		marks: { kind: "marks", limit: 20, worker },
		commands: { kind: "commands", limit: 20 },
	} satisfies Record<string, QueryInput>;
}

type Own = ReturnType<typeof queriesBy>;
export type WorkerAnswer = keyof Own;
export type WorkerAnswerKind<N extends WorkerAnswer> = Own[N]["kind"] & QueryKind;

/** In the order of their answers, which stand after the shell's. */
export const workerQueries = (id: string, numbers: WorkerNumbers): QueryInput[] => Object.values(queriesBy(id, numbers));

/** Index of an answer among the page's own. */
export const workerAnswer = (name: WorkerAnswer): number =>
	Object.keys(queriesBy("", { gauges: [], rates: [], restarts: "" })).indexOf(name);
