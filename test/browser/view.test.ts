/** Looking at the same page otherwise, without leaving it: address, data, live link, focus; time, pause, pace, zone, wall screen. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { untilPainted } from "./canvas.ts";
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

test("the comb's colour changes without leaving the page, and Back undoes it", async () => {
	const { page, context, consoleErrors } = await visit(browser, `${rig.url}workers?tz=utc`);
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
	await expect.poll(readout).not.toBe(before);
	await page.goBack();
	await expect.poll(() => page.locator(".comb-legend").textContent()).toContain("busy");
	expect(page.url()).toBe(`${rig.url}workers?tz=utc`);
	await page.goForward();
	await expect.poll(() => page.locator(".comb-legend").textContent()).toMatch(/[MG]B/);
	expect(sent).toEqual([]);
	expect(await sameDocument(page)).toBe(true);
	expect(consoleErrors).toEqual([]);
	await context.close();
});

test("a look that fails leaves page and address as they were", async () => {
	const { page, context } = await visit(browser, `${rig.url}workers`);
	await untilLive(page);
	await page.route(/comb=/, (route) => route.abort());
	await page.locator(".comb-choice select").selectOption("memory_mb");
	await page.locator(".pending[data-failed]").waitFor();
	expect(page.url()).toBe(`${rig.url}workers`);
	expect(await page.locator(".comb-legend").textContent()).toContain("busy");
	await page.unroute(/comb=/);
	await page.locator(".comb-choice select").selectOption("cpu_percent");
	await page.waitForURL(/comb=cpu_percent$/);
	expect(await page.locator(".pending[data-failed]").count()).toBe(0);
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

const query = (page: Page) => new URL(page.url()).searchParams;
const band = (page: Page) => page.locator(".view-band");
const completed = (page: Page) => page.locator(".count", { hasText: "Tasks completed" }).locator("dd").textContent();

test("links move the time range back and forward; it is shown, kept on the next page, and ends with one click", async () => {
	const { page, context, consoleErrors } = await visit(browser, rig.url);
	await untilLive(page);
	await mark(page);
	await page.locator(".time-box summary").click();
	await page.locator(".time-ranges").getByRole("link", { name: "5 min", exact: true }).click();
	await page.waitForURL(/\?range=5m$/);
	expect(await page.locator(".time-words").textContent()).toMatch(/Last 5.min/);
	await page.locator(".time-steps").getByRole("link", { name: /back/ }).click();
	await band(page).waitFor();
	const end = Date.parse(query(page).get("end") ?? "");
	expect(Date.now() - end).toBeGreaterThan(290_000);
	expect(await band(page).textContent()).toMatch(/Past data\. Charts and their numbers end at .*current values/);
	// Counts are of now, and say so.
	const before = await completed(page);
	await expect.poll(() => completed(page)).not.toBe(before);
	await page.keyboard.press("Escape");
	await page.getByRole("link", { name: "Tasks", exact: true }).click();
	await page.waitForURL(/\/tasks\?range=5m&end=/);
	await untilLive(page);
	expect(await band(page).textContent()).toContain("Past data");
	await band(page).getByRole("link", { name: "Go live" }).click();
	await page.waitForURL(`${rig.url}tasks?range=5m`);
	expect(await band(page).count()).toBe(0);
	expect(consoleErrors).toEqual([]);
	await context.close();
});

test("from and to are typed in the zone the page writes", async () => {
	const { page, context } = await visit(browser, rig.url, { timezoneId: "Asia/Tokyo" });
	await untilLive(page);
	await page.locator(".time-box summary").click();
	await page.getByLabel("From", { exact: true }).fill("2026-01-15T19:00:00");
	await page.getByLabel("To", { exact: true }).fill("2026-01-15T19:30:00");
	await page.getByRole("button", { name: "Show" }).click();
	await page.waitForURL(/\?end=2026-01-15T10:30:00Z&range=30m$/);
	expect(await page.locator(".time-words").textContent()).toMatch(/Until 15.Jan.*19:30/);
	// The charts' axes are of that zone, and of the other as soon as it is chosen.
	const hours = async () => new Set((await page.locator(".plot-x text").allTextContents()).map((label) => label.slice(0, 2)));
	expect(await hours()).toEqual(new Set(["19"]));
	await page.getByLabel("Times in").selectOption("utc");
	await page.waitForURL(/&tz=utc$/);
	await expect.poll(hours).toEqual(new Set(["10"]));
	expect(await page.locator(".time-words").textContent()).toMatch(/10:30.UTC/);
	expect(await page.getByLabel("From", { exact: true }).inputValue()).toMatch(/^2026-01-15T10:00/);
	await page.getByLabel("To", { exact: true }).fill("2026-01-15T09:00:00");
	await page.getByRole("button", { name: "Show" }).click();
	expect(await page.getByRole("alert").textContent()).toContain("End is before start");
	await context.close();
});

test("a paused page moves nothing but status and findings; its copied link has the time; then it resumes", async () => {
	const { page, context, consoleErrors } = await visit(browser, `${rig.url}?range=15m`, {
		permissions: ["clipboard-read", "clipboard-write"],
	});
	await untilLive(page);
	// Charts and the comb go over to their canvases once.
	await untilPainted(page);
	await page.getByRole("button", { name: "Pause" }).click();
	await band(page).waitFor();
	expect(await band(page).textContent()).toContain("Paused.");
	expect(query(page).get("refresh")).toBe("off");
	const end = query(page).get("end");
	// What was being drawn when it was paused is drawn by then.
	const body = () =>
		page.locator(".page-body").evaluate((whole) => {
			const drawn = whole.cloneNode(true) as typeof whole;
			drawn.querySelector(".verdict")?.remove();
			return drawn.innerHTML;
		});
	let still = "";
	const settled = async () => {
		const before = still;
		still = await body();
		return still === before;
	};
	await expect.poll(settled, { interval: 250 }).toBe(true);
	// Much has come since.
	const heard = await completed(page);
	const now = async () => ((await (await fetch(`${rig.url}api/cluster`)).json()) as { tasks: { completed: number } }).tasks.completed;
	const first = await now();
	await expect.poll(now).toBeGreaterThan(first + 5);
	expect(await completed(page)).toBe(heard);
	expect(await body()).toBe(still);
	await page.locator(".time-box summary").click();
	await page.getByRole("button", { name: "Copy link to this time" }).click();
	await page.locator(".time-link-text").waitFor();
	const link = await page.locator(".time-link-text").inputValue();
	expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);
	expect(new URL(link).search).toBe(`?range=15m&end=${end}`);
	await page.keyboard.press("Escape");
	await page.getByRole("button", { name: "Pause" }).click();
	await page.waitForURL(`${rig.url}?range=15m`);
	await expect.poll(() => completed(page)).not.toBe(heard);
	expect(consoleErrors).toEqual([]);
	await context.close();
});

test("Pause and the theme switch are disabled until a press would do something", async () => {
	const context = await browser.newContext();
	const page = await context.newPage();
	let release = () => {};
	const held = new Promise<void>((resolve) => {
		release = resolve;
	});
	await page.route("**/*.js", async (route) => {
		await held;
		await route.continue();
	});
	await page.goto(rig.url, { waitUntil: "commit" });
	const pause = page.getByRole("button", { name: "Pause" });
	const theme = page.getByRole("button", { name: "Dark theme" });
	expect([await pause.isDisabled(), await theme.isDisabled()]).toEqual([true, true]);
	release();
	await pause.click();
	await page.waitForURL(/refresh=off/);
	await theme.click();
	await expect.poll(() => page.locator("html").getAttribute("data-theme")).toBe("dark");
	await context.close();
});

test("an interval of refresh draws all arrived data at once, and not before", async () => {
	const { page, context } = await visit(browser, `${rig.url}?refresh=2s&tz=utc&theme=light`, { timezoneId: "Asia/Tokyo" });
	await untilLive(page);
	expect(await page.locator(".link-pill").textContent()).toMatch(/^Every 2.s/);
	const changes = await page.evaluate(
		() =>
			new Promise<number[]>((resolve) => {
				const seen: number[] = [];
				const number = document.querySelector(".counts") as Element;
				new MutationObserver(() => {
					if (performance.now() - (seen.at(-1) ?? 0) > 100) seen.push(performance.now());
					if (seen.length === 3) resolve(seen);
				}).observe(number, { subtree: true, characterData: true, childList: true });
			}),
	);
	for (const [i, at] of changes.slice(1).entries()) expect(at - (changes[i] as number)).toBeGreaterThan(1500);
	// The link's theme and zone are used, and nobody's own choice is changed.
	expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe("light");
	expect(await context.cookies()).toEqual([]);
	expect(await page.locator(".error-line time").first().getAttribute("title")).toMatch(/ UTC$/);
	await page.getByRole("button", { name: "Dark theme" }).click();
	await expect.poll(() => query(page).get("theme")).toBeNull();
	expect((await context.cookies()).map(({ value }) => value)).toEqual(["dark"]);
	await context.close();
});

test("a wall screen has a clock and no navigation, rotates the pages, and Escape ends it", async () => {
	const { page, context, consoleErrors } = await visit(browser, `${rig.url}streaming?kiosk=1&rotate=1s&pages=streaming,metrics`, {
		viewport: { width: 3840, height: 2160 },
	});
	await mark(page);
	await expect.poll(() => page.locator(".kiosk-clock").textContent()).toMatch(/^\d\d:\d\d:\d\d/);
	expect(await page.locator(".side").isVisible()).toBe(false);
	// 20 arc minutes at four metres on a screen of 1.2 m: some 2 cm, a line's height. Between two pages there is none for a moment.
	await expect.poll(() => page.evaluate(() => Number.parseFloat(getComputedStyle(document.body).fontSize))).toBeGreaterThanOrEqual(40);
	await page.waitForURL(/\/metrics\?kiosk=1&rotate=1s&pages=streaming,metrics$/, { timeout: 30_000 });
	await expect.poll(() => page.locator("h1").textContent()).toBe("Metrics");
	await page.waitForURL(/\/streaming\?/, { timeout: 30_000 });
	expect(await sameDocument(page)).toBe(true);
	// In trouble it stays on Overview, though that is none of its pages.
	const clock = () => page.locator(".kiosk-clock").evaluate((element) => getComputedStyle(element, "::before").content);
	let broken = true;
	rig.colony.addCheck("wall", () => ({ status: broken ? "failed" : "ok" }), { everyMs: 500 });
	await page.waitForURL(/\/\?kiosk=1&rotate=1s&pages=streaming,metrics$/, { timeout: 30_000 });
	await expect.poll(clock, { timeout: 30_000 }).toContain("Rotation stopped: unhealthy");
	broken = false;
	await page.waitForURL(/\/streaming\?/, { timeout: 30_000 });
	expect(await clock()).not.toContain("stopped");
	expect(await sameDocument(page)).toBe(true);
	// A key that is pressed while the next page is being drawn is lost, and pressed again.
	const leave = async () => {
		await page.keyboard.press("Escape");
		await page.locator(".side").waitFor({ timeout: 2000 });
		return true;
	};
	await expect.poll(() => leave().catch(() => false), { timeout: 20_000 }).toBe(true);
	expect(new URL(page.url()).search).toBe("");
	expect(consoleErrors).toEqual([]);
	await context.close();
});

test("title, logo and style sheet are the owner's", async () => {
	const own = await startRig({ config: { title: "Apiary <East>", logoUrl: "/assets/own-logo.svg", customCss: "/assets/own.css" } });
	const context = await browser.newContext();
	const page = await context.newPage();
	await page.route(/own-logo\.svg$/, (route) =>
		route.fulfill({ contentType: "image/svg+xml", body: '<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32"/>' }),
	);
	await page.route(/own\.css$/, (route) => route.fulfill({ contentType: "text/css", body: ":root { --honey: rgb(1, 2, 3) }" }));
	try {
		await page.goto(own.url);
		await untilLive(page);
		await expect.poll(() => page.title()).toMatch(/Overview · Apiary <East>$/);
		expect(await page.locator(".brand-title").textContent()).toBe("Apiary <East>");
		expect(await page.locator("img.brand-mark").evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(32);
		expect(await page.locator(".pages [aria-current]").evaluate((link) => getComputedStyle(link).color)).toBe("rgb(1, 2, 3)");
	} finally {
		await own.stop();
		await context.close();
	}
});
