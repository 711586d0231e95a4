import { DashboardServer } from "../../colony-bridge/dashboard-server.ts";
import { dashboardSuite } from "./dashboard-suite.ts";

dashboardSuite("Node", async () => {
	const token = "token-of-the-conformance-suite";
	const server = new DashboardServer({ bridgeToken: token });
	await server.start({ host: "127.0.0.1", port: 0 });
	return { url: server.url, token, stop: () => server.stop() };
});
