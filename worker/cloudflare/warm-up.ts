/**
 * Draws pages once while the worker starts, where it has a second of CPU: code that has run is compiled. Left to the first request, that alone
 * takes more than the 10 ms which Cloudflare's free plan has for one.
 */

import * as v from "valibot";
import { renderPage } from "#pages";
import { DashboardConfig } from "../../colony-bridge/protocol/http/config.ts";
import { REPORTED, type Reported } from "../../colony-bridge/protocol/query/reported.ts";
import type { EmptyCluster } from "../../durable/cluster/empty-cluster.ts";

const PAGES = ["overview", "workers", "tasks", "streaming", "metrics"];

const ALL: Reported = Object.fromEntries(REPORTED.map((kind) => [kind, true]));

/** Never throws: a worker that starts cold is one that works. */
export function warmUp(cluster: EmptyCluster): void {
	const { setTimeout } = globalThis;
	// A worker may set no timer while it starts, and the renderer clears up by one.
	globalThis.setTimeout = ((work: () => void) => queueMicrotask(work)) as unknown as typeof setTimeout;
	try {
		const config = v.parse(DashboardConfig, {});
		for (const name of PAGES) {
			const { queries, snapshot, ...data } = cluster.reads.page(name);
			const [first] = snapshot?.answers ?? [];
			if (!queries || !snapshot || first?.kind !== "cluster") continue;
			// Else the page would only say that there is no colony.
			first.view.position = 1;
			const context = {
				cluster: "default",
				root: "",
				base: "",
				config,
				theme: config.theme,
				nonce: "",
				connect: { origin: "" },
				view: {},
				search: "",
			};
			renderPage(name, { ...data, position: 1, reported: ALL, queries, snapshot }, context);
		}
	} catch (error) {
		console.error("the pages could not be rendered while the Worker starts:", error);
	} finally {
		globalThis.setTimeout = setTimeout;
	}
}
