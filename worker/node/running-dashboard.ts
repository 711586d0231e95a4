/** A dashboard from its start to its stop: the server, the clusters, and the bridge of the colony in this process. */

import { Bridge } from "../../colony-bridge/bridge/bridge.ts";
import type { Colony } from "../../colony-bridge/colony.ts";
import type { DashboardConfig } from "../../colony-bridge/protocol/http/config.ts";
import { defined } from "../../colony-bridge/protocol/values/objects.ts";
import type { DashboardLayout } from "../../colony-bridge/widgets/dashboard-layout.ts";
import { EMBEDDED, limitsOf } from "../../durable/cluster/limits.ts";
import { StorageFault } from "../../durable/storage/storage-fault.ts";
import { openNodeAccess } from "./clusters/access.ts";
import { NodeClusters } from "./clusters/clusters.ts";
import { builtPublicFolder } from "./http/assets.ts";
import { type NodeServer, startNodeServer } from "./http/server.ts";
import { NodeUpgrades } from "./http/upgrades.ts";
import { clusterLink, LayoutPublisher } from "./own-colony.ts";

export interface DashboardSettings {
	config: DashboardConfig;
	colony?: Colony;
	/** Directory of the clusters' files; absent: they are temporary. */
	directory?: string;
	bridgeToken?: string;
	sessionKey?: string;
	/** The operator's own proxies before it. */
	proxies: number;
	/** Prefix of every path; empty: none. */
	basePath: string;
	/** The cluster of the bare paths, and of the colony. */
	cluster: string;
}

export interface RunningDashboard {
	readonly port: number;
	/** Shows the pages and widgets as they now are. */
	publish(): void;
	/** Stops everything it started; the colony is the caller's and goes on. */
	stop(): Promise<void>;
}

/** While it runs in the same process, a colony is asked this often, or as often as pages refresh. */
const LONGEST_INTERVAL_MS = 1000;

/** @throws where the pages are not built, the storage cannot be opened or the address cannot be had; nothing is left running then. */
export async function startDashboard(
	settings: DashboardSettings,
	layout: DashboardLayout,
	address: { host: string; port: number },
): Promise<RunningDashboard> {
	const { config: given, colony, bridgeToken, sessionKey, proxies, basePath, cluster: name } = settings;
	const limits = limitsOf(given, EMBEDDED);
	const config = { ...given, ...limits };
	const publicFolder = builtPublicFolder();
	// Only now: the app imports the built pages, and their absence deserves the words above.
	const [{ createApp }, { build }] = await Promise.all([import("../app.ts"), import("#pages")]);
	const upgrades = new NodeUpgrades();
	const erased = (cluster: string) => {
		if (cluster === name) publisher?.begin();
	};
	const clusters = new NodeClusters(upgrades, settings.directory, {
		build,
		erased,
		limits,
		maxClusters: config.maxClusters,
		experimentalPromql: config.experimentalPromql,
	});
	const access = openNodeAccess(settings.directory);
	const bridges: Bridge[] = [];
	let server: NodeServer | undefined;
	let publisher: LayoutPublisher | undefined;
	const stop = async () => {
		await publisher?.stop();
		for (const bridge of bridges) await bridge.stop();
		await server?.close();
		clusters.close();
		access.close();
	};
	try {
		const cluster = () => clusters.open(name);
		try {
			cluster();
		} catch (error) {
			// All others can be shown, and this one's page says what is wrong.
			if (!(error instanceof StorageFault)) throw error;
			console.error(`the dashboard starts without its cluster "${name}": ${error.message}`);
		}
		const app = createApp({
			clusters,
			access,
			config,
			defaultCluster: name,
			root: basePath,
			...defined({ bridgeToken, sessionKey }),
		});
		await app.prepare().catch((error) => {
			// It has said so itself. Until it is mended bridges push, and whoever comes to look is told why not.
			if (!(error instanceof StorageFault)) throw error;
		});
		server = await startNodeServer({ app, upgrades, publicFolder, proxies, basePath, ...address });
		const intervalMs = Math.min(config.refreshIntervalMs, LONGEST_INTERVAL_MS);
		publisher = new LayoutPublisher(cluster, layout, intervalMs);
		publisher.start();
		if (colony) {
			const bridge = new Bridge({ colony, to: clusterLink(cluster), intervalMs });
			bridge.start();
			bridges.push(bridge);
		}
		const { port } = server;
		return { port, publish: () => publisher?.publish(), stop };
	} catch (error) {
		await stop();
		throw error;
	}
}
