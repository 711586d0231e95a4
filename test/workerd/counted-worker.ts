/**
 * The deployed worker, which also counts what Cloudflare bills: rows that its database writes, and the time for which timers keep the object in
 * memory. `GET /counted` tells, for the default cluster.
 */
import { ClusterObject as PlainClusterObject } from "../../durable/objects/cluster-object.ts";

export { AccessObject } from "../../durable/objects/access-object.ts";

import worker from "../../worker/cloudflare/index.ts";
import type { Counted } from "../bench/history/counted.ts";

// Whatever other objects the worker has.
export * from "../../worker/cloudflare/index.ts";

/** One object a process: nobody asks for a second cluster. */
let rows = 0;
let last: SqlStorageCursor<Record<string, SqlStorageValue>> | undefined;

let timerMs = 0;
const setTimer = globalThis.setTimeout;
globalThis.setTimeout = ((work: () => void, ms = 0) => {
	timerMs += ms;
	return setTimer(work, ms);
}) as typeof setTimeout;

/** A cursor's count is whole once it was read to its end, which its caller has done when the next statement comes. */
function settle(): number {
	rows += last?.rowsWritten ?? 0;
	last = undefined;
	return rows;
}

export class ClusterObject extends PlainClusterObject {
	constructor(context: DurableObjectState, env: Cloudflare.Env) {
		const { sql } = context.storage;
		const exec = sql.exec.bind(sql);
		sql.exec = ((text: string, ...bindings: unknown[]) => {
			settle();
			last = exec(text, ...bindings);
			return last;
		}) as typeof sql.exec;
		super(context, env);
	}

	counted(): Counted {
		return { rows: settle(), timerMs };
	}
}

export default {
	async fetch(request: Request, env: Cloudflare.Env) {
		if (new URL(request.url).pathname !== "/counted") return worker.fetch(request as Parameters<typeof worker.fetch>[0], env as never);
		const object = env.CLUSTERS.getByName("default") as unknown as DurableObjectStub<ClusterObject>;
		return Response.json(await object.counted());
	},
};
