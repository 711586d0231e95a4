/** Tables in a real browser: long ones, sorted and filtered by the cluster or by themselves, held still under the hand, taken away as a file. */
import { readFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Colony, DashboardServer, TableWidget } from "../../worker/node/index.ts";
import { launchChromium } from "./chromium.ts";
import { shifts, untilLive, visit } from "./dashboard.ts";

const WORKERS = 10_000;

/** Ten thousand workers whose numbers change at every look. */
function largeColony(): Colony {
	const ids = Array.from({ length: WORKERS }, (_, i) => `worker-${i + 1}`);
	let look = 0;
	return {
		name: "large",
		snapshot() {
			look++;
			return {
				workers: ids.map((id, i) => ({
					id,
					status: i % 1000 === 5 ? ("failed" as const) : i % 3 === 0 ? ("idle" as const) : ("busy" as const),
					role: i % 2 === 0 ? "scout" : "onlooker",
					...(i === 4 && { message: '=HYPERLINK("http://evil")' }),
				})),
				metrics: ids.flatMap((worker, i) => [
					{ name: "cpu_percent", labels: { worker }, value: (i % 100) + ((Math.floor(i / 100) * 7 * look) % 10) / 10 },
					{ name: "honey_grams", labels: { worker }, value: i },
				]),
			};
		},
	};
}

let browser: Browser;
let dashboard: DashboardServer;
let url: string;
beforeAll(async () => {
	browser = await launchChromium();
	dashboard = new DashboardServer({ colony: largeColony(), config: { refreshIntervalMs: 1000 } });
	dashboard.addPage("tables", "Tables", [
		new TableWidget({ title: "Numbers", columns: ["name", "value"] }),
		new TableWidget({
			title: "Honey",
			columns: ["worker", "value", "change", "nonsense"],
			dataSource: { metrics: ["honey_grams"], aggregation: "max", timeRange: "10m" },
		}),
		new TableWidget({ title: "Bees", columns: ["name", "honey_grams", "nonsense"], dataSource: "workers" }),
	]);
	await dashboard.start({ host: "127.0.0.1", port: 0 });
	url = `${dashboard.url.replace(/\/$/, "")}/`;
});
afterAll(async () => {
	await dashboard?.stop();
	await browser?.close();
});

const PATIENT = { timeout: 20_000 };
const names = (page: Page): Promise<string[]> => page.locator(".table-box tbody th a").allTextContents();
const extent = async (page: Page): Promise<string> => (await page.locator(".table-extent").textContent()) ?? "";
const inDocument = (page: Page): Promise<number> => page.locator(".table-box .row").count();

describe("the workers of a large colony", () => {
	test("only rows in sight are in the document, and scrolling fetches those that come into sight", async () => {
		const { page, context, consoleErrors } = await visit(browser, `${url}workers?sort=honey_grams`);
		await untilLive(page);
		expect((await names(page)).slice(0, 3)).toEqual(["worker-1", "worker-2", "worker-3"]);
		expect(await inDocument(page)).toBeLessThan(60);
		const height = () => page.locator(".table-box").evaluate((box) => box.scrollHeight);
		await expect.poll(height, PATIENT).toBeGreaterThan(WORKERS * 20);
		// Room for all of them has moved nothing.
		expect((await shifts(page)).page).toBeLessThan(0.005);
		for (const part of [0.5, 1, 0.25, 0]) {
			await page.locator(".table-box").evaluate((box, part) => {
				box.scrollTop = part * box.scrollHeight;
			}, part);
			await expect
				.poll(async () => {
					const [first = "", last = ""] = /([\d,]+)–([\d,]+)/.exec(await extent(page))?.slice(1) ?? [];
					const wanted = [first, last].map((text) => `worker-${text.replace(",", "")}`);
					const shown = await names(page);
					return wanted.every((name) => shown.includes(name));
				}, PATIENT)
				.toBe(true);
			expect(await inDocument(page)).toBeLessThan(60);
		}
		expect(consoleErrors).toEqual([]);
		await context.close();
	});

	test("a column head sorts all rows, by mouse and by keyboard, and the URL has the order; Back undoes it", async () => {
		const { page, context, consoleErrors } = await visit(browser, `${url}workers?columns=honey_grams,status`);
		await untilLive(page);
		const head = page.getByRole("columnheader", { name: "honey_grams" });
		await head.getByRole("link").click();
		await expect.poll(() => names(page).then(([first]) => first), PATIENT).toBe("worker-10000");
		expect(await head.getAttribute("aria-sort")).toBe("descending");
		expect(new URL(page.url()).searchParams.get("sort")).toBe("-honey_grams");
		await head.getByRole("link").press("Enter");
		await expect.poll(() => names(page).then(([first]) => first), PATIENT).toBe("worker-1");
		expect(await head.getAttribute("aria-sort")).toBe("ascending");
		await page.goBack();
		await expect.poll(() => names(page).then(([first]) => first), PATIENT).toBe("worker-10000");
		// As a link it shows the same, without script too.
		const still = await visit(browser, page.url(), { javaScriptEnabled: false });
		expect((await names(still.page))[0]).toBe("worker-10000");
		expect(await still.page.locator("thead th").allTextContents()).toEqual(["Worker", "Status", "honey_grams"]);
		await still.page.getByRole("link", { name: "Next" }).click();
		expect((await names(still.page))[0]).toBe("worker-9960");
		await still.context.close();
		expect(consoleErrors).toEqual([]);
		await context.close();
	});

	test("a filter narrows the rows, shows of how many, and a filter without a match says so", async () => {
		const { page, context, consoleErrors } = await visit(browser, `${url}workers`);
		await untilLive(page);
		await page.getByRole("searchbox").fill("status=failed honey_grams<3000");
		await expect.poll(() => names(page), PATIENT).toEqual(["worker-6", "worker-1006", "worker-2006"]);
		expect(await extent(page)).toMatch(/1–3 of 3 matching, 10,000.workers in all$/);
		await page.getByRole("searchbox").fill("nobody at all");
		await expect.poll(() => page.locator(".empty").textContent(), PATIENT).toMatch(/^No match in 10,000.workers for .*nobody at all/);
		await page.getByRole("link", { name: "Show all" }).click();
		await expect.poll(() => extent(page), PATIENT).toMatch(/of 10,000.workers$/);
		expect(consoleErrors).toEqual([]);
		await context.close();
	});

	test("the order waits while the pointer is on the table, its numbers do not", async () => {
		const { page, context } = await visit(browser, `${url}workers?sort=-cpu_percent`);
		await untilLive(page);
		await page.locator(".table-box .row").nth(2).hover();
		const before = await names(page);
		const text = () => page.locator(".table-box tbody").first().textContent();
		const first = await text();
		await expect.poll(() => page.locator(".table-held").isVisible(), PATIENT).toBe(true);
		expect(await names(page)).toEqual(before);
		await expect.poll(text, PATIENT).not.toBe(first);
		await page.mouse.move(5, 5);
		await expect.poll(() => names(page), PATIENT).not.toEqual(before);
		expect(await page.locator(".table-held").isVisible()).toBe(false);
		await context.close();
	});

	test("columns are chosen from a menu and stay in the address", async () => {
		const { page, context, consoleErrors } = await visit(browser, `${url}workers`);
		await untilLive(page);
		await page.getByRole("button", { name: "Columns" }).click();
		await page.getByRole("checkbox", { name: "Host" }).check();
		await page.getByRole("checkbox", { name: "Memory" }).uncheck();
		const heads = () => page.locator("thead th").allTextContents();
		await expect.poll(heads, PATIENT).toContain("Host");
		expect(await heads()).not.toContain("Memory");
		await page.keyboard.press("Escape");
		const chosen = await heads();
		await page.reload();
		expect(await heads()).toEqual(chosen);
		expect(consoleErrors).toEqual([]);
		await context.close();
	});

	test("all that match are saved as CSV, and no text of the colony's becomes a formula", async () => {
		const { page, context } = await visit(browser, `${url}workers?columns=honey_grams,message&sort=honey_grams&filter=honey_grams<1200`);
		await untilLive(page);
		const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "CSV" }).click()]);
		const lines = (await readFile(await download.path(), "utf8")).trimEnd().split("\r\n");
		expect(download.suggestedFilename()).toBe("workers.csv");
		expect(lines).toHaveLength(1201);
		expect(lines[0]).toBe("\uFEFFid,message,honey_grams");
		expect(lines[5]).toBe(`worker-5,"'=HYPERLINK(""http://evil"")",4`);
		expect(lines[1200]).toBe("worker-1200,,1199");
		await expect.poll(() => page.locator(".table-status").textContent(), PATIENT).toMatch(/^1,200.workers saved$/);
		await context.close();
	});
});

test("a widget's table of a query has a row a series, sorted and filtered over all that are read, with the address saying how", async () => {
	const { page, context, consoleErrors } = await visit(browser, `${url}tables?sort.2=-value`);
	await untilLive(page);
	const honey = page.locator(".widget").nth(1);
	const workers = () => honey.locator("tbody th").allTextContents();
	// Two thousand of ten thousand series are read, and it says so.
	expect((await workers()).slice(0, 2)).toEqual(["worker-2000", "worker-1999"]);
	expect(await honey.locator(".table-extent").textContent()).toMatch(/of 2,000.series, 10,000 seen$/);
	expect(await honey.locator(".widget-note").allTextContents()).toEqual([
		"no series says: nonsense",
		expect.stringMatching(/^highest of 10.min, change against the 10.min before$/),
	]);
	await honey.getByRole("searchbox").fill("value<100 worker=worker-42");
	await expect.poll(workers, PATIENT).toEqual(["worker-42"]);
	expect(new URL(page.url()).searchParams.get("filter.2")).toBe("value<100 worker=worker-42");
	await honey.getByRole("searchbox").fill("");
	// So narrow, its rows are cards without heads.
	await honey.getByRole("combobox").selectOption("worker");
	await expect.poll(() => workers().then(([first]) => first), PATIENT).toBe("worker-1");
	expect(new URL(page.url()).searchParams.get("sort.2")).toBe("worker");
	expect(consoleErrors).toEqual([]);
	await context.close();
});
