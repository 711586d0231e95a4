import { fileURLToPath } from "node:url";
import { createTestHarness } from "wrangler";
import { dashboardSuite } from "./dashboard-suite.ts";

// The deployed configuration, bundled as it is for an upload.
dashboardSuite("workerd", async () => {
	const token = "token-of-the-conformance-suite";
	const harness = createTestHarness({
		workers: [{ configPath: fileURLToPath(new URL("../../wrangler.toml", import.meta.url)), secrets: { BRIDGE_TOKEN: token } }],
	});
	const { url } = await harness.listen();
	return { url: url.origin, token, stop: () => harness.close() };
});
