import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { createTestHarness } from "wrangler";
import { accessSuite, type StartGuarded } from "./access-suite.ts";
import { controlSuite } from "./control-suite.ts";
import { dashboardSuite } from "./dashboard-suite.ts";
import type { Host } from "./host.ts";

const token = "token-of-the-conformance-suite";

/** The deployed configuration, bundled as it is for an upload. */
async function startWorkerd(vars: Record<string, string> = {}): Promise<Host> {
	const configPath = fileURLToPath(new URL("../../wrangler.toml", import.meta.url));
	const harness = createTestHarness({ workers: [{ configPath, vars, secrets: { BRIDGE_TOKEN: token } }] });
	const { url } = await harness.listen();
	return { url: url.origin, token, stop: () => harness.close() };
}

dashboardSuite("workerd", () => startWorkerd());
const guarded: StartGuarded = async (config) => ({
	...(await startWorkerd({ DASHBOARD_CONFIG: JSON.stringify(config) })),
	from: (address) => ({ "cf-connecting-ip": address }),
});
accessSuite("workerd", guarded);
controlSuite("workerd", guarded);

test("a wrong setting is told to whoever has just deployed", async () => {
	const host = await startWorkerd({ DASHBOARD_CONFIG: '{"theme":"blue"}' });
	try {
		const response = await fetch(host.url);
		expect(response.status).toBe(500);
		expect(await response.json()).toMatchObject({
			kind: "internal",
			detail: 'this dashboard is set up wrongly: DASHBOARD_CONFIG.theme: theme is "dark" or "light"',
		});
	} finally {
		await host.stop();
	}
});
