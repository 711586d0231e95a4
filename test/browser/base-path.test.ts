/** Two dashboards under paths of one host, in one browser. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DashboardServer } from "../../worker/node/index.ts";
import { sharedHost } from "../node/shared-host.ts";
import { launchChromium } from "./chromium.ts";
import { untilLive, visit } from "./dashboard.ts";

const USERS = { ann: "correct horse" };
const bases = ["/hive", "/other/hive"] as const;
let browser: Browser;
let servers: DashboardServer[] = [];
let host: Awaited<ReturnType<typeof sharedHost>>;
beforeAll(async () => {
	browser = await launchChromium();
	const colony = { name: "production", snapshot: () => ({ workers: [{ id: "worker-1", status: "busy" as const }] }) };
	servers = bases.map((basePath) => new DashboardServer({ colony, basePath, config: { authEnabled: true, authUsers: USERS } }));
	await Promise.all(servers.map((server) => server.start({ host: "127.0.0.1", port: 0 })));
	const [one, two] = servers.map(({ url }) => new URL(url).origin) as [string, string];
	host = await sharedHost({ "/hive": one, "/other": two });
});
afterAll(async () => {
	await browser?.close();
	await Promise.all(servers.map((server) => server.stop()));
	await host?.close();
});

async function signIn(page: Page): Promise<void> {
	await page.fill("[name=user]", "ann");
	await page.fill("[name=password]", USERS.ann);
	await Promise.all([page.waitForNavigation(), page.click("button[type=submit]")]);
}

test("both are live with a session each, their links stay with them, and signing out of one leaves the other", async () => {
	const { page: one, context, consoleErrors } = await visit(browser, `${host.url}/hive/tasks`);
	const left = `${host.url}/hive`;
	const right = `${host.url}/other/hive`;
	try {
		await signIn(one);
		expect(one.url()).toBe(`${left}/tasks`);
		await untilLive(one);
		const two = await context.newPage();
		await two.goto(right);
		await signIn(two);
		expect(two.url()).toBe(`${right}/`);
		await untilLive(two);
		await one.getByRole("link", { name: "Workers", exact: true }).click();
		await one.waitForURL(`${left}/workers`);
		await one.getByRole("link", { name: "worker-1" }).first().click();
		await one.waitForURL(`${left}/workers/worker-1`);
		await untilLive(one);
		// The theme is each one's own.
		await one.getByRole("button", { name: /theme/ }).click();
		await expect
			.poll(async () => (await context.cookies(`${left}/`)).filter(({ name }) => name === "theme").map(({ path }) => path))
			.toEqual(["/hive"]);
		expect((await context.cookies(`${right}/`)).filter(({ name }) => name === "theme")).toEqual([]);
		// A session that ends elsewhere is noticed by the page that is open.
		const elsewhere = await context.newPage();
		await elsewhere.goto(left);
		await elsewhere.click("text=Sign out");
		await elsewhere.waitForURL(`${left}/access/sign-in`);
		await one.waitForURL("**/hive/access/sign-in?next=*");
		await two.reload();
		await untilLive(two);
		expect(two.url()).toBe(`${right}/`);
		expect(consoleErrors.filter((text) => !/401|WebSocket/.test(text))).toEqual([]);
	} finally {
		await context.close();
	}
});
