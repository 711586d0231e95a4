/** Every string a colony can say, made hostile: it is shown, and nothing of it runs. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Colony } from "../../colony-bridge/colony.ts";
import { ChartWidget, DashboardServer, GaugeWidget, LogWidget, MetricWidget, StatusWidget, TableWidget } from "../../worker/node/index.ts";
import { launchChromium } from "./chromium.ts";
import { untilLive, visit } from "./dashboard.ts";

const EVIL = `</script><script>globalThis.ran=1</script><img src=x onerror="globalThis.ran=1"><!--'"\`\u2028\u2029{{7*7}}<svg onload=globalThis.ran=1>`;

const colony: Colony = {
	name: `colony ${EVIL}`,
	snapshot: () => ({
		health: { status: "degraded", reason: `reason ${EVIL}` },
		workers: [
			{
				id: `worker ${EVIL}`,
				status: "busy",
				role: EVIL,
				health: "degraded",
				message: EVIL,
				tasks: [`task ${EVIL}`],
				host: EVIL,
				restarts: 1,
			},
		],
		tasks: [
			// An instant in seconds: it cannot be taken, and that is told.
			{ id: "1970", name: "seconds", status: "running", startedAt: 1_767_225_600 },
			{ id: `task ${EVIL}`, name: EVIL, status: "running", worker: `worker ${EVIL}`, attempt: 2, progress: 0.5, startedAt: Date.now() },
		],
		streams: [{ id: `stream ${EVIL}`, name: EVIL, status: "running", message: EVIL, checkpoint: { id: EVIL, status: "completed" } }],
		checks: [{ id: `check ${EVIL}`, status: "failed", message: EVIL }],
		metrics: [
			{ name: "cpu_percent", labels: { worker: `worker ${EVIL}` }, unit: EVIL.slice(0, 40), help: EVIL, value: 5 },
			{ name: "stream_lag_seconds", labels: { stream: `stream ${EVIL}` }, value: 5 },
		],
		leftOut: [{ field: EVIL, count: 3, reason: EVIL }],
		logs: [{ at: Date.now(), level: "ERROR", source: EVIL, message: EVIL }],
		ended: [
			{
				id: `ended ${Date.now()} ${EVIL}`,
				name: EVIL,
				status: "failed",
				worker: EVIL,
				endedAt: Date.now(),
				error: { type: EVIL, message: EVIL, stack: EVIL.repeat(20) },
			},
			{ id: `swallowed ${Date.now()}`, name: "swallowed", status: "no_result", endedAt: Date.now() },
		],
	}),
	subscribe(listener) {
		listener({ type: "mark", at: Date.now(), kind: EVIL, text: EVIL });
		return () => {};
	},
};

let browser: Browser;
let dashboard: DashboardServer;
beforeAll(async () => {
	browser = await launchChromium();
	dashboard = new DashboardServer({ colony, cluster: "hostile", config: { title: `title ${EVIL}` } });
	const widgets = () => [
		new MetricWidget({ title: EVIL, metric: "cpu_percent", format: `{value:.1f}${EVIL.slice(0, 60)}` }),
		new ChartWidget({ title: EVIL, metrics: ["cpu_percent", `absent{evil=${JSON.stringify(EVIL)}}`] }),
		new GaugeWidget({ title: EVIL, metric: "cpu_percent" }),
		new TableWidget({ title: EVIL, columns: ["name", EVIL, "status", "message", "__proto__", "constructor"], dataSource: "workers" }),
		new StatusWidget({ title: EVIL, checks: [EVIL] }),
		new LogWidget({ title: EVIL }),
	];
	dashboard.addPage("evil", `page ${EVIL}`.slice(0, 200), widgets());
	await dashboard.start({ host: "127.0.0.1", port: 0 });
	await vi.waitFor(async () => expect(await (await fetch(new URL("/api/workers", dashboard.url))).text()).toContain("busy"), {
		timeout: 30_000,
	});
});
afterAll(async () => {
	await dashboard?.stop();
	await browser?.close();
});

test.each(["", "workers", "tasks", "streaming", "metrics", "evil"])("page /%s shows it and runs nothing", async (path) => {
	const { page, context, consoleErrors } = await visit(browser, new URL(path, dashboard.url).href);
	await untilLive(page);
	for (const details of await page.locator("details summary").all()) await details.click();
	expect(await page.locator("body").textContent()).toContain("</script><script>");
	if (path === "") {
		const left = (await page.locator("#left-out").textContent()) ?? "";
		expect(left).toContain(`3${EVIL}${EVIL}`);
		expect(left).toMatch(/1tasks\.startedAt.*looks like seconds/);
		expect(await page.locator(".verdict").textContent()).toMatch(/left out .* at /);
		expect(await page.locator(".count", { hasText: "Tasks failed" }).textContent()).toMatch(/\+ [\d,]+ no result/);
	}
	expect(await page.evaluate(() => (globalThis as { ran?: number }).ran)).toBeUndefined();
	const smuggled = page.locator("img, #dashboard script, svg[onload]");
	expect(await smuggled.evaluateAll((elements) => elements.map(({ outerHTML }) => outerHTML))).toEqual([]);
	expect(consoleErrors).toEqual([]);
	await context.close();
});

test("a report, opened from a disk, shows it and runs nothing", async () => {
	const folder = await mkdtemp(join(tmpdir(), "hostile-report-"));
	const file = join(folder, "report.html");
	const response = await fetch(new URL("/api/report", dashboard.url));
	expect(response.status).toBe(200);
	await writeFile(file, await response.text());
	const { page, context, consoleErrors } = await visit(browser, pathToFileURL(file).href);
	for (const part of ["#verdict", "#workers", "#tasks", "#failed", "#errors", "#warnings", "#log", "#events", "#streams", "#checks"]) {
		expect(await page.locator(part).textContent(), part).toContain("</script><script>");
	}
	expect(await page.evaluate(() => (globalThis as { ran?: number }).ran)).toBeUndefined();
	const smuggled = page.locator("img, body script:not(#report-data), svg[onload]");
	expect(await smuggled.evaluateAll((elements) => elements.map(({ outerHTML }) => outerHTML))).toEqual([]);
	const data = JSON.parse((await page.locator("#report-data").textContent()) ?? "") as {
		answers: { workers: { rows: { role: string }[] } };
	};
	expect(data.answers.workers.rows[0]?.role).toBe(EVIL);
	expect(consoleErrors).toEqual([]);
	await context.close();
	await rm(folder, { recursive: true });
});
