/** The metrics explorer: found by words, graphed by a form whose address is the graph, exported as shown; with script and without. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { DashboardServer } from "../../worker/node/index.ts";
import { readCsv, readJson, readOpenMetrics } from "../conformance/export-readers.ts";
import { RawBridge } from "../wire/raw-bridge.ts";
import { launchChromium } from "./chromium.ts";
import { type Rig, shifts, startRig, untilLive, visit } from "./dashboard.ts";

let browser: Browser;
let rig: Rig;
beforeAll(async () => {
	browser = await launchChromium();
	rig = await startRig();
	await vi.waitFor(
		async () => {
			const { headers } = await fetch(`${rig.url}api/series?match=cpu_percent&limit=1`);
			expect(headers.get("total-count")).toBe("4");
		},
		{ timeout: 20_000 },
	);
});
afterAll(async () => {
	await rig?.stop();
	await browser?.close();
});

const GRAPH = "metrics?q=cpu_percent&agg=max&fold=each&q=tasks_queued&q=cpu%7B";

test("a link shows its sender's view, and an error for a query that cannot be parsed", async () => {
	const { page, context, consoleErrors } = await visit(browser, rig.url + GRAPH);
	await untilLive(page);
	const rows = page.locator(".query");
	// Three that say something, and one to fill in.
	await expect.poll(() => rows.count()).toBe(4);
	expect(await rows.nth(0).locator("[name=q]").inputValue()).toBe("cpu_percent");
	expect(await rows.nth(0).locator("[name=agg]").inputValue()).toBe("max");
	expect(await rows.nth(0).locator("[name=fold]").inputValue()).toBe("each");
	expect(await rows.nth(2).locator("[role=alert]").textContent()).toContain("1:5: parse error");
	// Percent and a count share no axis.
	expect(await page.locator(".explorer-graphs .panel").count()).toBe(2);
	for (const worker of ["worker-1", "worker-2", "worker-3"]) {
		expect(await page.locator(".explorer-graphs").textContent()).toContain(worker);
		expect(await page.locator("th", { hasText: `highest of cpu_percent{worker="${worker}"}` }).count()).toBe(1);
	}
	expect((await shifts(page)).page).toBeLessThan(0.005);
	expect(consoleErrors).toEqual([]);
	await context.close();
});

test("each choice is in the URL, and Back undoes it", async () => {
	const { page, context, consoleErrors } = await visit(browser, `${rig.url}metrics?range=5m`);
	await untilLive(page);
	await page.getByRole("searchbox").fill("tasks waiting");
	await expect.poll(() => page.url()).toContain("find=tasks+waiting");
	expect(await page.locator(".metric-card").count()).toBe(0);
	await page.getByRole("searchbox").fill("tasks worker");
	await expect.poll(() => page.locator(".metric-card", { hasText: "tasks_completed" }).count()).toBe(1);
	await page.locator(".metric-card", { hasText: "tasks_completed" }).click();
	await expect.poll(() => page.url()).toContain("q=tasks_completed");
	// At once, before there is a rate to draw.
	await expect.poll(() => page.locator(".explorer-graphs .panel").count()).toBe(1);
	// A counter of three workers: three rates, and it says so.
	await expect.poll(() => page.locator("th", { hasText: /^tasks_completed\{worker="worker-\d"\}, per second/ }).count()).toBe(3);
	expect(await page.locator(".explorer-graphs .legend").textContent()).toContain("each per second");
	await page.locator(".query").first().locator("[name=fold]").selectOption("sum");
	await expect.poll(() => page.url()).toContain("fold=sum");
	await expect.poll(() => page.locator("th", { hasText: "tasks_completed, sum of 3, per second" }).count()).toBe(1);
	// The form says what it is in PromQL, and is edited as such from there on.
	await expect.poll(() => page.locator(".query-note code").first().textContent()).toMatch(/^sum\(rate\(tasks_completed\[1m\]\)\)$/);
	await page.goBack();
	await expect.poll(() => page.url()).not.toContain("fold=sum");
	await expect.poll(() => page.locator(".query").first().locator("[name=fold]").inputValue()).toBe("");
	expect(consoleErrors).toEqual([]);
	await context.close();
});

test("PromQL is written in an editor with names from the cluster, graphed, explained, and kept by the URL", async () => {
	const { page, context, consoleErrors } = await visit(browser, `${rig.url}metrics?range=5m`);
	await untilLive(page);
	await page.locator(".query textarea").focus();
	const editor = page.locator(".query .cm-content");
	await editor.waitFor();
	await page.keyboard.type("sum by (worker) (cpu_perc");
	// From the names that the cluster has. While these still come, the list takes no click.
	const offered = page.locator(".cm-tooltip-autocomplete li", { hasText: "cpu_percent" }).first();
	const picked = async () => {
		if (await offered.isVisible()) await offered.click({ timeout: 500 }).catch(() => {});
		return editor.first().textContent();
	};
	await expect.poll(picked, { timeout: 10_000 }).toContain("cpu_percent");
	await page.keyboard.press("Enter");
	await expect.poll(() => new URL(page.url()).searchParams.get("q")).toBe("sum by (worker) (cpu_percent)");
	for (const worker of ["worker-1", "worker-2", "worker-3"]) {
		await expect.poll(() => page.locator("th", { hasText: `{worker="${worker}"}` }).count()).toBe(1);
	}
	await page.locator(".explain summary").click();
	await expect
		.poll(() => page.locator(".explain-part").allTextContents())
		.toEqual([expect.stringMatching(/^sum by .*3.series/), expect.stringMatching(/^cpu_percent3.series/)]);
	expect(consoleErrors).toEqual([]);
	await context.close();
});

test("exports contain the series shown", async () => {
	const { page, context } = await visit(browser, `${rig.url}metrics?q=cpu_percent%7Bworker%3D%22worker-1%22%7D&range=15m`);
	const link = (name: string) => page.locator(".exports a", { hasText: name }).getAttribute("href");
	const get = async (name: string) => (await fetch(new URL((await link(name)) ?? "", rig.url))).text();
	const csv = readCsv(await get("CSV"));
	expect(csv.length).toBeGreaterThan(0);
	expect(new Set(csv.map(({ name, labels }) => `${name} ${labels.worker}`))).toEqual(new Set(["cpu_percent worker-1"]));
	expect(readJson(await get("JSON")).map(({ labels }) => labels.worker)).toEqual(["worker-1"]);
	expect(readOpenMetrics(await get("OpenMetrics")).map(({ name }) => name)).toEqual(["cpu_percent"]);
	await context.close();
});

test("without script the forms and links do the same", async () => {
	const { page, context } = await visit(browser, `${rig.url}metrics?range=15m`, { javaScriptEnabled: false });
	expect(await page.locator(".metric-card").count()).toBeGreaterThan(20);
	await page.locator(".metric-card", { hasText: "cpu_percent" }).first().click();
	await page.waitForURL(/q=.*cpu_percent/);
	await page.locator(".query").first().locator("[name=fold]").selectOption("max");
	await page.locator(".queries").getByRole("button", { name: "Show" }).click();
	await page.waitForURL(/fold=max/);
	expect(page.url()).toContain("range=15m");
	expect(await page.locator(".explorer-graphs .panel").count()).toBe(1);
	await page.getByRole("searchbox").fill("queue");
	await page.getByRole("button", { name: "Find" }).click();
	await page.waitForURL(/find=queue/);
	expect(page.url()).toContain("fold=max");
	expect(await page.locator(".metric-card", { hasText: "tasks_queued" }).count()).toBe(1);
	await context.close();
});

test("of more targets than one answer holds, those in sight have their past", async () => {
	const TOKEN = "a-token-of-this-test";
	const dashboard = new DashboardServer({ bridgeToken: TOKEN });
	await dashboard.start({ host: "127.0.0.1", port: 0 });
	const bridge = await RawBridge.connect(dashboard.url, TOKEN, { colony: "production", intervalMs: 60_000 });
	const ids = Array.from({ length: 130 }, (_, i) => i);
	const now = Date.now();
	// Those that are down are past the hundred of which the first answer has the past.
	const down = (i: number) => i >= 110;
	bridge.push(
		{
			type: "series",
			seq: 1,
			series: ids.map((id) => ({ id, name: "up", labels: { instance: `host-${id}:9100`, job: "node" }, type: "gauge" })),
		},
		// A scrape a minute: two that are far apart would share a column.
		...Array.from({ length: 10 }, (_, i) => ({
			type: "tick" as const,
			seq: i + 2,
			at: now - (10 - i) * 60_000,
			ids,
			values: ids.map(() => 1),
		})),
		{ type: "tick", seq: 12, at: now, ids, values: ids.map((i) => (down(i) ? 0 : 1)) },
	);
	await bridge.acknowledge(12);
	const { page, context, consoleErrors } = await visit(browser, `${dashboard.url.replace(/\/$/, "")}/metrics`);
	try {
		await untilLive(page);
		const rows = page.locator("#targets tr.row");
		expect(await rows.first().textContent()).toMatch(/host-1[12]\d.*down/);
		await expect.poll(() => rows.first().locator(".strip rect").count()).toBe(2);
		await page.locator("#targets .table-box").evaluate((box) => box.scrollTo(0, box.scrollHeight));
		await expect.poll(() => rows.last().locator(".strip rect").count()).toBeGreaterThan(0);
		expect(await rows.last().textContent()).toContain("up");
		expect(consoleErrors).toEqual([]);
	} finally {
		await context.close();
		await bridge.close();
		await dashboard.stop();
	}
});
