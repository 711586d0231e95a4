/** Signing in and out as a person does it. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DashboardServer } from "../../worker/node/index.ts";
import { violations } from "./axe.ts";
import { launchChromium } from "./chromium.ts";

const USERS = { ann: "correct horse", viewer: "only looking" };

let browser: Browser;
let server: DashboardServer;
beforeAll(async () => {
	browser = await launchChromium();
	const colony = { name: "production", snapshot: () => ({ workers: [{ id: "worker-1", status: "busy" as const }] }) };
	server = new DashboardServer({ colony, config: { authEnabled: true, authUsers: USERS } });
	await server.start({ host: "127.0.0.1", port: 0 });
});
afterAll(async () => {
	await server?.stop();
	await browser?.close();
});

async function signIn(page: Page, user: keyof typeof USERS, password: string = USERS[user]): Promise<void> {
	await page.fill("[name=user]", user);
	await page.fill("[name=password]", password);
	await Promise.all([page.waitForNavigation(), page.click("button[type=submit]")]);
}

describe.each([
	["with script", true],
	["without script", false],
])("%s", (_, javaScriptEnabled) => {
	test("one signs in, is on the page one wanted, makes a token, and signs out", async () => {
		const context = await browser.newContext({ javaScriptEnabled });
		const page = await context.newPage();
		await page.goto(`${server.url}/workers?via=mail`);
		expect(new URL(page.url()).pathname).toBe("/access/sign-in");
		await signIn(page, "ann", "wrong");
		expect(await page.textContent("[role=alert]")).toMatch(/Wrong user or password/);
		expect(await page.inputValue("[name=user]")).toBe("ann");
		await signIn(page, "ann");
		expect(page.url()).toBe(`${server.url}/workers?via=mail`);
		expect(await page.textContent(".user-box")).toMatch(/ann · operator/);
		await Promise.all([page.waitForNavigation(), page.click("text=Tokens")]);
		await page.fill("form:has([value=api]) [name=name]", "ci");
		await Promise.all([page.waitForNavigation(), page.click("text=Create an API token")]);
		const token = await page.textContent(".minted-text");
		const asked = await fetch(`${server.url}/api/session`, { headers: { authorization: `Bearer ${token}` } });
		expect(await asked.json()).toMatchObject({ name: "ci", role: "viewer" });
		await Promise.all([page.waitForNavigation(), page.click('button[aria-label="Revoke ci"]')]);
		expect(await page.locator('button[aria-label="Revoke ci"]').count()).toBe(0);
		await page.goto(server.url);
		await Promise.all([page.waitForNavigation(), page.click("text=Sign out")]);
		expect(new URL(page.url()).pathname).toBe("/access/sign-in");
		await page.goto(`${server.url}/workers`);
		expect(new URL(page.url()).pathname).toBe("/access/sign-in");
		await context.close();
	});
});

test("a live page goes to sign-in when its session ends elsewhere", async () => {
	const context = await browser.newContext();
	const live = await context.newPage();
	await live.goto(`${server.url}/tasks`);
	await signIn(live, "viewer");
	await live.waitForSelector('.link-pill[data-link="live"]');
	const other = await context.newPage();
	await other.goto(server.url);
	expect(await other.locator(".user-box a").count()).toBe(0);
	await other.click("text=Sign out");
	await other.waitForURL("**/access/sign-in**");
	await live.waitForURL("**/access/sign-in?next=*");
	await signIn(live, "viewer");
	expect(new URL(live.url()).pathname).toBe("/tasks");
	await context.close();
});

test.each(["dark", "light"])("the pages pass axe, %s", async (theme) => {
	const context = await browser.newContext();
	await context.addCookies([{ name: "theme", value: theme, url: server.url }]);
	const page = await context.newPage();
	await page.goto(`${server.url}/access/sign-in`);
	expect(await violations(page)).toEqual([]);
	await signIn(page, "ann");
	await page.goto(`${server.url}/access/tokens`);
	await page.fill("form:has([value=bridge]) [name=name]", `north ${theme}`);
	await Promise.all([page.waitForNavigation(), page.click("text=Create a bridge token")]);
	expect(await violations(page)).toEqual([]);
	await context.close();
});
