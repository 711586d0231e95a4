/** The cluster as one client may ask it: within the bounds on work. */
import type { Refusal } from "../../colony-bridge/protocol/wire/problem.ts";
import type { BoundedReads, ClusterPort } from "../../durable/port.ts";
import { ProblemError } from "../http/problem.ts";

/** Reads throw a ProblemError that says which bound was exceeded. */
export type ClientPort = Omit<ClusterPort, "reads"> & BoundedReads<never>;

/** @param client its network */
export function clientPort({ reads, ...port }: ClusterPort, client: string): ClientPort {
	const bounded = Object.entries<(...given: never[]) => Promise<object>>(reads(client)).map(([name, read]) => [
		name,
		async (...given: never[]) => granted(await read(...given)),
	]);
	return { ...port, ...(Object.fromEntries(bounded) as BoundedReads<never>) };
}

function granted<Answer extends object>(answer: Answer | Refusal): Answer {
	if (!isRefusal(answer)) return answer;
	const { kind, detail, retryAfter } = answer;
	throw new ProblemError(kind, detail, retryAfter === undefined ? {} : { "Retry-After": String(retryAfter) });
}

const isRefusal = (answer: object): answer is Refusal => "type" in answer && answer.type === "refused";
