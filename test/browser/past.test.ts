/** A page that stands at an instant of the past: all of it does, nothing of it moves, and it leads back. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ClusterAnswer } from "../../colony-bridge/protocol/http/rest.ts";
import { violations } from "./axe.ts";
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

const cluster = async () => (await (await fetch(`${rig.url}api/cluster`)).json()) as ClusterAnswer;
const words = (page: Page) => page.locator("main").textContent();

/** An instant at which the colony had ended some tasks, and since which it has ended more. */
async function instant(): Promise<{ at: string; ended: number }> {
	await expect.poll(async () => (await cluster()).tasks.completed).toBeGreaterThan(3);
	const { last_push: at, tasks } = await cluster();
	await expect.poll(async () => (await cluster()).tasks.completed).toBeGreaterThan(tasks.completed + 3);
	return { at: at as string, ended: tasks.completed };
}

test("travelling: nothing of the present is shown, no socket is opened, no control is there, and Escape leads back", async () => {
	const { at } = await instant();
	const { page, context, consoleErrors } = await visit(browser, `${rig.url}workers?tz=utc&at=${at}`);
	const sockets: string[] = [];
	page.on("websocket", (socket) => sockets.push(socket.url()));
	await page.locator(".past-band").waitFor();
	await page.waitForFunction(() => document.title.includes(" · Workers"));
	expect(await page.locator(".past-band").textContent()).toMatch(
		/^\w{3} .*UTC, \d+\ss ago: the whole page shows the colony as it was then\./,
	);
	expect(await page.title()).toContain(at.slice(11, 19));
	expect(await page.getByRole("button", { name: /restart|scale/i }).count()).toBe(0);
	const before = await words(page);
	const then = await cluster();
	await expect.poll(async () => (await cluster()).tasks.completed).toBeGreaterThan(then.tasks.completed + 3);
	expect(await words(page)).toBe(before);
	expect(sockets).toEqual([]);

	// Every link of the frame stays in the past.
	for (const href of await page.locator("header.side nav a").evaluateAll((links) => links.map((link) => link.getAttribute("href"))))
		expect(href).toContain("at=");
	// Another window of the table is of the same instant.
	await page.locator("thead a").first().click();
	await page.waitForURL(/sort/);
	expect(page.url()).toContain("at=");

	await page.keyboard.press("Escape");
	await page.waitForURL((url) => !url.searchParams.has("at"));
	await untilLive(page);
	expect(await page.locator(".past-band").count()).toBe(0);
	await page.goBack();
	await page.locator(".past-band").waitFor();
	expect(page.url()).toContain("at=");
	expect(consoleErrors).toEqual([]);
	await context.close();
});

test("from the charts' past to that of the whole page, and to an instant of which nothing is kept", async () => {
	const { at, ended } = await instant();
	const { page, context } = await visit(browser, `${rig.url}tasks?end=${at}`);
	await untilLive(page);
	await page.getByRole("link", { name: "The whole page then" }).click();
	await page.locator(".past-band").waitFor();
	const answer = (await (await fetch(`${rig.url}api/tasks?at=${at}`)).json()) as { ended_total: number };
	expect(answer.ended_total).toBeGreaterThanOrEqual(ended);
	await expect.poll(() => words(page)).toContain(String(answer.ended_total));
	// The colony is younger than the range of the charts.
	await page.keyboard.press("[");
	await expect.poll(() => page.locator(".pending[data-failed]").textContent()).toMatch(/no state is kept of .*: the oldest is/);
	await context.close();
});

test("the time bar shows the events around; , and . step from one to the next, < to an error, a mark and play lead on, and live pages step back", async () => {
	const { last_push: first = "" } = await cluster();
	const mark = (text: string) =>
		fetch(`${rig.url}api/annotations`, {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: JSON.stringify({ text, kind: "deploy" }),
		}).then((response) => expect(response.status).toBe(201));
	await mark("deployed one");
	await expect.poll(async () => Date.parse((await cluster()).last_push ?? "")).toBeGreaterThan(Date.parse(first) + 3_000);
	await mark("deployed two");
	await expect.poll(async () => Date.parse((await cluster()).last_push ?? "")).toBeGreaterThan(Date.parse(first) + 15_000);
	const { page, context, consoleErrors } = await visit(browser, `${rig.url}?tz=utc&range=1m`);
	await untilLive(page);
	const at = () => Date.parse(new URL(page.url()).searchParams.get("at") ?? "");
	await page.keyboard.press(",");
	await page.locator(".past-band").waitFor();
	const from = at();
	await page.locator(".time-bar-track").waitFor();
	const before = page.locator(".time-bar-ways a[aria-keyshortcuts=',']");
	await before.waitFor();
	await page.keyboard.press(",");
	await expect.poll(at).toBeLessThan(from);
	// By the marks, each at its time.
	await page.locator(".time-bar-track li a[aria-label*='deployed two']").click();
	await expect.poll(() => page.locator(".line", { hasText: "deployed two" }).count()).toBe(1);
	const two = at();
	await page.locator(".time-bar-track li a[aria-label*='deployed one']").click();
	await expect.poll(at).toBeLessThan(two);
	await expect.poll(() => page.locator(".line", { hasText: "deployed one" }).count()).toBe(1);
	expect(await page.locator(".line", { hasText: "deployed two" }).count()).toBe(0);
	await page.keyboard.press(".");
	await expect.poll(at).toBeGreaterThan(Date.parse(first));
	const played = at();
	await page.getByRole("button", { name: "1×", exact: false }).first().click();
	await expect.poll(at).toBeGreaterThanOrEqual(played + 1_000);
	await page.keyboard.press("l");
	await page.waitForURL((url) => !url.searchParams.has("at"));
	await untilLive(page);
	expect(consoleErrors).toEqual([]);
	await context.close();
});

test("pages of the past, the form of an annotation, the list of clusters and the page of the API pass axe, in both themes", async () => {
	const { at } = await instant();
	for (const theme of ["dark", "light"] as const) {
		for (const path of [`?at=${at}&range=1m`, `workers/worker-1?at=${at}&range=1m`, "runs?run=1", "clusters", "api/docs"]) {
			const { page, context, consoleErrors } = await visit(browser, rig.url + path, { theme });
			if (path.includes("at=")) await page.locator(".time-bar-track").waitFor();
			expect(await violations(page), `${theme} ${path}`).toEqual([]);
			if (path.startsWith("?at=")) {
				await page.waitForFunction(() => document.title.includes(" · "));
				await page.keyboard.press("a");
				await page.locator("dialog[open]").waitFor();
				expect(await violations(page), `${theme} annotation`).toEqual([]);
			}
			expect(consoleErrors).toEqual([]);
			await context.close();
		}
	}
});

test("a run's tasks by name open below the list of runs, with and without script", async () => {
	await instant();
	for (const javaScriptEnabled of [true, false]) {
		const { page, context, consoleErrors } = await visit(browser, `${rig.url}runs`, { javaScriptEnabled });
		await page.getByRole("link", { name: /tasks of run 1, by name/ }).click();
		await page.waitForURL(/run=1/);
		const table = page.locator("section", { hasText: "Tasks of run 1" }).getByRole("table");
		await expect.poll(() => table.locator("tbody").textContent()).toContain("spin");
		await page.getByRole("link", { name: "The cluster at its end" }).waitFor();
		expect(consoleErrors).toEqual([]);
		await context.close();
	}
});
