/** A dashboard from its start to its stop: the server, the clusters, and the bridge of the colony in this process. */
import { Bridge } from "./bridge/bridge.ts";
import type { Colony } from "./colony.ts";
import { builtPublicFolder } from "./host/built-files.ts";
import { clusterLink } from "./host/cluster-link.ts";
import { openNodeAccess } from "./host/node-access.ts";
import { NodeClusters } from "./host/node-clusters.ts";
import { type NodeServer, startNodeServer } from "./host/node-server.ts";
import { NodeUpgrades } from "./host/node-upgrades.ts";
import { publishLayout } from "./host/publish-layout.ts";
import type { DashboardConfig } from "./protocol/config.ts";
import type { Layout } from "./protocol/layout.ts";

export interface DashboardSettings {
	config: DashboardConfig;
	colony?: Colony;
	/** Where the clusters' files are; absent: in memory. */
	directory?: string;
	bridgeToken?: string;
	sessionKey?: string;
	/** The operator's own proxies before it. */
	proxies: number;
	/** The cluster of the bare paths, and of the colony. */
	cluster: string;
}

export interface RunningDashboard {
	readonly port: number;
	publish(layout: Layout): void;
	/** Stops everything it started; the colony is the caller's and goes on. */
	stop(): Promise<void>;
}

/** While it runs in the same process, a colony is asked this often, or as often as pages refresh. */
const LONGEST_INTERVAL_MS = 1000;

/** @throws where the pages are not built, the storage cannot be opened or the address cannot be had; nothing is left running then. */
export async function startDashboard(
	settings: DashboardSettings,
	layout: Layout,
	address: { host: string; port: number },
): Promise<RunningDashboard> {
	const { config, colony, bridgeToken, sessionKey, proxies, cluster: name } = settings;
	const publicFolder = builtPublicFolder();
	// Only now: the app imports the built pages, and their absence deserves the words above.
	const { createApp } = await import("../worker/app.ts");
	const upgrades = new NodeUpgrades();
	const clusters = new NodeClusters(upgrades, settings.directory);
	const access = openNodeAccess(settings.directory);
	const bridges: Bridge[] = [];
	let server: NodeServer | undefined;
	const stop = async () => {
		for (const bridge of bridges) await bridge.stop();
		await server?.close();
		clusters.close();
		access.close();
	};
	try {
		const cluster = clusters.open(name);
		const app = createApp({
			clusters,
			access,
			config,
			defaultCluster: name,
			...(bridgeToken !== undefined && { bridgeToken }),
			...(sessionKey !== undefined && { sessionKey }),
		});
		await app.prepare();
		server = await startNodeServer({ app, upgrades, publicFolder, proxies, ...address });
		// What an earlier run left in the storage is replaced; a cluster nobody has pushed to stays untouched.
		let published: Layout | undefined = cluster.view([]).position === 0 ? layoutOfNobody(layout) : undefined;
		const publish = (changed: Layout) => {
			if (changed === published) return;
			publishLayout(cluster, colony?.name ?? name, changed);
			published = changed;
		};
		publish(layout);
		if (colony) {
			const intervalMs = Math.min(config.refreshIntervalMs, LONGEST_INTERVAL_MS);
			const bridge = new Bridge({ colony, to: clusterLink(cluster), intervalMs });
			bridge.start();
			bridges.push(bridge);
		}
		return { port: server.port, publish, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

/** An empty layout counts as published where there has never been one. */
function layoutOfNobody(layout: Layout): Layout | undefined {
	return layout.widgets.length + layout.pages.length === 0 ? layout : undefined;
}
