import type { AccessObject } from "../../durable/objects/access-object.ts";
import type { ClusterObject } from "../../durable/objects/cluster-object.ts";
import type { RelayObject } from "../../durable/objects/relay-object.ts";

declare global {
	namespace Cloudflare {
		interface Env {
			CLUSTERS: DurableObjectNamespace<ClusterObject>;
			ACCESS: DurableObjectNamespace<AccessObject>;
			RELAYS: DurableObjectNamespace<RelayObject>;
		}
	}
}
