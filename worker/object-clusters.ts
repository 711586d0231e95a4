/** The clusters as Durable Objects: a name, an object. */
import type { AuditPage } from "../colony-bridge/protocol/audit.ts";
import type { CommandRow } from "../colony-bridge/protocol/rows.ts";
import type { Snapshot } from "../colony-bridge/protocol/view.ts";
import type { ClusterObject } from "../durable/cluster-object.ts";
import type { ClusterPort, Clusters, Exported, Ordered, PageData, Refusal, Streamed } from "../durable/port.ts";
import type { PASS_HEADER, ROLE_HEADER } from "../durable/socket.ts";
import { again } from "./again.ts";
import { hear } from "./object-listener.ts";

/** The object's words, held to them by their types: of that folder the worker takes no values. */
const ROLE: typeof ROLE_HEADER = "Cluster-Role";
const PASS: typeof PASS_HEADER = "Cluster-Pass";

export type ClusterNamespace = DurableObjectNamespace<ClusterObject>;

export class ObjectClusters implements Clusters {
	readonly #namespace: ClusterNamespace;

	constructor(namespace: ClusterNamespace) {
		this.#namespace = namespace;
	}

	get(name: string): ClusterPort {
		const id = this.#namespace.idFromName(name);
		// A stub that has seen its object go is of no more use: each call takes a fresh one.
		const object = () => this.#namespace.get(id);
		return {
			// The types of a call over RPC turn tuples into arrays; what arrives is what was sent.
			view: (...asked) => again(() => object().view(...asked) as unknown as Promise<Snapshot | Refusal>),
			page: (...asked) => again(() => object().page(...asked) as unknown as Promise<PageData | Refusal>),
			exported: (...asked) => again(() => object().exported(...asked) as unknown as Promise<Exported | Refusal>),
			taskStream: (...asked) => again(() => object().taskStream(...asked) as unknown as Promise<Streamed | Refusal>),
			push: (body) => object().push(body),
			connect: (request, role, pass) => {
				const headers = new Headers(request.headers);
				headers.set(ROLE, role);
				headers.set(PASS, JSON.stringify(pass));
				return object().fetch(new Request(request, { headers }));
			},
			listen: async (listening, waitMs, pass, signal) => {
				const headers = { Upgrade: "websocket", [ROLE]: "listener", [PASS]: JSON.stringify(pass) };
				const { webSocket } = await object().fetch("https://cluster/", { headers });
				return webSocket ? hear(webSocket, listening, waitMs, signal) : undefined;
			},
			order: (order) => object().order(order) as unknown as Promise<Ordered>,
			follow: (command, waitMs) => again(() => object().follow(command, waitMs) as unknown as Promise<CommandRow | undefined>),
			audit: (entry) => object().audit(entry),
			audited: (...asked) => again(() => object().audited(...asked) as unknown as Promise<AuditPage | Refusal>),
			dismiss: (grant) => object().dismiss(grant),
		};
	}
}
