import { DashboardServer } from "../../colony-bridge/dashboard-server.ts";
import { accessSuite } from "./access-suite.ts";
import { dashboardSuite } from "./dashboard-suite.ts";

const token = "token-of-the-conformance-suite";

dashboardSuite("Node", async () => {
	const server = new DashboardServer({ bridgeToken: token });
	await server.start({ host: "127.0.0.1", port: 0 });
	return { url: server.url, token, stop: () => server.stop() };
});

accessSuite("Node", async (config) => {
	const server = new DashboardServer({ bridgeToken: token, config, proxies: 1 });
	await server.start({ host: "127.0.0.1", port: 0 });
	return { url: server.url, token, stop: () => server.stop(), from: (address) => ({ "x-forwarded-for": address }) };
});
