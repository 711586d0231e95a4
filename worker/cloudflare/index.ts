/** The dashboard on Cloudflare: the app over Durable Objects. */
import { build } from "#pages";
import { emptyCluster } from "../../durable/cluster/empty-cluster.ts";
import { HOSTED } from "../../durable/cluster/limits.ts";
import { type ObjectSettings, ClusterObject as PlainClusterObject } from "../../durable/objects/cluster-object.ts";
import { RelayObject as PlainRelayObject } from "../../durable/objects/relay-object.ts";
import { type App, createApp } from "../app.ts";
import { jsonProblem, problemOf } from "../http/problem.ts";
import { appSettings } from "./environment.ts";
import { ObjectClusters, type ObjectNamespaces, objectAccess } from "./objects.ts";
import { warmUp } from "./warm-up.ts";

export { AccessObject } from "../../durable/objects/access-object.ts";

/** Tells those who look which build of the pages is served. */
export class ClusterObject extends PlainClusterObject {
	protected override get build(): string {
		return build;
	}

	/** A wrong setting is reported by the Worker, which then calls no cluster. */
	protected override settingsOf(environment: object): ObjectSettings {
		try {
			return appSettings(environment).config;
		} catch {
			return HOSTED;
		}
	}
}

export class RelayObject extends PlainRelayObject {
	protected override get build(): string {
		return build;
	}
}

warmUp(emptyCluster("default"));

/** An isolate has one environment for life. */
let app: App | undefined;

export default {
	fetch(request, env) {
		app ??= appOf(env);
		const address = request.headers.get("CF-Connecting-IP");
		return app.fetch(request, address === null ? {} : { address });
	},
} satisfies ExportedHandler<ObjectNamespaces>;

/** A wrong setting fails every request alike, with what to set: it is all that somebody who has just deployed sees. */
function appOf(env: ObjectNamespaces): App {
	try {
		const clusters = new ObjectClusters(env, emptyCluster);
		return createApp({ ...appSettings(env), clusters, access: objectAccess(env.ACCESS) });
	} catch (error) {
		const detail = `this dashboard is set up wrongly: ${error instanceof Error ? error.message : String(error)}`;
		console.error(detail);
		return { fetch: async () => jsonProblem(problemOf("internal", detail)), prepare: async () => {} };
	}
}
