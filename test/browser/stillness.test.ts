/** Every page at every width over a colony on which everything grows: nothing moves, and nothing is cut. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "./chromium.ts";
import { cutText } from "./cut-text.ts";
import { shifts, untilLive, watchShifts } from "./dashboard.ts";
import { type Growing, growingColony } from "./growing-colony.ts";

let browser: Browser;
beforeAll(async () => {
	browser = await launchChromium();
});
afterAll(async () => {
	await browser?.close();
});

const WIDTHS = [360, 768, 1440, 1920];
/** A minute of them. */
const PUSHES = 12;

interface Tab {
	path: string;
	page: Page;
}

/** Every page in a tab of its own, live. */
async function allPages({ url, worker, stream }: Growing, context: BrowserContext): Promise<Tab[]> {
	await context.addInitScript(watchShifts);
	const ofOne = [`workers/${encodeURIComponent(worker)}`, `streaming/${encodeURIComponent(stream)}`];
	return Promise.all(
		["", "workers", "tasks", "streaming", "metrics", "custom", "audit", ...ofOne].map(async (path) => {
			const page = await context.newPage();
			await page.goto(url + path);
			await untilLive(page);
			return { path, page };
		}),
	);
}

/** The instant of the newest push that the page shows, ms. */
const shown = (page: Page): Promise<number> =>
	page.locator(".link-age time").evaluate((time) => Date.parse(time.getAttribute("datetime") ?? ""));

/** Notes what the table has, the number of restarts of a worker being that of the push, each time the page says that it shows a newer push. */
function watchClaims(): void {
	const claims: [at: number, push: number][] = [];
	(globalThis as { claims?: typeof claims }).claims = claims;
	const time = document.querySelector(".link-age time");
	const note = () => {
		const restarts = [...document.querySelectorAll("tr.row")].find((row) => row.textContent?.includes("worker-3"));
		const at = Date.parse(time?.getAttribute("datetime") ?? "");
		if (claims.at(-1)?.[0] !== at) claims.push([at, Number(restarts?.querySelector('[data-head="Restarts"]')?.textContent)]);
	};
	note();
	if (time) new MutationObserver(note).observe(time, { attributes: true, attributeFilter: ["datetime"] });
}

/** @returns what is cut on these pages */
async function cutOn(tabs: readonly Tab[]): Promise<string> {
	const cut = await Promise.all(tabs.map(async ({ path, page }) => (await cutText(page)).map((text) => `/${path}: ${text}`)));
	return cut.flat().join("\n");
}

test("a minute of errors, new metrics and growing numbers moves nothing on any page, and cuts nothing", { timeout: 300_000 }, async () => {
	// Longer than the lag must grow before it is a finding.
	const colony = await growingColony(8, 45);
	try {
		for (const width of WIDTHS) {
			const context = await browser.newContext({ locale: "en-US", viewport: { width, height: 900 } });
			const tabs = await allPages(colony, context);
			const workers = tabs.find(({ path }) => path === "workers")?.page as Page;
			await workers.evaluate(watchClaims);
			for (let i = 0; i < PUSHES; i++) {
				const at = await colony.push();
				await Promise.all(tabs.map(({ page }) => expect.poll(() => shown(page)).toBeGreaterThanOrEqual(at)));
			}
			for (const { path, page } of tabs) {
				const { page: sum, lists, moved } = await shifts(page);
				expect.soft(sum + lists, `/${path} at ${width} px; moved: ${moved.join("\n")}`).toBeLessThan(0.005);
			}
			expect.soft(await cutOn(tabs), `${width} px`).toBe("");
			const claims = await workers.evaluate(() => (globalThis as unknown as { claims: [at: number, push: number][] }).claims);
			expect.soft(claims.length, `${width} px`).toBeGreaterThanOrEqual(PUSHES);
			const [first] = claims;
			// Five seconds a push and what the test takes, so the number of a push is at least what its instant says.
			for (const [i, [, push]] of claims.entries()) expect.soft(push - (first?.[1] ?? 0), `${width} px`).toBe(i);
			await context.close();
		}
	} finally {
		await colony.stop();
	}
});

test("a thousand workers with long names: nothing is cut", { timeout: 300_000 }, async () => {
	const colony = await growingColony(1000, 12, true);
	try {
		const context = await browser.newContext({ locale: "en-US" });
		const tabs = await allPages(colony, context);
		for (const width of WIDTHS) {
			await Promise.all(tabs.map(({ page }) => page.setViewportSize({ width, height: 900 })));
			await colony.push();
			expect.soft(await cutOn(tabs), `${width} px`).toBe("");
		}
		await context.close();
	} finally {
		await colony.stop();
	}
});
