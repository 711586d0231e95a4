/** Widgets as readers use them: a log that is searched and stands still, checks in order of trouble, gauges in words. */
import { readFile } from "node:fs/promises";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Colony } from "../../colony-bridge/colony.ts";
import { DashboardServer, GaugeWidget, LogWidget, MetricWidget, StatusWidget } from "../../worker/node/index.ts";
import { violations } from "./axe.ts";
import { launchChromium } from "./chromium.ts";
import { untilLive, visit } from "./dashboard.ts";

let written = 0;
const write = (count: number) =>
	Array.from({ length: count }, () => {
		written++;
		return {
			at: Date.now(),
			level: written % 10 === 0 ? ("ERROR" as const) : ("INFO" as const),
			source: "queen",
			message: written % 10 === 0 ? `\u001b[31mlost\u001b[0m <b>bee</b> ${written}` : `line ${written}`,
		};
	});

const colony: Colony = {
	name: "widgets",
	snapshot: () => ({
		logs: write(written === 0 ? 400 : 1),
		checks: [
			{ id: "disk", status: "ok", message: "12 GB free" },
			{ id: "db-1", status: "warning", message: "slow" },
			{ id: "db-2", status: "failed", message: "gone" },
		],
		metrics: [
			{ name: "load_percent", value: 130 },
			{ name: "bees", value: 12 },
		],
	}),
};

let browser: Browser;
let dashboard: DashboardServer;
const address = () => new URL("/w", dashboard.url).href;
beforeAll(async () => {
	browser = await launchChromium();
	dashboard = new DashboardServer({ colony, config: { refreshIntervalMs: 500 } });
	dashboard.addPage("w", "Widgets", [
		new LogWidget({ title: "Logs", maxLines: 500 }),
		new StatusWidget({ title: "Services", checks: ["disk", "ghost", "db-*"] }),
		new GaugeWidget({ title: "Load", metric: "load_percent", thresholds: { green: 70, yellow: 85, red: 100 } }),
		new GaugeWidget({ title: "Nothing", metric: "nobody" }),
		new MetricWidget({ title: "Bees", metric: "bees", format: "{value:.1f} bees" }),
	]);
	await dashboard.start({ host: "127.0.0.1", port: 0 });
});
afterAll(async () => {
	await dashboard?.stop();
	await browser?.close();
});

test("a log is searched, does not move while it is read, counts new lines, and is exported as filtered", async () => {
	const { page, context, consoleErrors } = await visit(browser, address());
	await untilLive(page);
	const log = page.getByRole("log", { name: "Logs" });
	const acts = page.locator(".log-acts");
	expect(await log.getAttribute("aria-live")).toBe("off");
	expect(await violations(page)).toEqual([]);
	const first = () => log.locator(".log-line").first().textContent();
	const before = await first();
	await expect.poll(first).not.toBe(before);

	// Who scrolls down reads.
	await log.evaluate((box) => box.scrollTo(0, 300));
	await expect.poll(() => acts.getByRole("button", { name: "Follow" }).count()).toBe(1);
	const still = await first();
	await page.locator(".log-waiting").waitFor();
	expect(await page.locator(".log-waiting").textContent()).toMatch(/^\d+\snew lines? ↑$/);
	expect(await first()).toBe(still);
	await page.locator(".log-waiting").click();
	await expect.poll(first).not.toBe(still);
	expect(await log.evaluate((box) => box.scrollTop)).toBe(0);

	await acts.getByRole("button", { name: "Pause" }).click();
	// Only the lines in sight of four hundred are in the document, and each says where it stands.
	const inDocument = () => log.locator(".log-line").count();
	expect(await inDocument()).toBeLessThan(80);
	const total = Number(await log.locator(".log-line").first().getAttribute("aria-setsize"));
	expect(total).toBeGreaterThanOrEqual(400);
	await log.focus();
	await page.keyboard.press("End");
	const last = () => log.locator(".log-line").last().getAttribute("aria-posinset");
	await expect.poll(last).toBe(String(total));
	expect(await log.locator(".log-line").last().textContent()).toMatch(/line 1$/);
	expect(await inDocument()).toBeLessThan(80);
	// What stands there does not move while lines come.
	const stands = () => log.evaluate((box) => box.querySelector(".log-line:last-child")?.getBoundingClientRect().top);
	const [there, waited] = [await stands(), await page.locator(".log-waiting").textContent()];
	await expect.poll(() => page.locator(".log-waiting").textContent()).not.toBe(waited);
	expect(await stands()).toBe(there);
	await page.keyboard.press("Home");
	await expect.poll(() => log.locator(".log-line").first().getAttribute("aria-posinset")).toBe("1");

	await page.getByRole("searchbox", { name: "Search in Logs" }).fill("LOST <b>");
	await expect.poll(() => log.locator("mark").count()).toBeGreaterThan(0);
	expect(new Set(await log.locator("mark").allTextContents())).toEqual(new Set(["lost <b>"]));
	expect(await page.locator(".log-status").textContent()).toMatch(/\d+ of \d+\slines match/);
	const [download] = await Promise.all([page.waitForEvent("download"), acts.getByRole("button", { name: "Save" }).click()]);
	const lines = (await readFile(await download.path(), "utf8")).trim().split("\n");
	expect(lines.length).toBe(Number(await log.locator(".log-line").first().getAttribute("aria-setsize")));
	for (const line of lines) expect(line).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z ERROR queen: lost <b>bee<\/b> \d+$/);

	await page.getByRole("searchbox", { name: "Search in Logs" }).fill("");
	await page.getByRole("button", { name: /^INFO/ }).click();
	const onlyErrors = (texts: string[]) => texts.length > 0 && texts.every((text) => text.startsWith("ERROR"));
	await expect.poll(async () => onlyErrors(await log.locator(".log-text").allTextContents())).toBe(true);
	// A link shows what its sender saw, without script too.
	await expect.poll(() => new URL(page.url()).search).toBe("?exclude.1=INFO");
	const link = await visit(browser, `${page.url()}&search.1=bee`, { javaScriptEnabled: false });
	expect(onlyErrors(await link.page.locator(".widget-log .log-text").allTextContents())).toBe(true);
	expect(await link.page.locator(".widget-log mark").first().textContent()).toBe("bee");
	await link.context.close();
	expect(consoleErrors).toEqual([]);
	await context.close();
});

test("checks are chosen by glob and sorted worst first; gauges and numbers show values, and missing ones as such", async () => {
	const { page, context, consoleErrors } = await visit(browser, address(), { javaScriptEnabled: false });
	expect(await page.locator(".widget-status .line strong").allTextContents()).toEqual(["db-2", "db-1", "ghost", "disk"]);
	expect(await page.locator(".widget-status .line", { hasText: "ghost" }).textContent()).toContain("not reported");
	const strip = page.locator(".widget-status .line", { hasText: "db-2" }).locator(".check-strip");
	expect((await strip.locator(".check-strip-words").textContent())?.replace(/\s+/g, " ")).toMatch(/failed 1 time, \d+ s in 15 min$/);
	expect(await strip.getByRole("img").getAttribute("aria-label")).toMatch(/^db-2: failed .* failed for .* UTC: gone$/);
	expect(await strip.locator("rect.tone-bad").count()).toBe(1);
	const [load, nothing] = await page.locator(".widget-gauge").allTextContents();
	expect(load?.replace(/\s+/g, " ")).toMatch(/red above 85 %\s?above the scale/);
	expect(nothing).toContain("No data for nobody");
	expect(await page.locator(".metric-value").textContent()).toBe("12.0 bees");
	expect(await page.locator(".log-tools").isVisible()).toBe(false);
	expect(await page.locator(".widget-log .scriptless").textContent()).toMatch(/^40 of \d+: the others need JavaScript\.$/);
	expect(consoleErrors).toEqual([]);
	await context.close();
});
