/** Charts as readers use them: cursor, keys, zoom, legend, events, and the way out with the numbers. */
import { readFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Colony } from "../../colony-bridge/colony.ts";
import { ChartWidget, DashboardServer } from "../../worker/node/index.ts";
import { inkOf, untilPainted } from "./canvas.ts";
import { launchChromium } from "./chromium.ts";
import { untilLive, visit } from "./dashboard.ts";

let pushes = 0;
const colony: Colony = {
	name: "charted",
	snapshot: () => {
		pushes++;
		return {
			metrics: [
				{ name: "bees_in", unit: "bees", value: 100 },
				{ name: "bees_out", unit: "bees", value: 50 },
				{ name: "hive_temperature_celsius", value: 35 },
				...Array.from({ length: 12 }, (_, i) => ({ name: `cell_${i}`, value: i })),
				// Half of them at each push.
				...Array.from({ length: 6 }, (_, i) => ({ name: "wax_mb", labels: { worker: `w${2 * i + (pushes % 2)}` }, value: 7 })),
				...(pushes < 6 ? [{ name: "retired", value: 7 }] : []),
				{ name: "backup_timestamp_seconds", value: Date.now() / 1000 - 390 },
				...["a", "b"].map((instance) => ({ name: "up", labels: { instance }, value: 1 })),
			],
		};
	},
	subscribe(listener) {
		const at = Date.now() + 500;
		listener({ type: "mark", at, kind: "restart", text: "the queen was restarted" });
		for (let i = 0; i < 120; i++) listener({ type: "log", at, level: "ERROR", source: "queen", message: `egg ${i} is lost` });
		return () => {};
	},
};

let browser: Browser;
let dashboard: DashboardServer;
const address = () => new URL("/charts", dashboard.url).href;
beforeAll(async () => {
	browser = await launchChromium();
	dashboard = new DashboardServer({ colony, config: { refreshIntervalMs: 250 } });
	dashboard.addPage("charts", "Charts", [
		new ChartWidget({ title: "Bees", metrics: ["bees_in", "bees_out"], timeRange: "1m" }),
		new ChartWidget({ title: "Temperature", metrics: ["hive_temperature_celsius"], timeRange: "1m" }),
		new ChartWidget({ title: "Cells", metrics: Array.from({ length: 12 }, (_, i) => `cell_${i}`), timeRange: "1m" }),
	]);
	dashboard.addPage("told", "Told", [
		new ChartWidget({ title: "Wax", metrics: ["wax_mb"], timeRange: "1m" }),
		new ChartWidget({ title: "Retired", metrics: ["retired"], timeRange: "1m" }),
	]);
	await dashboard.start({ host: "127.0.0.1", port: 0 });
	await vi.waitFor(() => expect(pushes).toBeGreaterThan(12), { timeout: 20_000, interval: 100 });
});
afterAll(async () => {
	await dashboard?.stop();
	await browser?.close();
});

const chart = (page: Page, label: string) => page.locator("figure.chart", { has: page.getByRole("slider", { name: label, exact: true }) });
const plot = (page: Page, label: string) => page.getByRole("slider", { name: label, exact: true });

test("one cursor for all charts: by mouse, and by keys with its values in words", async () => {
	const { page, context, consoleErrors } = await visit(browser, address());
	await untilLive(page);
	await untilPainted(page);
	const cursors = page.locator(".plot-cursor line");
	await plot(page, "Bees").hover();
	await expect.poll(() => cursors.count()).toBe(3);
	await page.mouse.move(1, 1);
	await expect.poll(() => cursors.count()).toBe(0);

	await plot(page, "Bees").focus();
	await page.keyboard.press("End");
	await page.keyboard.press("ArrowLeft");
	await expect
		.poll(() => plot(page, "Bees").getAttribute("aria-valuetext"))
		.toMatch(/^\d\d:\d\d:\d\d, bees_in 100\sbees, bees_out 50\sbees/);
	expect(await chart(page, "Temperature").locator(".plot-cursor text").textContent()).toMatch(/^\d\d:\d\d:\d\d$/);
	expect(await chart(page, "Bees").locator(".plot-cursor circle").count()).toBe(2);
	await page.keyboard.press("Escape");
	await expect.poll(() => cursors.count()).toBe(0);
	expect(consoleErrors).toEqual([]);
	await context.close();
});

test("numbers are labelled: a sum with its series, a stale value with its age, an instant with the time since", async () => {
	const { page, context, consoleErrors } = await visit(browser, new URL("/told", dashboard.url).href);
	await untilLive(page);
	const legend = (label: string) => chart(page, label).locator(".legend-entry").textContent();
	const wax = new Set<string | null>();
	const newest = () => page.locator(".link-age time").getAttribute("datetime");
	for (let push = 0; push < 4; push++) {
		const before = await newest();
		wax.add(await legend("Wax"));
		await expect.poll(newest).not.toBe(before);
	}
	expect([...wax].join()).toMatch(/^wax_mb, sum of 1284\.00\sMB$/);
	await expect.poll(() => legend("Retired")).toMatch(/^retired7, \d+\ss ago$/);
	const marks = await chart(page, "Wax").locator(".plot-x text").allTextContents();
	expect(new Set(marks).size).toBe(marks.length);
	await page.goto(new URL("/metrics?q=up&fold=sum&range=1m", dashboard.url).href);
	expect(await page.locator(".metric-card", { hasText: "backup_timestamp_seconds" }).locator(".metric-card-value").textContent()).toMatch(
		/^6\smin\sago$/,
	);
	await expect.poll(() => legend("up")).toMatch(/^up, sum of 22\sof\s2$/);
	expect(consoleErrors).toEqual([]);
	await context.close();
});

test("events are marked and shown at the cursor", async () => {
	const { page, context, consoleErrors } = await visit(browser, address());
	await untilLive(page);
	const event = chart(page, "Bees").locator(".event.tone-warn").first();
	await event.waitFor({ state: "attached" });
	await expect
		.poll(async () => {
			const box = await event.boundingBox();
			if (box) await page.mouse.move(box.x + box.width / 2, box.y - 20);
			return page
				.locator(".plot-tip")
				.first()
				.textContent({ timeout: 500 })
				.catch(() => "");
		})
		// With all errors, where a table has the newest 50.
		.toMatch(/(?=.*the queen was restarted)(?=.*120\u00a0errors in 10\u00a0s)/s);
	// No cross of its own for each.
	const dense = chart(page, "Bees").locator(".event-density");
	expect(await dense.count()).toBe(1);
	expect(await chart(page, "Bees").locator(".event.tone-bad").count()).toBe(0);
	expect(consoleErrors).toEqual([]);
	await context.close();
});

test("a stretch of time is dragged out: the address has it, and Escape leads back", async () => {
	const { page, context, consoleErrors } = await visit(browser, address());
	await untilLive(page);
	await untilPainted(page);
	const selected = () =>
		chart(page, "Temperature")
			.locator(".plot-selection rect")
			.evaluateAll(([rect]) => rect?.getBoundingClientRect().width ?? 0);
	const box = await plot(page, "Temperature").boundingBox();
	if (!box) throw new Error("the chart is nowhere");
	const y = box.y + box.height / 2;
	await page.mouse.move(box.x + box.width * 0.5, y);
	await page.mouse.down();
	await page.mouse.move(box.x + box.width * 0.8, y, { steps: 4 });
	await expect.poll(selected).toBeGreaterThan(0);
	await page.mouse.up();
	await expect.poll(selected).toBe(0);
	await expect.poll(() => new URL(page.url()).searchParams.get("range")).toMatch(/^\d+s$/);
	const end = new URL(page.url()).searchParams.get("end");
	expect(Date.parse(end ?? "")).toBeLessThan(Date.now());
	// It stands still, and its marks are clock times.
	await expect.poll(async () => (await chart(page, "Bees").locator(".plot-x text").allTextContents()).join(" ")).toMatch(/^[\d: ]+$/);
	await plot(page, "Temperature").focus();
	await page.keyboard.press("Escape");
	await page.keyboard.press("Escape");
	await expect.poll(() => new URL(page.url()).search).toBe("");
	expect(consoleErrors).toEqual([]);
	await context.close();
});

test("the legend isolates a line, shows all again and hides one", async () => {
	const { page, context } = await visit(browser, address());
	await untilLive(page);
	await untilPainted(page);
	const bees = chart(page, "Bees");
	const drawn = async () => [(await inkOf(bees, "--s1")) > 0, (await inkOf(bees, "--s2")) > 0];
	const [into, out] = [bees.getByRole("button", { name: "bees_in" }), bees.getByRole("button", { name: "bees_out" })];
	await out.click();
	await expect.poll(drawn).toEqual([false, true]);
	expect(await into.getAttribute("aria-pressed")).toBe("false");
	await out.click();
	await expect.poll(drawn).toEqual([true, true]);
	await out.click({ modifiers: ["Shift"] });
	await expect.poll(drawn).toEqual([true, false]);
	// The address says so in few characters, and shows the same to whom it is sent, without script too.
	expect(new URL(page.url()).search).toMatch(/^\?hidden\.\d+=[a-z0-9]{1,7}$/);
	const link = await visit(browser, page.url(), { javaScriptEnabled: false });
	const sent = chart(link.page, "Bees").getByRole("button", { name: "bees_out" });
	expect(await sent.getAttribute("aria-pressed")).toBe("false");
	await link.context.close();
	await context.close();
});

test("of more series than colours some are drawn; the legend says which, and the reader chooses", async () => {
	const { page, context } = await visit(browser, address());
	await untilLive(page);
	const cells = chart(page, "Cells");
	expect(await cells.locator(".legend-left").textContent()).toContain("10 of 12 drawn");
	expect(await cells.locator(".legend-name").allTextContents()).toContain("cell_11");
	await cells.getByLabel("Series shown").selectOption("lowest");
	await expect.poll(() => cells.locator(".legend-name").allTextContents()).toContain("cell_0");
	await context.close();
});

test("its values are a table, a PNG, a CSV, and an export that parses", async () => {
	const { page, context, consoleErrors } = await visit(browser, address());
	await untilLive(page);
	await page.getByRole("button", { name: "Values of Bees" }).click();
	const dialog = page.getByRole("dialog");
	await dialog.waitFor();
	expect(await dialog.locator("thead th").allTextContents()).toEqual(["Time", "bees_in", "bees_out"]);
	// The newest instants may have no value yet.
	const filled = dialog.locator("tbody tr", { hasText: "100\u00a0bees" });
	expect(await filled.count()).toBeGreaterThan(0);
	const saved = async (name: string) => {
		const [download] = await Promise.all([page.waitForEvent("download"), dialog.getByRole("button", { name }).click()]);
		return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
	};
	const png = await saved("Save as PNG");
	expect(png.name).toMatch(/^charted_Bees_\d{8}T\d{6}Z\.png$/);
	expect([...png.bytes.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);
	expect([png.bytes.readUInt32BE(16), png.bytes.readUInt32BE(20)]).toEqual([1920, 960]);
	const csv = (await saved("Save as CSV")).bytes.toString().trimEnd().split("\r\n");
	expect(csv[0]).toBe("\uFEFFtime,bees_in (bees),bees_out (bees)");
	expect(csv.findLast((row) => !row.endsWith(",,"))).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z,100,50$/);
	const href = await dialog.getByRole("link", { name: "JSON" }).getAttribute("href");
	const exported = await (await fetch(new URL(href ?? "", dashboard.url))).text();
	JSON.parse(exported);
	expect(exported).toContain("bees_in");
	await page.keyboard.press("Escape");
	await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
	expect(consoleErrors).toEqual([]);
	await context.close();
});

test("by finger: a touch shows the values there, and they stay", async () => {
	const { page, context } = await visit(browser, address(), { hasTouch: true, viewport: { width: 360, height: 800 } });
	await untilLive(page);
	await plot(page, "Bees").tap();
	await expect.poll(() => chart(page, "Bees").locator(".plot-cursor text").count()).toBe(1);
	await page.getByRole("heading", { level: 1 }).tap();
	await expect.poll(() => page.locator(".plot-cursor text").count()).toBe(0);
	await context.close();
});

test("with colours of the reader's system a picture is SVG that has them, so on paper, where there is nothing to press", async () => {
	const { page, context, consoleErrors } = await visit(browser, address());
	await untilLive(page);
	await untilPainted(page);
	expect(await page.locator(".plot-line").count()).toBe(0);
	const colourOf = (selector: string, property: string) =>
		page
			.locator(selector)
			.first()
			.evaluate((element, property) => getComputedStyle(element).getPropertyValue(property), property);
	/** What the system's word is in the colours of now. */
	const system = (word: string) =>
		page.evaluate((word) => {
			const probe = document.body.appendChild(document.createElement("i"));
			probe.style.color = word;
			const { color } = getComputedStyle(probe);
			probe.remove();
			return color;
		}, word);
	await page.emulateMedia({ forcedColors: "active" });
	expect(await colourOf(".plot-line.series-0", "stroke")).toBe(await system("CanvasText"));
	expect(await colourOf(".plot-y text", "fill")).toBe(await system("CanvasText"));
	expect(await colourOf(".plot-line.series-1", "stroke")).toBe(await system("LinkText"));
	expect(await colourOf(".uplot canvas", "visibility")).toBe("hidden");
	await page.emulateMedia({ forcedColors: "none" });
	await expect.poll(() => page.locator(".plot-line").count()).toBe(0);
	expect(await colourOf(".uplot canvas", "visibility")).toBe("visible");
	await page.emulateMedia({ media: "print" });
	expect(await colourOf("body", "background-color")).toBe("rgb(255, 255, 255)");
	expect(await colourOf("body", "color")).toBe("rgb(22, 32, 42)");
	expect(await page.locator("nav.pages").isVisible()).toBe(false);
	await expect.poll(() => page.locator(".plot-line").count()).toBe(13);
	expect((await page.pdf({ format: "A4" })).subarray(0, 5).toString()).toBe("%PDF-");
	expect(consoleErrors).toEqual([]);
	await context.close();
});
