/** A report as its reader has it: a file from a disk, without the network, on a phone, on a desk and on paper. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { RunAnswer } from "../../colony-bridge/protocol/http/rest-record.ts";
import { violations } from "./axe.ts";
import { launchChromium } from "./chromium.ts";
import { type Rig, startRig, untilLive, visit } from "./dashboard.ts";

let browser: Browser;
let rig: Rig;
let folder: string;
let file: string;

/** Saves what a link leads to, and says under which name. */
async function saved(page: Page, link: ReturnType<Page["getByRole"]>, as: string): Promise<string> {
	const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
	await download.saveAs(as);
	return download.suggestedFilename();
}

beforeAll(async () => {
	browser = await launchChromium();
	rig = await startRig();
	rig.colony.log("WARNING", "it is late", "writer");
	folder = await mkdtemp(join(tmpdir(), "hive-report-"));
	file = join(folder, "report.html");
	const tasks = async () => (await (await fetch(`${rig.url}api/tasks`)).json()) as { ended: { status: string }[] };
	await vi.waitFor(async () => expect((await tasks()).ended.some(({ status }) => status === "failed")).toBe(true), { timeout: 60_000 });
	await vi.waitFor(async () => expect(await (await fetch(`${rig.url}api/logs`)).text()).toContain("it is late"), { timeout: 60_000 });
	// The second push draws a line.
	await vi.waitFor(
		async () => expect(await (await fetch(`${rig.url}api/report?range=5m`)).text()).toMatch(/class="plot-line[^>]* d="M[^"]*l/),
		{ timeout: 60_000 },
	);
});
afterAll(async () => {
	await rig?.stop();
	await browser?.close();
	await rm(folder, { recursive: true, force: true });
});

test("the time menu and the page Runs have a link to it", async () => {
	const { page, context, consoleErrors } = await visit(browser, `${rig.url}workers?range=5m`);
	await untilLive(page);
	await page.locator(".time-box summary").click();
	const name = await saved(page, page.getByRole("link", { name: "Report", exact: true }), file);
	expect(name).toMatch(/^hive_\d{8}T\d{6}Z\.html$/);
	expect(await readFile(file, "utf8")).toMatch(/^<!doctype html>/);
	await page.goto(`${rig.url}runs`);
	const [run] = (await (await fetch(`${rig.url}api/runs`)).json()) as [RunAnswer];
	const ofRun = join(folder, "run.html");
	await saved(page, page.getByRole("link", { name: `Report of run ${run.id}` }), ofRun);
	expect(await readFile(ofRun, "utf8")).toContain(`the last state of run ${run.id}`);
	expect(consoleErrors).toEqual([]);
	await context.close();
});

describe("opened from a disk, without the network", () => {
	async function open(options: BrowserContextOptions = {}) {
		const context = await browser.newContext({ offline: true, viewport: { width: 1440, height: 900 }, ...options });
		const page = await context.newPage();
		const said: string[] = [];
		const asked: string[] = [];
		page.on("console", (message) => said.push(message.text()));
		page.on("pageerror", (error) => said.push(error.message));
		page.on("request", (request) => asked.push(request.url()));
		await page.goto(pathToFileURL(file).href);
		return { context, page, said, asked };
	}
	const wide = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
	const ground = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

	test("it shows charts, workers, tasks and log lines, asks for nothing else, and is accessible", async () => {
		const { context, page, said, asked } = await open();
		expect(asked).toEqual([pathToFileURL(file).href]);
		const drawn = await page
			.locator(".plot-line")
			.evaluateAll((paths) => paths.filter((path) => (path as SVGPathElement).getTotalLength() > 0).length);
		expect(drawn).toBeGreaterThan(1);
		expect((await page.locator(".chart .plot").first().boundingBox())?.height).toBeGreaterThan(100);
		expect(await page.locator("#workers tbody tr").count()).toBe(3);
		expect(await page.locator("#names").textContent()).toContain("stumble");
		expect(await page.locator("#failed article pre").first().textContent()).toContain("at ");
		expect(await page.locator("#log li").allTextContents()).toContainEqual(expect.stringContaining("it is late"));
		expect(await page.locator("#warnings li").count()).toBeGreaterThan(0);
		expect(await page.locator("#runs tbody tr").count()).toBe(1);
		expect(await page.locator("#verdict h2").textContent()).toMatch(/Degraded|Healthy|Unhealthy/);
		expect(await violations(page)).toEqual([]);
		expect(said).toEqual([]);
		await context.close();
	});

	test.each([360, 1440])("at %i px nothing is wider than the window", async (width) => {
		const { context, page } = await open({ viewport: { width, height: 800 } });
		expect(await wide(page)).toBe(0);
		const tooWide = await page
			.locator("main *")
			.evaluateAll((elements) =>
				elements
					.filter((element) => !element.closest("svg") && element.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
					.map((element) => element.outerHTML.slice(0, 120)),
			);
		expect(tooWide).toEqual([]);
		await context.close();
	});

	test("it is dark or light as its reader's system, and white on paper", async () => {
		const { context, page } = await open({ colorScheme: "dark" });
		expect(await ground(page)).toBe("rgb(16, 22, 28)");
		await page.emulateMedia({ colorScheme: "light" });
		expect(await ground(page)).toBe("rgb(237, 240, 243)");
		await page.emulateMedia({ colorScheme: "dark", media: "print" });
		expect(await ground(page)).toBe("rgb(255, 255, 255)");
		expect(await page.locator("#workers thead").isVisible()).toBe(true);
		await context.close();
	});

	test("a program reads its data", async () => {
		const { context, page } = await open();
		const data = JSON.parse((await page.locator("#report-data").textContent()) ?? "") as { range: string; answers: Record<string, object> };
		expect(data).toMatchObject({ format: "hiveframe-report", version: 1, cluster: "hive", range: "5m" });
		expect(Object.keys(data.answers)).toEqual(expect.arrayContaining(["cluster", "workers", "failed", "logs", "cpu"]));
		await context.close();
	});
});
