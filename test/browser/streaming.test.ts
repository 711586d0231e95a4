/** The streaming page and one stream's own view over a real colony's streams: graph, windows and checkpoints that move. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { violations } from "./axe.ts";
import { launchChromium } from "./chromium.ts";
import { type Rig, shifts, startRig, untilLive, visit } from "./dashboard.ts";

/** A name that is no good in an address as it is. */
const NAME = 'clicks/"now" 100%';

let browser: Browser;
let rig: Rig;
let directory: string;
let feeding: ReturnType<typeof setInterval>;
beforeAll(async () => {
	directory = mkdtempSync(join(tmpdir(), "streams-"));
	writeFileSync(join(directory, "blocked"), "no directory");
	browser = await launchChromium();
	rig = await startRig();
	const rules = {
		windowMs: 1000,
		outOfOrderMs: 200,
		time: ({ at }: { at: number }) => at,
		start: () => 0,
		add: (sum: number) => sum + 1,
	};
	const clicks = await rig.colony.stream({ ...rules, name: NAME, checkpoint: { directory, everyMs: 400 } });
	await rig.colony.stream({ ...rules, name: "stuck", checkpoint: { directory: join(directory, "blocked"), everyMs: 1000 } });
	feeding = setInterval(() => {
		for (let i = 0; i < 10; i++) void clicks.push({ at: Date.now() - Math.random() * 400 }).catch(() => {});
	}, 100);
	await vi.waitFor(async () => expect(await (await fetch(`${rig.url}api/streams/stuck`)).text()).toContain('"failed"'), {
		timeout: 20_000,
	});
});
afterAll(async () => {
	clearInterval(feeding);
	await rig?.stop();
	await browser?.close();
	rmSync(directory, { recursive: true, force: true });
});

test("Overview shows failing checkpoints as a finding that leads to the stream", async () => {
	const { page, context, consoleErrors } = await visit(browser, rig.url);
	await untilLive(page);
	const finding = page.locator(".finding a", { hasText: /checkpoints of stream stuck failed/i });
	await expect.poll(() => finding.count()).toBe(1);
	expect(await page.locator(".verdict-word").textContent()).toMatch(/Degraded|Unhealthy/);
	expect(await violations(page)).toEqual([]);
	await finding.click();
	await page.waitForURL(`${rig.url}streaming/stuck`);
	expect(consoleErrors).toEqual([]);
	await context.close();
});

test("the stream in trouble is first, and its name leads to its page, which shows why", async () => {
	const { page, context, consoleErrors } = await visit(browser, `${rig.url}streaming`);
	await untilLive(page);
	const names = () => page.locator("tbody th").allTextContents();
	await expect.poll(names).toEqual(["stuck", NAME]);
	await page.getByRole("link", { name: "stuck", exact: true }).click();
	await page.waitForURL(`${rig.url}streaming/stuck`);
	await untilLive(page);
	expect(await page.locator(".checkpoint-table").textContent()).toMatch(/failed.*EEXIST|failed.*ENOTDIR/);
	expect(await page.locator(".checkpoint-failed").count()).toBeGreaterThan(0);
	expect(await page.locator(".error-line").first().textContent()).toContain("checkpoint");
	expect(consoleErrors).toEqual([]);
	await context.close();
});

const ADDRESS = `streaming/${encodeURIComponent(NAME)}`;

describe("one stream's page", () => {
	test.each([
		["dark", 1440],
		["light", 360],
	] as const)("moves, holds still around what moves, and passes axe: %s, %i px", async (theme, width) => {
		const { page, context, consoleErrors } = await visit(browser, rig.url + ADDRESS, { theme, viewport: { width, height: 900 } });
		expect(await page.locator("h1").textContent()).toBe(NAME);
		await untilLive(page);
		expect(await page.locator(".operator strong").allTextContents()).toEqual(["source", "tumbling window", "sink"]);
		// Side by side, or one below the other.
		const drawn = (edge: string) =>
			page
				.locator(`.graph-edges ${edge}`)
				.first()
				.evaluate((path) => getComputedStyle(path).display !== "none");
		expect([await drawn(".edge-across"), await drawn(".edge-down")]).toEqual([width > 700, width <= 700]);
		const fact = (name: string) => page.locator(".facts > div", { hasText: name }).locator("dd").textContent();
		const newest = () => page.locator(".checkpoint-table tbody th").first().textContent();
		const [fired, checkpoint] = [await fact("Windows fired"), await newest()];
		await expect.poll(() => fact("Windows fired")).not.toBe(fired);
		await expect.poll(newest).not.toBe(checkpoint);
		// A chart for each thing it reports, and none for what it does not; every number leads to its graph.
		expect(await page.locator(".drawn h2").allTextContents()).toEqual([
			"Throughput",
			"Lag",
			"Pressure",
			"Windows open",
			"Windows fired",
			"Late records",
		]);
		const restores = await page.locator(".numbers a", { hasText: "stream_restores_total" }).getAttribute("href");
		expect(new URL(restores ?? "", rig.url).searchParams.get("q")).toBe(`stream_restores_total{stream=${JSON.stringify(NAME)}}`);
		expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
		const { page: moved, moved: what } = await shifts(page);
		expect(moved, what.join("\n")).toBeLessThan(0.005);
		expect(await violations(page)).toEqual([]);
		expect(consoleErrors).toEqual([]);
		await context.close();
	});

	test.each([true, false])(
		"an operator chosen in the graph has its subtasks listed, by keyboard; script: %s",
		async (javaScriptEnabled) => {
			const { page, context } = await visit(browser, rig.url + ADDRESS, { javaScriptEnabled });
			if (javaScriptEnabled) await untilLive(page);
			const subtasks = () => page.locator("#subtasks tbody th").allTextContents();
			expect(await subtasks()).toEqual(["source-1", "window-1", "sink-1"]);
			await page.getByRole("link", { name: /^tumbling window/ }).focus();
			await page.keyboard.press("Enter");
			await page.waitForURL(/operator=window/);
			await expect.poll(subtasks).toEqual(["window-1"]);
			expect(await page.locator(".operator[aria-current]").textContent()).toContain("tumbling window");
			await context.close();
		},
	);
});

test("a stream nobody lists has no page", async () => {
	const response = await fetch(`${rig.url}streaming/nowhere`, { headers: { accept: "text/html" } });
	expect(response.status).toBe(404);
	expect(await response.text()).toContain("the colony lists no stream");
});
