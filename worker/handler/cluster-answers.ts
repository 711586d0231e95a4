import type { Query } from "../../colony-bridge/protocol/query/query.ts";
import type { RowCursor } from "../../colony-bridge/protocol/query/row-cursor.ts";
import type { AnswerOf } from "../../colony-bridge/protocol/query/view.ts";
import { ProblemError } from "../http/problem.ts";
import { type RequestContext, requireCluster } from "./context.ts";

type AnswersTo<Queries extends readonly Query[]> = { [Index in keyof Queries]: AnswerOf<Queries[Index]["kind"]> };

/** One call into the cluster. @throws ProblemError where there is no such cluster. */
export async function clusterAnswers<const Queries extends readonly Query[]>(
	context: RequestContext,
	queries: Queries,
): Promise<AnswersTo<Queries>> {
	return (await clusterPage(context, queries)).answers;
}

/** A page of a list, and the log that its rows' numbers are of. @throws ProblemError where the cursor is of another log. */
export async function clusterPage<const Queries extends readonly Query[]>(
	context: RequestContext,
	queries: Queries,
	cursor?: RowCursor,
): Promise<{ answers: AnswersTo<Queries>; log: number }> {
	const { answers, log, position } = await context.cluster.port.view([...queries]);
	requireCluster(context.cluster, position);
	if (cursor !== undefined && cursor.log !== log) {
		throw new ProblemError("conflict", "the cursor is of data that is gone: the cluster has begun anew since; read from the first page");
	}
	return { answers: answers as unknown as AnswersTo<Queries>, log };
}
