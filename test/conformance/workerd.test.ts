import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { createTestHarness } from "wrangler";
import { accessSuite, type StartGuarded } from "./access-suite.ts";
import { annotationSuite } from "./annotation-suite.ts";
import { controlSuite } from "./control-suite.ts";
import { dashboardSuite } from "./dashboard-suite.ts";
import type { Host } from "./host.ts";
import { incidentSuite } from "./incident-suite.ts";

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
annotationSuite("workerd", guarded);
incidentSuite("workerd", guarded);

test("a wrong setting is reported to whoever has just deployed", async () => {
	const host = await startWorkerd({ DASHBOARD_CONFIG: '{"theme":"blue"}' });
	try {
		const response = await fetch(host.url);
		expect(response.status).toBe(500);
		expect(await response.json()).toMatchObject({
			kind: "internal",
			detail: 'this dashboard is set up wrongly: DASHBOARD_CONFIG.theme: theme is "dark", "light" or "system"',
		});
	} finally {
		await host.stop();
	}
});

test("without sign-in everybody can read and nobody can act, and the page and the API say why", async () => {
	const host = await startWorkerd();
	try {
		const orders = [
			["POST", "/api/workers/worker-1/restart"],
			["POST", "/api/cluster/scale"],
		] as const;
		for (const [method, path] of orders) {
			const response = await fetch(host.url + path, { method, headers: { origin: host.url } });
			expect(response.status).toBe(403);
			expect(await response.json()).toMatchObject({ kind: "forbidden", detail: expect.stringContaining("set the secret AUTH_USERS") });
		}
		const session = await fetch(`${host.url}/api/session`);
		expect(await session.json()).toMatchObject({ can_act: false });
		const html = await (await fetch(host.url, { headers: { accept: "text/html" } })).text();
		expect(html).toMatch(/Read-only.*AUTH_USERS/s);
	} finally {
		await host.stop();
	}
});
