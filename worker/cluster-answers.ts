import type { Query } from "../colony-bridge/protocol/query.ts";
import type { AnswerOf } from "../colony-bridge/protocol/view.ts";
import { type RequestContext, requireCluster } from "./context.ts";

type AnswersTo<Queries extends readonly Query[]> = { [Index in keyof Queries]: AnswerOf<Queries[Index]["kind"]> };

/** One call into the cluster. @throws ProblemError where there is no such cluster. */
export async function clusterAnswers<const Queries extends readonly Query[]>(
	context: RequestContext,
	queries: Queries,
): Promise<AnswersTo<Queries>> {
	const snapshot = await context.cluster.port.view([...queries]);
	requireCluster(context.cluster, snapshot.position);
	return snapshot.answers as unknown as AnswersTo<Queries>;
}
