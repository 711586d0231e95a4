/** The comb and a worker's own page in a real browser, over a colony that works. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { violations } from "./axe.ts";
import { launchChromium } from "./chromium.ts";
import { type Rig, shifts, startRig, untilLive, visit } from "./dashboard.ts";

let browser: Browser;
let rig: Rig;
beforeAll(async () => {
	browser = await launchChromium();
	rig = await startRig();
	const tasks = async () => (await fetch(`${rig.url}api/tasks`)).text();
	await vi.waitFor(async () => expect(await tasks()).toContain('"failed"'), { timeout: 30_000, interval: 250 });
});
afterAll(async () => {
	await rig?.stop();
	await browser?.close();
});

/** Number of the canvas' pixels above an opacity. */
const inked = (page: Page, opaque = 0): Promise<number> =>
	page.locator(".comb-canvas").evaluate((element, opaque) => {
		const canvas = element as HTMLCanvasElement;
		if (canvas.width === 0 || canvas.height === 0) return 0;
		// A copy: one that is read often is kept elsewhere, of which the console speaks.
		const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
		copy?.drawImage(canvas, 0, 0);
		const { data } = copy?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
		let inked = 0;
		for (let i = 3; i < data.length; i += 4) if ((data[i] ?? 0) > opaque) inked++;
		return inked;
	}, opaque);

async function drawn(page: Page): Promise<void> {
	await untilLive(page);
	await expect.poll(() => inked(page)).toBeGreaterThan(0);
}

describe.each([
	["dark", 1440, ""],
	["light", 360, ""],
	["dark", 360, "?comb=cpu_percent"],
	["light", 1440, "?comb=cpu_percent"],
] as const)("the comb: %s, %i px, /workers%s", (theme, width, query) => {
	test("is drawn without a word, holds still and passes axe; the legend counts every worker", async () => {
		const { page, context, consoleErrors } = await visit(browser, `${rig.url}workers${query}`, { theme, viewport: { width, height: 900 } });
		await drawn(page);
		expect(await page.locator(".comb-first").count()).toBe(0);
		const counts = await page.locator(".comb-count").allTextContents();
		expect(counts.map(Number).reduce((a, b) => a + b)).toBe(3);
		expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
		const { page: moved, moved: what } = await shifts(page);
		expect(moved, what.join("\n")).toBeLessThan(0.005);
		expect(await violations(page)).toEqual([]);
		expect(consoleErrors).toEqual([]);
		await context.close();
	});
});

test("a pointer names the cell beneath it, and a click opens its worker", async () => {
	const { page, context, consoleErrors } = await visit(browser, `${rig.url}workers`);
	await drawn(page);
	const ids = (await page.locator("tbody .worker-link").allTextContents()).sort();
	expect(ids).toHaveLength(3);
	const box = await page.locator(".comb-box").boundingBox();
	const names = new Set<string>();
	for (let x = 0; x < 160; x += 12) {
		await page.mouse.move((box?.x ?? 0) + x, (box?.y ?? 0) + 24);
		if ((await page.locator(".comb-pointed").count()) > 0) names.add((await page.locator(".comb-name").textContent()) ?? "");
	}
	expect([...names].sort()).toEqual(ids);
	await page.mouse.move((box?.x ?? 0) + 22, (box?.y ?? 0) + 24);
	const name = (await page.locator(".comb-name").textContent()) ?? "";
	await page.mouse.click((box?.x ?? 0) + 22, (box?.y ?? 0) + 24);
	await page.waitForURL(`${rig.url}workers/${encodeURIComponent(name)}`);
	expect(await page.locator("h1").textContent()).toBe(name);
	expect(consoleErrors).toEqual([]);
	await context.close();
});

test("comb and table are linked: a row highlights its cell, a cell its row; a filter dims the others and is in the URL", async () => {
	const { page, context, consoleErrors } = await visit(browser, `${rig.url}workers`);
	await drawn(page);
	const [first = "", second = ""] = await page.locator("tbody .worker-link").allTextContents();
	await page.locator("tbody tr", { hasText: second }).hover();
	await expect.poll(() => page.locator(".comb-pointed").count()).toBe(1);
	expect(await page.locator(".comb-name").textContent()).toBe(second);
	expect(await page.locator(".comb-readout").evaluate((line) => getComputedStyle(line).visibility)).toBe("visible");
	// By keyboard, from the table and from the comb.
	await page.getByRole("link", { name: first, exact: true }).focus();
	await expect.poll(() => page.locator(".comb-name").textContent()).toBe(first);
	await page.locator(".comb-cell").focus();
	await page.keyboard.press("Home");
	const marked = page.locator("tbody tr[data-marked]");
	await expect.poll(() => marked.locator(".worker-link").textContent()).toBe(await page.locator(".comb-name").textContent());
	// What the filter leaves out stands back, and is still there.
	const filter = page.getByRole("searchbox", { name: "Filter Workers" });
	await filter.fill("no such worker");
	await expect.poll(() => inked(page, 200)).toBe(0);
	expect(await inked(page)).toBeGreaterThan(0);
	await filter.fill(first);
	await page.waitForURL((url) => url.searchParams.get("filter") === first);
	await expect.poll(() => page.locator("tbody tr.row").count()).toBe(1);
	await expect.poll(() => inked(page, 200)).toBeGreaterThan(0);
	expect((await page.locator(".comb-count").allTextContents()).map(Number).reduce((a, b) => a + b)).toBe(1);
	// A state in the legend is a filter too, and its own way back.
	const state = page.locator(".comb-legend a").first();
	const word = await state.textContent();
	await state.click();
	await page.waitForURL((url) => url.searchParams.get("filter") === `status=${word}`);
	await state.click();
	await page.waitForURL(`${rig.url}workers`);
	expect(consoleErrors).toEqual([]);
	await context.close();
});

test("one tab stop; arrow keys go from cell to cell, Enter opens the worker", async () => {
	const { page, context } = await visit(browser, `${rig.url}workers`);
	await drawn(page);
	await page.locator(".comb-choice select").focus();
	await page.keyboard.press("Tab");
	const name = () => page.locator(".comb-name").textContent();
	const focused = () => page.evaluate(() => document.activeElement?.className ?? "");
	expect(await focused()).toContain("comb-cell");
	const seen = [await name()];
	for (let n = 0; n < 2; n++) {
		await page.keyboard.press("ArrowRight");
		seen.push(await name());
	}
	expect(new Set(seen).size).toBe(3);
	await page.keyboard.press("Home");
	expect(await name()).toBe(seen[0]);
	expect(await page.locator(".comb-cell").textContent()).toContain(`Worker ${seen[0]}`);
	await page.keyboard.press("End");
	await page.keyboard.press("Tab");
	expect(await focused()).not.toContain("comb-cell");
	await page.keyboard.press("Shift+Tab");
	await page.keyboard.press("Enter");
	await page.waitForURL(`${rig.url}workers/${encodeURIComponent(seen[2] ?? "")}`);
	await context.close();
});

test("the chosen colour is in the URL and restored from it", async () => {
	const { page, context } = await visit(browser, `${rig.url}workers`);
	await drawn(page);
	expect(await page.locator(".comb-legend").textContent()).toContain("busy");
	await page.locator(".comb-choice select").selectOption("memory_mb");
	await page.waitForURL(/\?comb=memory_mb$/);
	await drawn(page);
	expect(await page.locator(".comb-choice select").inputValue()).toBe("memory_mb");
	expect(await page.locator(".comb-legend").textContent()).toMatch(/[MG]B/);
	await context.close();
});

test("without script there is a picture, a choice and a table", async () => {
	const { page, context } = await visit(browser, `${rig.url}workers?comb=cpu_percent`, { javaScriptEnabled: false });
	expect(await page.locator(".comb-first rect").count()).toBeGreaterThan(0);
	await page.locator(".comb-choice select").selectOption("");
	await page.locator(".comb-choice button").click();
	await expect.poll(() => page.locator(".comb-legend").textContent()).toContain("busy");
	await expect.poll(() => page.locator("tbody tr").count()).toBe(3);
	await context.close();
});

describe.each([
	["dark", 1440],
	["light", 360],
] as const)("a worker's page: %s, %i px", (theme, width) => {
	test("hydrates without a word, shows its tasks, holds still and passes axe", async () => {
		const id = await failedOn();
		const { page, context, consoleErrors } = await visit(browser, `${rig.url}workers/${encodeURIComponent(id)}`, {
			theme,
			viewport: { width, height: 900 },
		});
		await untilLive(page);
		expect(await page.title()).toContain(id);
		await expect.poll(() => page.locator(".numbers").textContent()).toContain("cpu_percent");
		const ran = page.locator("section", { has: page.getByRole("heading", { name: "Finished tasks" }) });
		await expect.poll(() => ran.locator("tbody tr").count()).toBeGreaterThan(0);
		expect(await ran.getByRole("columnheader").allTextContents()).not.toContain("Worker");
		// Every metric that tells something, restarts with them; the others by name, each leading to its graph.
		const charts = await page.locator(".drawn h2").allTextContents();
		expect(charts).toEqual(["CPU", "Memory", "Concurrent tasks", "Tasks ended", "Restarts", "Heap", "Utilization"]);
		expect(await page.locator(".drawn svg.event").count()).toBeGreaterThan(0);
		const graph = page.locator(".numbers a", { hasText: "heap_percent" });
		expect(decodeURIComponent((await graph.getAttribute("href")) ?? "")).toContain(`q=heap_percent{worker="${id}"}`);
		expect(await page.locator(".error-line").first().textContent()).toContain("TypeError");
		expect(await page.locator('nav [aria-current="page"]').textContent()).toBe("Workers");
		expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
		const { page: moved, moved: what } = await shifts(page);
		expect(moved, what.join("\n")).toBeLessThan(0.005);
		expect(await violations(page)).toEqual([]);
		expect(consoleErrors).toEqual([]);
		await context.close();
	});
});

test("from a worker on to the next, by keyboard, in the order the table had; and back to the table as it was", async () => {
	const { page, context, consoleErrors } = await visit(browser, `${rig.url}workers?sort=-id`);
	await untilLive(page);
	const ids = await page.locator("tbody .worker-link").allTextContents();
	expect(ids).toHaveLength(3);
	await page.getByRole("link", { name: ids[0] ?? "", exact: true }).click();
	const at = (id: string | undefined) => page.waitForURL(`${rig.url}workers/${id}?sort=-id`);
	await at(ids[0]);
	await untilLive(page);
	expect(await page.locator(".way-place").textContent()).toBe("1 of 3");
	expect(await page.locator(".way-step").count()).toBe(1);
	await page.keyboard.press(".");
	await at(ids[1]);
	await untilLive(page);
	expect(await page.locator('.way [rel="prev"]').getAttribute("title")).toContain(ids[0]);
	expect(await page.locator('.way [rel="next"]').getAttribute("title")).toContain(ids[2]);
	await page.getByRole("link", { name: "All workers" }).click();
	await page.waitForURL(`${rig.url}workers?sort=-id`);
	expect(consoleErrors).toEqual([]);
	await context.close();
});

/** A worker on which a task has failed. */
async function failedOn(): Promise<string> {
	const { page, context } = await visit(browser, `${rig.url}tasks?status=failed`, { javaScriptEnabled: false });
	const id = (await page.locator('.history tbody a[href*="/workers/"]').first().textContent()) ?? "";
	await context.close();
	return id;
}
