/** The keyboard: shortcuts, their list and the switch that ends them, and the search. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { violations } from "./axe.ts";
import { launchChromium } from "./chromium.ts";
import { type Rig, startRig, untilLive, visit } from "./dashboard.ts";

let browser: Browser;
let rig: Rig;
beforeAll(async () => {
	browser = await launchChromium();
	rig = await startRig({}, (dashboard) => dashboard.addPage("pollen", "Pollen flow", []));
});
afterAll(async () => {
	await rig?.stop();
	await browser?.close();
});

test("two keys lead from page to page and keep the time range", async () => {
	const { page, context, consoleErrors } = await visit(browser, `${rig.url}?range=1h`);
	await untilLive(page);
	for (const [key, path] of [
		["w", "workers"],
		["t", "tasks"],
		["s", "streaming"],
		["m", "metrics"],
		["1", "pollen"],
		["a", "audit"],
	] as const) {
		await page.goto(`${rig.url}?range=1h`);
		await untilLive(page);
		// A machine that is slow between the two keys is as a hand that is: they are pressed again.
		const press = async () => {
			await page.keyboard.press("g");
			await page.keyboard.press(key);
			await page.waitForURL(`${rig.url}${path}?range=1h`, { timeout: 4_000 });
			return true;
		};
		await expect.poll(() => press().catch(() => false), { timeout: 30_000 }).toBe(true);
	}
	expect(consoleErrors).toEqual([]);
	await context.close();
});

test("single keys pause, go back, and change zone and theme", async () => {
	const { page, context } = await visit(browser, rig.url);
	await untilLive(page);
	await page.keyboard.press("p");
	await page.waitForURL(/refresh=off/);
	await page.keyboard.press("l");
	await page.waitForURL(rig.url);
	await page.keyboard.press("[");
	await page.waitForURL(/\?end=/);
	await page.keyboard.press("l");
	await page.waitForURL(rig.url);
	await page.keyboard.press("z");
	await page.waitForURL(/tz=utc$/);
	await page.keyboard.press("z");
	await page.waitForURL(rig.url);
	await page.keyboard.press("d");
	await expect.poll(() => page.evaluate(() => document.documentElement.dataset.theme)).toBe("dark");
	await page.keyboard.press("r");
	await page.locator(".time-menu").waitFor();
	// With a modifier, and where somebody types, a key is no shortcut.
	await page.keyboard.press("Escape");
	await page.keyboard.press("Control+p");
	await page.keyboard.press("/");
	await page.keyboard.type("pzd[");
	expect(await page.getByRole("combobox", { name: /Search/ }).inputValue()).toBe("pzd[");
	await page.keyboard.press("Escape");
	expect(page.url()).toBe(rig.url);
	await context.close();
});

test("? lists all keys, and single keys can be switched off permanently", async () => {
	const { page, context, consoleErrors } = await visit(browser, rig.url);
	await untilLive(page);
	await page.keyboard.press("?");
	const list = page.getByRole("dialog", { name: "Keyboard shortcuts" });
	await list.waitFor();
	expect(await list.locator("dd").allTextContents()).toEqual(
		expect.arrayContaining(["Search", "Pause or resume", "Go to Workers", "Go to Pollen flow", "Wall screen, and back"]),
	);
	expect(await violations(page)).toEqual([]);
	await list.getByRole("checkbox").uncheck();
	await page.keyboard.press("Escape");
	await list.waitFor({ state: "detached" });
	await page.keyboard.press("p");
	await page.keyboard.press("?");
	await page.reload();
	await untilLive(page);
	await page.keyboard.press("?");
	expect(await page.getByRole("dialog").count()).toBe(0);
	expect(page.url()).toBe(rig.url);
	// The list stays in reach, and with it the way back.
	await page.locator(".time-box summary").click();
	await page.getByRole("button", { name: /Keys/ }).click();
	await list.getByRole("checkbox").check();
	await list.getByRole("button", { name: "Close" }).click();
	await page.locator(".time-box summary").press("Escape");
	await page.keyboard.press("?");
	await list.waitFor();
	expect(consoleErrors).toEqual([]);
	await context.close();
});

test("/ finds pages, workers, tasks and metrics, by keyboard and for screen readers", async () => {
	const { page, context, consoleErrors } = await visit(browser, `${rig.url}?tz=utc`);
	await untilLive(page);
	await expect.poll(async () => (await fetch(`${rig.url}api/tasks`)).text()).toContain('"stumble"');
	await page.keyboard.press("/");
	const words = page.getByRole("combobox", { name: /Search/ });
	await words.fill("spin");
	await page.getByRole("option", { name: /spin/ }).waitFor();
	expect(
		await page
			.getByRole("group", { name: /Tasks by name/ })
			.getByRole("option")
			.count(),
	).toBe(1);
	await words.fill("memory_mb worker-2");
	await page.getByRole("option", { name: /memory_mb/ }).waitFor();
	expect(await page.getByRole("group", { name: "Metrics" }).getByRole("option").allTextContents()).toEqual([
		expect.stringContaining('memory_mb{worker="worker-2"}'),
	]);
	await words.fill("no such thing");
	await expect.poll(() => page.locator(".palette-status").textContent()).toBe("No match");
	await words.fill("worker-");
	await expect.poll(() => page.getByRole("group", { name: "Workers" }).getByRole("option").count()).toBe(3);
	const active = async () => page.locator(`[id="${await words.getAttribute("aria-activedescendant")}"]`).textContent();
	expect(await active()).toContain("worker-1");
	expect(await violations(page)).toEqual([]);
	await page.keyboard.press("ArrowDown");
	expect(await active()).toContain("worker-2");
	expect(await page.locator("[aria-selected=true]").count()).toBe(1);
	await page.keyboard.press("Enter");
	await page.waitForURL(`${rig.url}workers/worker-2?tz=utc`);
	expect(consoleErrors).toEqual([]);
	await context.close();
});

test("code that is no longer served reloads the page once; after that the page stays and shows why", async () => {
	const { page, context } = await visit(browser, rig.url);
	await context.route("**/assets/Palette-*.js", (route) => route.fulfill({ status: 404, body: "" }));
	const mark = () => page.evaluate(() => Object.assign(globalThis, { marked: true }));
	const isMarked = () => page.evaluate(() => "marked" in globalThis).catch(() => true);
	await untilLive(page);
	await mark();
	await page.keyboard.press("/");
	await expect.poll(isMarked).toBe(false);
	await untilLive(page);
	await mark();
	await page.keyboard.press("/");
	await page.locator(".pending[data-failed]", { hasText: "could not be loaded" }).waitFor();
	expect(await isMarked()).toBe(true);
	await context.close();
});

test("a page of an older build shows that there is a newer one", async () => {
	const { page, context } = await visit(browser, rig.url);
	await untilLive(page);
	expect(await page.locator(".pending[data-replaced]").count()).toBe(0);
	await page.routeWebSocket(/\/api\/live$/, (socket) => {
		socket.connectToServer().onMessage((text) => socket.send(String(text).replace(/"build":"[0-9a-f]+"/, '"build":"newer"')));
	});
	await page.reload();
	await page.locator(".pending[data-replaced]", { hasText: "has been updated" }).waitFor();
	await context.close();
});
