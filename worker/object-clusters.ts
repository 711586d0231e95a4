/** The clusters as Durable Objects: a name, an object. */
import type { Snapshot } from "../colony-bridge/protocol/view.ts";
import type { ClusterObject } from "../durable/cluster-object.ts";
import type { ClusterPort, Clusters, PageData } from "../durable/port.ts";
import type { ROLE_HEADER } from "../durable/socket.ts";

/** The object's word, held to it by its type: of that folder the worker takes no values. */
const ROLE: typeof ROLE_HEADER = "Cluster-Role";

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
			view: (queries) => again(() => object().view(queries) as unknown as Promise<Snapshot>),
			page: (page) => again(() => object().page(page) as unknown as Promise<PageData>),
			push: (body) => object().push(body),
			connect: (request, role) => {
				const headers = new Headers(request.headers);
				headers.set(ROLE, role);
				return object().fetch(new Request(request, { headers }));
			},
		};
	}
}

/**
 * Reads once more where the object went away under the first call, as every deploy makes it. A push is not repeated here: the bridge
 * does that, and knows what was acknowledged.
 */
async function again<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
	try {
		return await ask();
	} catch (error) {
		const { retryable, overloaded } = error as { retryable?: boolean; overloaded?: boolean };
		if (!retryable || overloaded) throw error;
		return ask();
	}
}
