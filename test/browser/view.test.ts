/** Looking at the same page otherwise, without leaving it: address, data, live link, focus. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "./chromium.ts";
import { type Rig, startRig, untilLive, visit } from "./dashboard.ts";

let browser: Browser;
let rig: Rig;
beforeAll(async () => {
	browser = await launchChromium();
	rig = await startRig();
});
afterAll(async () => {
	await rig?.stop();
	await browser?.close();
});

const mark = (page: Page) => page.evaluate(() => Object.assign(globalThis, { sameDocument: true }));
const sameDocument = (page: Page) => page.evaluate(() => (globalThis as { sameDocument?: boolean }).sameDocument === true);

test("another colour of the comb comes without leaving the page, and Back goes back", async () => {
	const { page, context, said } = await visit(browser, `${rig.url}workers?tz=utc`);
	await untilLive(page);
	await mark(page);
	const sent: string[] = [];
	page.on("request", (request) => request.resourceType() === "document" && sent.push(request.url()));
	const select = page.locator(".comb-choice select");
	await select.focus();
	await select.selectOption("memory_mb");
	await page.waitForURL(/\?tz=utc&comb=memory_mb$/);
	await expect.poll(() => page.locator(".comb-legend").textContent()).toMatch(/[MG]B/);
	expect(await select.evaluate((element) => element === document.activeElement)).toBe(true);
	// The new look is live.
	const readout = () => page.locator(".link-age time").getAttribute("datetime");
	const before = await readout();
	await expect.poll(readout, { timeout: 15_000 }).not.toBe(before);
	await page.goBack();
	await expect.poll(() => page.locator(".comb-legend").textContent()).toContain("busy");
	expect(page.url()).toBe(`${rig.url}workers?tz=utc`);
	await page.goForward();
	await expect.poll(() => page.locator(".comb-legend").textContent()).toMatch(/[MG]B/);
	expect(sent).toEqual([]);
	expect(await sameDocument(page)).toBe(true);
	expect(said).toEqual([]);
	await context.close();
});

test("a look that fails leaves page and address as they were", async () => {
	const { page, context } = await visit(browser, `${rig.url}workers`);
	await untilLive(page);
	await page.route(/comb=/, (route) => route.abort());
	await page.locator(".comb-choice select").selectOption("memory_mb");
	await page.locator(".looking[data-failed]").waitFor();
	expect(page.url()).toBe(`${rig.url}workers`);
	expect(await page.locator(".comb-legend").textContent()).toContain("busy");
	await page.unroute(/comb=/);
	await page.locator(".comb-choice select").selectOption("cpu_percent");
	await page.waitForURL(/comb=cpu_percent$/);
	expect(await page.locator(".looking[data-failed]").count()).toBe(0);
	await context.close();
});

test("of two looks the later one stays", async () => {
	const { page, context } = await visit(browser, `${rig.url}workers`);
	await untilLive(page);
	let first: (() => void) | undefined;
	await page.route(/comb=memory_mb/, (route) => {
		first = () => void route.continue().catch(() => {});
	});
	await page.locator(".comb-choice select").selectOption("memory_mb");
	await expect.poll(() => first !== undefined).toBe(true);
	await page.locator(".comb-choice select").selectOption("cpu_percent");
	await page.waitForURL(/comb=cpu_percent$/);
	first?.();
	await expect.poll(() => page.locator(".comb-legend").textContent()).toContain("%");
	expect(page.url()).toMatch(/comb=cpu_percent$/);
	await context.close();
});
