/** The Tasks page in a real browser, over a colony that works: the stream, one task, the history. */
import { readFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { violations } from "./axe.ts";
import { launchChromium } from "./chromium.ts";
import { type Rig, shifts, startRig, untilLive, visit } from "./dashboard.ts";

const PATIENT = { timeout: 30_000 };

let browser: Browser;
let rig: Rig;
beforeAll(async () => {
	browser = await launchChromium();
	rig = await startRig();
	const failed = async () => (await fetch(`${rig.url}api/tasks/history?status=failed`)).json() as Promise<{ total: number }>;
	await vi.waitFor(async () => expect((await failed()).total).toBeGreaterThan(0), { timeout: 30_000, interval: 250 });
});
afterAll(async () => {
	await rig?.stop();
	await browser?.close();
});

/** Colours that the bars' part of the canvas shows. */
const colours = (page: Page): Promise<number> =>
	page.locator(".lanes-canvas").evaluate((element) => {
		const canvas = element as HTMLCanvasElement;
		if (canvas.width === 0) return 0;
		const { data } = canvas.getContext("2d")?.getImageData(canvas.width / 2, 24, canvas.width / 2, canvas.height - 24) ?? {
			data: new Uint8ClampedArray(),
		};
		return new Set(new Uint32Array(data.buffer).filter((pixel) => pixel >>> 24 === 255)).size;
	});

/** @returns true where the canvas shows a colour of the reader's system. */
const shows = (page: Page, word: string): Promise<boolean> =>
	page.locator(".lanes-canvas").evaluate((element, word) => {
		const canvas = element as HTMLCanvasElement;
		const probe = document.body.appendChild(document.createElement("i"));
		probe.style.color = word;
		const [red, green, blue] = getComputedStyle(probe).color.match(/\d+/g)?.map(Number) ?? [];
		probe.remove();
		const { data } = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
		for (let i = 0; i < data.length; i += 4) if (data[i] === red && data[i + 1] === green && data[i + 2] === blue) return true;
		return false;
	}, word);

async function drawn(page: Page): Promise<void> {
	await untilLive(page);
	await expect.poll(() => page.locator(".lanes-note").textContent(), PATIENT).toContain("kept task");
	await expect.poll(() => colours(page), PATIENT).toBeGreaterThan(0);
}

describe.each([
	["dark", 1440],
	["light", 360],
] as const)("the Tasks page: %s, %i px", (theme, width) => {
	test("draws a row per worker without a word, holds still and passes axe", async () => {
		const { page, context, consoleErrors } = await visit(browser, `${rig.url}tasks`, { theme, viewport: { width, height: 900 } });
		await drawn(page);
		expect(await page.locator(".lanes table caption").textContent()).toContain("3 of 3 workers");
		expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
		expect(await violations(page)).toEqual([]);
		// Less than Chrome's own two decimals tell from nothing.
		expect((await shifts(page)).page).toBeLessThan(0.005);
		expect(consoleErrors).toEqual([]);
		await page.emulateMedia({ forcedColors: "active" });
		await expect.poll(() => shows(page, "Highlight")).toBe(true);
		await context.close();
	});
});

test("a bar is reached by keys, names its task and leads to it; the URL restores it", async () => {
	const { page, context, consoleErrors } = await visit(browser, `${rig.url}tasks`);
	await drawn(page);
	await page.getByRole("button", { name: "All" }).click();
	const bar = page.locator(".lanes-task");
	await bar.focus();
	await bar.press("Home");
	await expect.poll(() => bar.getAttribute("href"), PATIENT).toContain("task=");
	expect(await bar.textContent()).toMatch(/(spin|stumble).*worker-1/);
	await bar.press("Enter");
	const details = page.locator(".task-details");
	await details.waitFor();
	expect(new URL(page.url()).searchParams.get("task")).toBeTruthy();
	const id = await details.locator("code").first().textContent();
	await page.reload();
	expect(await details.locator("code").first().textContent()).toBe(id);
	await details.getByRole("link", { name: "Close" }).click();
	await expect.poll(() => details.count(), PATIENT).toBe(0);
	expect(consoleErrors).toEqual([]);
	await context.close();
});

test("a time range is chosen by dragging, is in the URL and restored from it; events are marked and shown under the pointer", async () => {
	const { page, context, consoleErrors } = await visit(browser, `${rig.url}tasks`);
	await drawn(page);
	const box = (await page.locator(".lanes-box").boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
	const [y, right] = [box.y + box.height - 12, box.x + box.width];
	const told = async () => {
		for (let x = right - 2; x > box.x; x -= 6) {
			await page.mouse.move(x, y);
			const words = (await page.locator(".lanes-readout").textContent()) ?? "";
			if (words.includes("start:")) return words;
		}
		return "";
	};
	// Each pass moves the mouse some two hundred times.
	await expect.poll(told, { timeout: 60_000 }).toMatch(/start: (colony started|hive connected)/);
	await page.mouse.move(right - 300, y);
	await page.mouse.down();
	await page.mouse.move(right - 100, y, { steps: 4 });
	expect(await page.locator(".lanes-selection").isVisible()).toBe(true);
	await page.mouse.up();
	await page.waitForURL(/window=/);
	const [from = 0, until = 0] = (new URL(page.url()).searchParams.get("window") ?? "").split("/").map(Date.parse);
	const share = 200 / (box.width - 132);
	// A young colony shows its first minutes.
	expect(until - from).toBeGreaterThan(share * 2 * 60_000 * 0.95);
	expect(until - from).toBeLessThan(share * 15 * 60_000 * 1.1);
	await page.reload();
	await drawn(page);
	expect(await page.getByRole("button", { name: "Live" }).getAttribute("aria-pressed")).toBe("false");
	await page.getByRole("button", { name: "Zoom in" }).click();
	await expect.poll(() => page.url(), PATIENT).not.toContain(encodeURIComponent(new Date(from).toISOString()));
	await page.getByRole("button", { name: "Live" }).click();
	await page.waitForURL(`${rig.url}tasks`);
	await page.getByRole("button", { name: "Zoom in" }).click();
	await page.waitForURL(/window=PT[0-9.]+S\/now/);
	expect(consoleErrors).toEqual([]);
	await context.close();
});

test("the history filters by the URL, without script too; an error group opens with a stack", async () => {
	const { page, context, consoleErrors } = await visit(browser, `${rig.url}tasks`);
	await untilLive(page);
	const history = page.locator(".history");
	await history.locator("select[name=status]").selectOption("failed");
	await expect.poll(() => new URL(page.url()).searchParams.get("status"), PATIENT).toBe("failed");
	await expect.poll(() => history.locator("tbody tr").first().textContent(), PATIENT).toContain("stumble");
	const saving = page.waitForEvent("download");
	await history.getByRole("button", { name: "CSV" }).click();
	const file = await readFile(await (await saving).path(), "utf8");
	const [head, first, ...rest] = file.trimEnd().split("\r\n");
	expect(head).toBe("\uFEFFid,name,status,worker,attempt,queued_at,started_at,ended_at,wait_ms,duration_ms,error_type,error");
	expect(first).toMatch(/^task-\d+,stumble,failed,worker-\d,.*,TypeError,the floor was not where it was expected$/);
	await expect.poll(() => history.locator(".history-taken").textContent()).toContain(`${rest.length + 1}\u00a0task`);
	await history.locator("input[name=text]").fill("nothing like it");
	await history.getByRole("button", { name: "Filter" }).click();
	await expect.poll(() => history.locator(".empty").textContent(), PATIENT).toContain("No match");
	const failure = page.locator(".error-line").first();
	await failure.locator("summary").click();
	await expect
		.poll(() => failure.locator("details[open] pre").textContent(), PATIENT)
		.toMatch(/the floor was not where it was expected[\s\S]+at stumble/);
	expect(consoleErrors).toEqual([]);
	await context.close();

	const plain = await visit(browser, `${rig.url}tasks?status=failed`, { javaScriptEnabled: false });
	expect(await plain.page.locator(".history tbody tr").first().textContent()).toContain("stumble");
	await plain.context.close();
});
