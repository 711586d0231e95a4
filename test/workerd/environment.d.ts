import type { AccessObject } from "../../durable/access-object.ts";
import type { ClusterObject } from "../../durable/cluster-object.ts";

declare global {
	namespace Cloudflare {
		interface Env {
			CLUSTERS: DurableObjectNamespace<ClusterObject>;
			ACCESS: DurableObjectNamespace<AccessObject>;
		}
	}
}
