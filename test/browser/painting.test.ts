/** Charts handed over from SVG to a canvas: nothing moves, nothing is drawn that need not be, and nothing is left behind. */
import type { Browser, Page, Request } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { drawnOn, inkOf, untilPainted } from "./canvas.ts";
import { type Scenes, startScenes } from "./chart-scenes.ts";
import { launchChromium } from "./chromium.ts";
import { shifts, untilLive, visit } from "./dashboard.ts";

let browser: Browser;
let scenes: Scenes;
beforeAll(async () => {
	browser = await launchChromium();
	scenes = await startScenes();
});
afterAll(async () => {
	await browser?.close();
	await scenes?.stop();
});

const TALL = { width: 1440, height: 1500 };
const chart = (page: Page, label: string) => page.locator("figure.chart", { has: page.getByRole("slider", { name: label, exact: true }) });

/** Counts what canvases of the page are cleared: each painting of a chart begins with it. */
const countPaints = (page: Page) =>
	page.addInitScript(() => {
		const { clearRect } = CanvasRenderingContext2D.prototype;
		Object.assign(globalThis, { paints: 0 });
		CanvasRenderingContext2D.prototype.clearRect = function (...box) {
			(globalThis as unknown as { paints: number }).paints++;
			clearRect.apply(this, box);
		};
	});
const paints = (page: Page) => page.evaluate(() => (globalThis as unknown as { paints: number }).paints);
const frame = (page: Page) => page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));

/**
 * Compares two pictures: `most`, how far the colour of a pixel is from the likest in its neighbourhood in the other, of 255; `moved`, the sum of
 * all differences, in parts of what a shift by one pixel would be.
 */
function difference(page: Page, before: Buffer, after: Buffer): Promise<{ most: number; moved: number }> {
	return page.evaluate(
		async (pictures) => {
			const [a, b] = await Promise.all(
				pictures.map(async (picture) => {
					const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${picture}`)).blob());
					const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
					context?.drawImage(image, 0, 0);
					return context?.getImageData(0, 0, image.width, image.height);
				}),
			);
			if (!a || !b || a.width !== b.width || a.height !== b.height) throw new Error("two pictures of different size");
			const { width, height } = a;
			const apart = (one: ImageData, i: number, other: ImageData, j: number) =>
				Math.max(...[0, 1, 2].map((part) => Math.abs((one.data[i + part] ?? 0) - (other.data[j + part] ?? 0))));
			const around = [-1, 0, 1].flatMap((x) => [-1, 0, 1].map((y) => 4 * (y * width + x)));
			let [most, all, down, across] = [0, 0, 0, 0];
			for (let y = 1; y < height - 1; y++) {
				for (let x = 1; x < width - 1; x++) {
					const at = 4 * (y * width + x);
					down += apart(a, at, a, at + 4 * width);
					across += apart(a, at, a, at + 4);
					const here = apart(a, at, b, at);
					if (here === 0) continue;
					all += here;
					most = Math.max(most, ...[a, b].map((one) => Math.min(...around.map((near) => apart(one, at, one === a ? b : a, at + near)))));
				}
			}
			return { most, moved: all / Math.min(down, across) };
		},
		[before.toString("base64"), after.toString("base64")],
	);
}

test.each([
	["dark", 1440, 1],
	["light", 1440, 2],
	["light", 360, 1],
] as const)(
	"two pictures around the hand-over differ by their anti-aliasing: %s, %i px wide, a screen as fine as %i",
	async (theme, width, deviceScaleFactor) => {
		const { page, context, consoleErrors } = await visit(browser, "about:blank", {
			viewport: { width, height: width > 700 ? 1500 : 3200 },
			deviceScaleFactor,
		});
		await context.addCookies([{ name: "theme", value: theme, url: scenes.url }]);
		let come = () => {};
		const held = new Promise<void>((resolve) => {
			come = resolve;
		});
		await page.route(/\/(painter|uplot)-/, async (route) => {
			await held;
			await route.continue();
		});
		// A page that looks back says so when it is live.
		await page.goto(scenes.url);
		await untilLive(page);
		await page.evaluate(() => document.fonts.ready);
		const plots = page.locator(".plot-inner");
		expect(await plots.count()).toBe(10);
		const pictures = async () => {
			const taken: Buffer[] = [];
			for (const plot of await plots.all()) taken.push(await plot.screenshot());
			return taken;
		};
		expect(await page.locator(".uplot").count()).toBe(0);
		const before = await pictures();
		const places = () =>
			page.locator("figure.chart :is(li, text, .plot, .plot-inner, .event)").evaluateAll((parts) =>
				parts.map((part) => {
					const { left, top, width, height } = part.getBoundingClientRect();
					return [left, top, width, height];
				}),
			);
		const [stood, known] = [await places(), (await shifts(page)).moved.length];
		come();
		await untilPainted(page);
		const after = await pictures();
		expect(await places()).toEqual(stood);
		expect((await shifts(page)).moved.slice(known).filter((moved) => /chart|plot|legend|svg|canvas/.test(moved))).toEqual([]);
		const desk = await context.newPage();
		for (const [i, picture] of before.entries()) {
			const { most, moved } = await difference(desk, picture, after[i] as Buffer);
			expect.soft(most, `the farthest colour of chart ${i}`).toBeLessThan(96);
			// A canvas stands at whole pixels, SVG where the layout has it: up to half a pixel beside.
			expect.soft(moved, `parts of a pixel that chart ${i} moved`).toBeLessThan(0.5);
		}
		expect(consoleErrors).toEqual([]);
		await context.close();
	},
);

test("each push moves the lines of visible charts only; a pointer repaints nothing; charts fit after a change of size and theme", async () => {
	const { page, context, consoleErrors } = await visit(browser, "about:blank", { viewport: { ...TALL, height: 420 } });
	await countPaints(page);
	// As on a machine without a locale.
	await page.addInitScript(() => Object.defineProperty(navigator, "language", { get: () => "en-US@posix" }));
	await page.goto(scenes.liveUrl);
	await untilLive(page);
	await untilPainted(page);
	const canvases = page.locator(".uplot canvas");
	const inSight = await canvases.count();
	expect(inSight).toBeLessThan(10);
	const lines = chart(page, "Lines");
	for (let push = 0; push < 3; push++) {
		const [before, painted] = [await drawnOn(lines), await paints(page)];
		await scenes.push();
		await expect.poll(() => drawnOn(lines)).not.toBe(before);
		await frame(page);
		// A push, and at most the clock's own step.
		expect((await paints(page)) - painted).toBeLessThanOrEqual(2 * inSight);
	}

	await page.mouse.move(1, 1);
	await frame(page);
	const box = await page.getByRole("slider", { name: "Lines", exact: true }).boundingBox();
	if (!box) throw new Error("the chart is nowhere");
	const hovered = await page.evaluate(() => {
		// Within one task no push can come between.
		const plot = document.querySelector(".plot");
		const counted = globalThis as unknown as { paints: number };
		const before = counted.paints;
		const { left, width, top } = plot?.getBoundingClientRect() ?? new DOMRect();
		for (let i = 0; i < 60; i++) {
			plot?.dispatchEvent(new PointerEvent("pointermove", { clientX: left + (width * i) / 60, clientY: top + 50, pointerType: "mouse" }));
		}
		return { paints: counted.paints - before, cursors: document.querySelectorAll(".plot-cursor line").length };
	});
	expect(hovered).toEqual({ paints: 0, cursors: inSight });

	// Nor does it move anything: the numbers at the cursor have the room of the newest.
	const places = () =>
		page.locator(":is(.plot-inner, .legend li)").evaluateAll((parts) =>
			parts.map((part) => {
				const { left, top, width, height } = part.getBoundingClientRect();
				return [left, top, width, height];
			}),
		);
	const stood = await places();
	for (const share of [0.2, 0.5, 0.8]) {
		await page.mouse.move(box.x + box.width * share, box.y + box.height / 2);
		await frame(page);
		expect(await places()).toEqual(stood);
	}

	await page.setViewportSize({ width: 800, height: 1600 });
	await untilPainted(page);
	const fits = () =>
		canvases.evaluateAll((all) =>
			all.every((element) => {
				const canvas = element as unknown as HTMLCanvasElement;
				const { width, height } = canvas.closest(".plot-inner")?.getBoundingClientRect() ?? new DOMRect();
				return Math.abs(canvas.width - width) <= 1 && Math.abs(canvas.height - height) <= 1;
			}),
		);
	await expect.poll(fits).toBe(true);
	expect(await inkOf(lines, "--s1")).toBeGreaterThan(0);
	await page.evaluate(() => {
		document.documentElement.dataset.theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
	});
	await expect.poll(() => inkOf(lines, "--s1")).toBeGreaterThan(0);
	expect(consoleErrors).toEqual([]);
	await context.close();
});

test("fifty charts later there are no more listeners and nodes than after the first", { timeout: 120_000 }, async () => {
	const { page, context, consoleErrors } = await visit(browser, scenes.liveUrl, { viewport: TALL });
	await untilLive(page);
	const session = await context.newCDPSession(page);
	await session.send("Performance.enable");
	const held = async () => {
		await session.send("HeapProfiler.collectGarbage");
		const { metrics } = await session.send("Performance.getMetrics");
		const of = (wanted: string) => metrics.find(({ name }) => name === wanted)?.value ?? 0;
		return { listeners: of("JSEventListeners"), nodes: of("Nodes") };
	};
	const round = async () => {
		await page.getByRole("link", { name: "Audit" }).click();
		await expect.poll(() => page.locator(".uplot").count()).toBe(0);
		await page.getByRole("link", { name: "Scenes" }).click();
		await untilPainted(page);
	};
	await untilPainted(page);
	for (let i = 0; i < 2; i++) await round();
	const before = await held();
	for (let i = 0; i < 5; i++) await round();
	const after = await held();
	// A plot that is not let go of has a dozen listeners and as many nodes; fifty would have hundreds.
	expect(after.listeners - before.listeners).toBeLessThan(100);
	expect(after.nodes - before.nodes).toBeLessThan(300);
	expect(consoleErrors).toEqual([]);
	await context.close();
});

test("without a canvas or the painter's code charts stay SVG and are read in the same way", async () => {
	for (const without of ["canvas", "code"] as const) {
		const { page, context, consoleErrors } = await visit(browser, "about:blank", { viewport: TALL });
		if (without === "code") await page.route(/\/(painter|uplot)-/, (route) => route.abort());
		else await page.addInitScript(() => Object.assign(HTMLCanvasElement.prototype, { getContext: () => null }));
		const code = (request: Request) => /\/(painter|uplot)-/.test(request.url());
		const over = without === "code" ? page.waitForEvent("requestfailed", code) : page.waitForEvent("requestfinished", code);
		await page.goto(scenes.liveUrl);
		await untilLive(page);
		await over;
		await frame(page);
		const line = () => page.locator(".plot-line").first().getAttribute("d");
		const before = await line();
		await scenes.push();
		await expect.poll(line).not.toBe(before);
		expect(await page.locator(".uplot").count()).toBe(0);
		await page.getByRole("slider", { name: "Lines", exact: true }).focus();
		await page.keyboard.press("End");
		expect(await chart(page, "Lines").locator(".plot-cursor text").textContent()).toMatch(/^\d\d:/);
		expect(consoleErrors.filter((message) => !message.includes("net::ERR_FAILED"))).toEqual([]);
		await context.close();
	}
});
