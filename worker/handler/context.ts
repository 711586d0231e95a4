/** The cluster as one client may ask it: within the bounds on work. */

import * as v from "valibot";
import type { Actor } from "../../colony-bridge/protocol/http/access.ts";
import type { DashboardConfig } from "../../colony-bridge/protocol/http/config.ts";
import type { Query } from "../../colony-bridge/protocol/query/query.ts";
import type { RowCursor } from "../../colony-bridge/protocol/query/row-cursor.ts";
import type { AnswerOf } from "../../colony-bridge/protocol/query/view.ts";
import { ClusterName } from "../../colony-bridge/protocol/wire/names.ts";
import type { Refusal } from "../../colony-bridge/protocol/wire/problem.ts";
import type { AccessPort } from "../../durable/access/port.ts";
import type { BoundedReads, ClusterPort, Clusters } from "../../durable/port.ts";
import type { RecordAccess } from "../access/access-record.ts";
import type { BridgeArrivals } from "../access/bridge-arrivals.ts";
import { networkOf, type Peer } from "../access/client.ts";
import type { Admission, Gate } from "../access/gate.ts";
import type { ApiTokens } from "../access/tokens.ts";
import { ProblemError, UnknownCluster } from "../http/problem.ts";

/** Reads throw a ProblemError that names the exceeded bound. */
type ClientPort = Omit<ClusterPort, "reads"> & BoundedReads<never>;

/** @param client its network. @param signal of its request */
export function clientPort({ reads, ...port }: ClusterPort, client: string, signal?: AbortSignal): ClientPort {
	const bounded = Object.entries<(...given: never[]) => Promise<object>>(reads(client, signal)).map(([name, read]) => [
		name,
		async (...given: never[]) => granted(await read(...given)),
	]);
	return { ...port, ...(Object.fromEntries(bounded) as BoundedReads<never>) };
}

/** @throws ProblemError where it is a refusal. */
export function granted<Answer extends object>(answer: Answer): Exclude<Answer, Refusal> {
	if (!isRefusal(answer)) return answer as Exclude<Answer, Refusal>;
	const { kind, detail, retryAfter } = answer;
	throw new ProblemError(kind, detail, retryAfter === undefined ? {} : { "Retry-After": String(retryAfter) });
}

const isRefusal = (answer: object): answer is Refusal => "type" in answer && answer.type === "refused";

export interface AppOptions {
	clusters: Clusters;
	config: DashboardConfig;
	/** Token of remote bridges. Absent: no remote bridge can push. */
	bridgeToken?: string;
	/** Whose data the bare paths show. */
	defaultCluster: string;
	/** Prefix of every path in what is answered, such as `/hive`; the host has taken it off the requests. Absent: none. */
	root?: string;
	/** Store of tokens, sessions and secrets. */
	access: AccessPort;
	/** Signs sessions. Absent: the store keeps a key. */
	sessionKey?: string;
	/** It is read-only because nobody signs in: pages and refusals say how to change that. */
	lacksSignIn?: boolean;
}

/** The cluster a request is about. */
interface ClusterTarget {
	name: string;
	/** Path prefix of this cluster; that of the dashboard for the default one. */
	base: string;
	isDefault: boolean;
	port: ClientPort;
}

/** One request on its way through the app. */
export interface RequestContext {
	readonly app: AppOptions;
	readonly request: Request;
	readonly url: URL;
	/** Decoded parameters of the path. */
	readonly params: Readonly<Record<string, string>>;
	readonly cluster: ClusterTarget;
	/** The other end, as the host knows it. */
	readonly peer: Peer;
	/** Absent: nobody has to sign in. */
	readonly gate: Gate | undefined;
	readonly tokens: ApiTokens;
	readonly record: RecordAccess;
	readonly arrivals: BridgeArrivals;
	/** Who asks, and by what right: decided before the handler runs. */
	readonly actor: Actor;
	readonly admission: Admission;
	/** Headers the answer will have besides the handler's own. */
	readonly answer: Headers;
	/** For inline scripts and styles of this answer. */
	readonly nonce: string;
}

/** A request of which it is not yet decided whether it may reach its handler. */
export type UnguardedContext = Omit<RequestContext, "actor" | "admission">;

export type Handler = (context: RequestContext) => Response | Promise<Response>;

/** @param peer who asks. @param signal of the request. @throws ProblemError where the path names something no cluster can be called. */
export function targetOf(app: AppOptions, peer: Peer, name: string = app.defaultCluster, signal?: AbortSignal): ClusterTarget {
	const { success, issues } = v.safeParse(ClusterName, name);
	if (!success) throw new ProblemError("invalid", `"${name.slice(0, 100)}" is no cluster: ${issues[0].message}`);
	const isDefault = name === app.defaultCluster;
	return {
		name,
		base: (app.root ?? "") + (isDefault ? "" : `/clusters/${name}`),
		isDefault,
		port: clientPort(app.clusters.get(name), networkOf(peer.address ?? ""), signal),
	};
}

/** @throws ProblemError where no bridge has ever pushed to the cluster; the default one then shows an empty dashboard. */
export function requireCluster(target: ClusterTarget, position: number): void {
	if (position > 0 || target.isDefault) return;
	throw new UnknownCluster(
		"not-found",
		`there is no cluster "${target.name}": no bridge has ever pushed to it; check the name, or point a bridge at ${target.base}`,
	);
}

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
		throw new ProblemError("conflict", "the cursor belongs to deleted data: the cluster was created again since; read from the first page");
	}
	return { answers: answers as unknown as AnswersTo<Queries>, log };
}
