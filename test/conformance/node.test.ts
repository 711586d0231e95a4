import { DashboardServer } from "../../worker/node/dashboard-server.ts";
import { accessSuite, type StartGuarded } from "./access-suite.ts";
import { annotationSuite } from "./annotation-suite.ts";
import { controlSuite } from "./control-suite.ts";
import { dashboardSuite } from "./dashboard-suite.ts";
import { incidentSuite } from "./incident-suite.ts";

const token = "token-of-the-conformance-suite";

dashboardSuite("Node", async () => {
	const server = new DashboardServer({ bridgeToken: token });
	await server.start({ host: "127.0.0.1", port: 0 });
	return { url: server.url, token, stop: () => server.stop() };
});

const guarded: StartGuarded = async (config) => {
	const server = new DashboardServer({ bridgeToken: token, config, proxies: 1 });
	await server.start({ host: "127.0.0.1", port: 0 });
	return { url: server.url, token, stop: () => server.stop(), from: (address) => ({ "x-forwarded-for": address }) };
};
accessSuite("Node", guarded);
controlSuite("Node", guarded);
annotationSuite("Node", guarded);
incidentSuite("Node", guarded);
