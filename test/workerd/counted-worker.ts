/** The deployed worker, whose database also counts the rows it writes: what Cloudflare bills. `GET /rows` tells, for the default cluster. */
import { ClusterObject as PlainClusterObject } from "../../durable/cluster-object.ts";

export { AccessObject } from "../../durable/access-object.ts";

import worker from "../../worker/index.ts";

// Whatever other objects the worker has.
export * from "../../worker/index.ts";

/** One object a process: nobody asks for a second cluster. */
let rows = 0;
let last: SqlStorageCursor<Record<string, SqlStorageValue>> | undefined;

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

	rowsWritten(): number {
		return settle();
	}
}

export default {
	async fetch(request: Request, env: Cloudflare.Env) {
		if (new URL(request.url).pathname !== "/rows") return worker.fetch(request as Parameters<typeof worker.fetch>[0], env as never);
		const object = env.CLUSTERS.getByName("default") as unknown as DurableObjectStub<ClusterObject>;
		return Response.json(await object.rowsWritten());
	},
};
