/** The objects' calls, as the worker makes them. */
import { type Caller, callerOf } from "../../durable/calls/calls.ts";
import type { AccessObject, AccessObjectCalls } from "../../durable/objects/access-object.ts";
import type { ClusterObject, ClusterObjectCalls } from "../../durable/objects/cluster-object.ts";

export const cluster = (stub: DurableObjectStub<ClusterObject>): Caller<ClusterObjectCalls> => callerOf(stub);
export const access = (stub: DurableObjectStub<AccessObject>): Caller<AccessObjectCalls> => callerOf(stub);

/** @throws where the object refused to answer */
export function granted<Answer extends object>(answer: Answer): Exclude<Answer, { type: "refused" }> {
	if ("type" in answer && answer.type === "refused") throw new Error(`refused: ${JSON.stringify(answer)}`);
	return answer as Exclude<Answer, { type: "refused" }>;
}
