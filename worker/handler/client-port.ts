/** The cluster as one client may ask it: within the bounds on work. */

import type { AuditPage, AuditQuery } from "../../colony-bridge/protocol/http/audit.ts";
import type { PageView } from "../../colony-bridge/protocol/pages/page-view.ts";
import type { PageData } from "../../colony-bridge/protocol/pages/plan.ts";
import type { Query } from "../../colony-bridge/protocol/query/query.ts";
import type { Snapshot } from "../../colony-bridge/protocol/query/view.ts";
import type { Refusal } from "../../colony-bridge/protocol/wire/problem.ts";
import type { ClusterPort, Exported, Streamed } from "../../durable/port.ts";
import { ProblemError } from "../http/problem.ts";

type ExportAsk = Parameters<ClusterPort["exported"]>[0];
type StreamAsk = Parameters<ClusterPort["taskStream"]>[0];

/** All of these throw a ProblemError that says which bound it was. */
export interface ClientPort extends Omit<ClusterPort, "view" | "page" | "exported" | "taskStream" | "audited"> {
	/** @param partial what takes too much work says so in place of its answer */
	view(queries: Query[], partial?: boolean): Promise<Snapshot>;
	page(name: string, view: PageView): Promise<PageData>;
	exported(ask: ExportAsk): Promise<Exported>;
	taskStream(ask: StreamAsk): Promise<Streamed>;
	audited(query: AuditQuery): Promise<AuditPage>;
}

/** @param client its network */
export function clientPort(port: ClusterPort, client: string): ClientPort {
	const asking = { client };
	return {
		...port,
		view: async (queries, partial = false) => granted(await port.view(queries, { client, partial })),
		page: async (name, view) => granted(await port.page(name, view, asking)),
		exported: async (ask) => granted(await port.exported(ask, asking)),
		taskStream: async (ask) => granted(await port.taskStream(ask, asking)),
		audited: async (query) => granted(await port.audited(query, asking)),
	};
}

function granted<Answer extends object>(answer: Answer | Refusal): Answer {
	if (!isRefusal(answer)) return answer;
	const { kind, detail, retryAfter } = answer;
	throw new ProblemError(kind, detail, retryAfter === undefined ? {} : { "Retry-After": String(retryAfter) });
}

const isRefusal = (answer: object): answer is Refusal => "type" in answer && answer.type === "refused";
