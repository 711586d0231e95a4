/** Every page in a real browser: hydrated without a word, live, in both themes, on any width, for everybody. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { ClusterAnswer } from "../../colony-bridge/protocol/http/rest.ts";
import { ChartWidget, DashboardServer, GaugeWidget, LogWidget, MetricWidget, StatusWidget, TableWidget } from "../../worker/node/index.ts";
import { RawBridge } from "../wire/raw-bridge.ts";
import { violations } from "./axe.ts";
import { drawnOn, untilPainted } from "./canvas.ts";
import { launchChromium } from "./chromium.ts";
import { linkState, type Rig, shifts, startRig, untilLive, visit } from "./dashboard.ts";
import { type SlowWire, slowWire } from "./slow-wire.ts";

const PAGES = ["", "workers", "workers/worker-1", "tasks", "streaming", "metrics", "runs", "custom"];
/** For people to look at; git ignores them. On CI nobody does. */
const SCREENSHOTS = process.env.CI ? undefined : fileURLToPath(new URL("../../.screenshots/", import.meta.url));

let browser: Browser;
let rig: Rig;
let wire: SlowWire;
beforeAll(async () => {
	browser = await launchChromium();
	rig = await startRig({}, (dashboard) => {
		dashboard.addWidget(
			new ChartWidget({ title: "Processing Rate", metrics: ["tasks_completed"], chartType: "area", timeRange: "30m" }),
			[0, 0],
		);
		dashboard.addWidget(
			new GaugeWidget({ title: "Memory Usage", metric: "memory_percent", thresholds: { green: 70, yellow: 85, red: 95 } }),
			[0, 1],
		);
		dashboard.addPage("custom", "Custom Metrics", [
			new MetricWidget({ title: "Ended", metric: "hiveframe_tasks_total", aggregation: "rate", format: "{value:.1f} tasks/s" }),
			new ChartWidget({ title: "Absent", metrics: ["metric_a"] }),
			new ChartWidget({ title: "Bars", metrics: ["tasks_queued", "tasks_running"], chartType: "bar", timeRange: "5m" }),
			new TableWidget({ title: "Details", columns: ["name", "value"] }),
			new TableWidget({ title: "Active Workers", columns: ["name", "status", "tasks", "memory"], dataSource: "workers" }),
			new StatusWidget({ title: "Services", checks: ["disk", "queue", "ghost"] }),
			new LogWidget({ title: "Recent Logs", filterLevel: "WARNING" }),
		]);
	});
	wire = await slowWire(rig.url);
	// Every kind of row there is: a task that failed, one that waits.
	const text = async (path: string) => (await fetch(rig.url + path, { headers: { accept: path ? "*/*" : "text/html" } })).text();
	await vi.waitFor(
		async () => {
			expect(await text("api/tasks")).toContain('"failed"');
			// Overview gives a chart room once its metric was reported, as it must: here it was, before anybody looks.
			const overview = await text("");
			for (const panel of ["cpu", "memory", "ended"]) expect(overview).toContain(`area-${panel}`);
		},
		{ timeout: 30_000, interval: 250 },
	);
});
afterAll(async () => {
	await wire?.stop();
	await rig?.stop();
	await browser?.close();
});

const OTHER = { dark: "light", light: "dark" } as const;
type Theme = keyof typeof OTHER;

/** A visit each; which theme comes first from the server alternates, the other follows by the switch. */
const LOOKS: [Theme, number][] = [
	["dark", 360],
	["light", 1440],
	["dark", 2560],
];

const completed = async (page: Page) =>
	Number((await page.locator(".count", { hasText: "Tasks completed" }).locator("dd").textContent())?.replace(/,/g, ""));

/** Elements of the first HTML that no component has taken over. */
const notAlive = (page: Page): Promise<string[]> =>
	page.evaluate(() => {
		const { completed } = (globalThis as unknown as { _$HY: { completed: WeakSet<Element> } })._$HY;
		return [...document.querySelectorAll("#dashboard [data-hk]")]
			.filter((element) => !completed.has(element))
			.map(({ outerHTML }) => outerHTML.slice(0, 200));
	});

/** One visit over a wire on which the document comes in pieces, and all that must be so wherever one looks. */
async function looksRight(path: string, first: Theme, width: number): Promise<void> {
	const { page, context, consoleErrors } = await visit(browser, wire.url + path, { theme: first, viewport: { width, height: 900 } });
	await untilLive(page);
	expect(await notAlive(page), path).toEqual([]);
	// Two pushes more, so that values have changed.
	const newest = () => page.locator(".link-age time").getAttribute("datetime");
	for (let pushes = 0; pushes < 2; pushes++) {
		const before = await newest();
		await expect.poll(newest).not.toBe(before);
	}
	let before = 0;
	for (const theme of [first, OTHER[first]]) {
		const look = `/${path}, ${theme}, ${width} px`;
		if (theme !== first) await page.locator(".theme-switch").dispatchEvent("click");
		expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme), look).toBe(theme);
		expect(await page.evaluate(() => document.documentElement.scrollWidth), look).toBeLessThanOrEqual(width);
		// Less than Chrome's own two decimals tell from nothing.
		const shifted = await shifts(page);
		expect(shifted.page - before, `${look}; moved: ${shifted.moved.join(" | ")}`).toBeLessThan(0.005);
		expect(await violations(page), look).toEqual([]);
		expect(consoleErrors, look).toEqual([]);
		const name = `${path.replaceAll("/", "-") || "overview"}-${theme}-${width}.png`;
		if (SCREENSHOTS) await page.screenshot({ path: join(SCREENSHOTS, name), fullPage: true });
		// Axe and the camera move things about.
		before = (await shifts(page)).page;
	}
	await context.close();
}

describe.each(PAGES)("page /%s", (path) => {
	test("hydrates without console output, goes live, does not shift and passes axe, in both themes at every width", {
		timeout: 120_000,
	}, async () => {
		// At once: most of the time each waits for the colony.
		await Promise.all(LOOKS.map(([theme, width]) => looksRight(path, theme, width)));
	});

	test("shows the same without script", async () => {
		const { page, context, consoleErrors } = await visit(browser, rig.url + path, { javaScriptEnabled: false });
		expect(await page.locator("h1").textContent()).toMatch(/\w/);
		expect(await linkState(page)).toBe("still");
		expect(await page.locator(".theme-switch").isVisible()).toBe(false);
		const empty = await page.locator(".plot").evaluateAll((plots) => plots.filter((plot) => !plot.querySelector("path[d]")).length);
		expect(empty).toBe(0);
		expect(consoleErrors).toEqual([]);
		await context.close();
	});
});

test("a wall screen of 3840 px is filled like any other", () => looksRight("", "light", 3840));

test("Overview's numbers change by themselves, and its charts are drawn", async () => {
	const { page, context } = await visit(browser, rig.url);
	const first = await completed(page);
	await expect.poll(() => completed(page), { timeout: 20_000 }).toBeGreaterThan(first);
	await untilPainted(page);
	const drawn = () => drawnOn(page.locator("figure.chart").first());
	const before = await drawn();
	await expect.poll(drawn, { timeout: 30_000 }).not.toBe(before);
	await context.close();
});

test("the first click before hydration is answered, whatever has arrived since: an error's stack on demand", async () => {
	const { page, context, consoleErrors } = await visit(browser, "about:blank");
	// Its parts wait for tasks that are held back.
	await page.addInitScript(() => {
		const { postMessage } = MessagePort.prototype;
		const held: (() => void)[] = [];
		MessagePort.prototype.postMessage = function (message: unknown) {
			held.push(() => postMessage.call(this, message));
		};
		const releaseTasks = () => {
			Object.assign(MessagePort.prototype, { postMessage });
			for (const post of held) post();
		};
		Object.assign(window, { releaseTasks });
	});
	await page.goto(rig.url);
	await expect.poll(async () => (await notAlive(page)).length).toBeGreaterThan(10);
	await expect.poll(async () => (await notAlive(page)).some((html) => html.includes('class="shell"'))).toBe(false);
	const shown = await completed(page);
	const now = async () => ((await (await fetch(`${rig.url}api/cluster`)).json()) as ClusterAnswer).tasks.completed;
	await expect.poll(now, { timeout: 15_000 }).toBeGreaterThan(shown);
	expect(await completed(page)).toBe(shown);
	expect(await linkState(page)).toBe("still");
	const error = page.locator(".error-line").first();
	expect(await error.textContent()).toContain("TypeError: the floor was not where it was expected");
	await error.locator("summary").click();
	// The click alone brought all of them to life; answers are rendered in tasks again.
	expect(await notAlive(page)).toEqual([]);
	await page.evaluate("releaseTasks()");
	await expect.poll(() => error.locator("pre").textContent()).toContain("tasks.ts");
	await untilLive(page);
	await expect.poll(() => completed(page)).toBeGreaterThan(shown);
	expect(await notAlive(page)).toEqual([]);
	expect(consoleErrors).toEqual([]);
	await context.close();
});

test("errors are grouped and counted; the list does not move while errors arrive, and a new group waits at the end until the reader sorts", async () => {
	const dashboard = new DashboardServer({ bridgeToken: "a-token-of-this-test" });
	await dashboard.start({ host: "127.0.0.1", port: 0 });
	const { page, context, consoleErrors } = await visit(browser, "about:blank");
	try {
		const bridge = await RawBridge.connect(dashboard.url, "a-token-of-this-test");
		let [seq, id] = [0, 0];
		const fail = (...messages: string[]) => {
			const events = messages.map((message) => {
				const error = { type: "OSError", message, stack: `at task ${id}` };
				return { type: "taskEnd" as const, id: `task-${id++}`, name: "fold", status: "failed" as const, endedAt: Date.now(), error };
			});
			bridge.push({ type: "events", seq: ++seq, events });
		};
		const KINDS = ["disk", "network", "shard"];
		const all = (n: number) => KINDS.map((kind) => `${kind} ${n} is gone`);
		fail(...all(1), "disk 7 is gone");
		await expect.poll(() => bridge.acknowledged).toBe(1);
		await page.goto(dashboard.url);
		await untilLive(page);
		const said = () => page.locator(".error-message").allTextContents();
		const counts = () => page.locator(".error-line .line-side strong").allTextContents();
		const order = await said();
		expect([...order].sort()).toEqual(["OSError: disk # is gone", "OSError: network 1 is gone", "OSError: shard 1 is gone"]);
		expect(order[0]).toContain("disk");
		for (let n = 2; n <= 9; n++) fail(...all(n).slice(1), `shard ${n}0 is gone`);
		await expect.poll(counts).toEqual(["2", ...order.slice(1).map((text) => (text.includes("shard") ? "17" : "9"))]);
		expect((await said()).map((text) => text.replace("#", "1"))).toEqual(order.map((text) => text.replace("#", "1")));
		const moved = await shifts(page);
		expect(moved.page + moved.lists, moved.moved.join("\n")).toBeLessThan(0.005);
		const first = page.locator(".error-line").first();
		await first.hover();
		await first.locator("summary").click();
		await expect.poll(() => first.locator("pre").textContent()).toContain("at task 0");
		fail("the queen is lost", "disk 2 is gone");
		await expect.poll(counts).toHaveLength(4);
		expect((await said()).map((text) => text.split(" ")[1])).toEqual([...order.map((text) => text.split(" ")[1]), "the"]);
		expect(await first.locator("details").getAttribute("open")).not.toBeNull();
		await page.getByRole("button", { name: "1 new" }).click();
		await expect.poll(() => page.getByRole("button", { name: "1 new" }).count()).toBe(0);
		expect(await said()).toHaveLength(4);
		expect(consoleErrors).toEqual([]);
	} finally {
		await context.close();
		await dashboard.stop();
	}
});

test("a worker's row keeps its element while its numbers change", async () => {
	const { page, context } = await visit(browser, `${rig.url}workers`);
	await untilLive(page);
	const row = await page.locator("tbody tr", { hasText: "worker-1" }).elementHandle();
	const before = await row?.textContent();
	await expect.poll(() => row?.textContent()).not.toBe(before);
	expect(await row?.evaluate((element) => element.isConnected)).toBe(true);
	await context.close();
});

test("the theme changes at once and is stored for the next page", async () => {
	const { page, context, consoleErrors } = await visit(browser, rig.url);
	await untilLive(page);
	const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
	const light = await ground();
	await page.getByRole("button", { name: "Dark theme" }).click();
	const dark = await ground();
	expect(dark).not.toBe(light);
	await page.getByRole("link", { name: "Workers" }).first().click();
	await page.waitForURL(`${rig.url}workers`);
	// From the first byte: the server knows the choice.
	expect(await page.content()).toContain('data-theme="dark"');
	expect(await ground()).toBe(dark);
	await untilLive(page);
	// What the system has is no choice any more: the page goes with it again.
	await page.getByRole("button", { name: "Light theme" }).click();
	expect(await ground()).toBe(light);
	await page.emulateMedia({ colorScheme: "dark" });
	expect(await ground()).toBe(dark);
	await page.reload();
	expect(await page.content()).not.toContain("data-theme");
	expect(await ground()).toBe(dark);
	expect(consoleErrors).toEqual([]);
	await context.close();
});

test("the first page loads at most 60 KB of script, packed, and no schema library", async () => {
	const { page, context } = await visit(browser, "about:blank");
	const scripts: Promise<Buffer>[] = [];
	/** What paints its charts and its comb and follows the pointer over charts comes when all else is there. */
	const painters: Promise<Buffer>[] = [];
	page.on("response", (response) => {
		if (response.request().resourceType() !== "script") return;
		(/\/(painter|uplot|reading)-/.test(response.url()) ? painters : scripts).push(response.body());
	});
	const plain = await startRig();
	try {
		await page.goto(plain.url, { waitUntil: "networkidle" });
		await untilLive(page);
		const bodies = await Promise.all(scripts);
		expect(bodies.length).toBeGreaterThan(0);
		expect(bodies.map((body) => gzipSync(body).length).reduce((a, b) => a + b)).toBeLessThanOrEqual(60_000);
		await untilPainted(page);
		const packed = (await Promise.all(painters)).map((body) => gzipSync(body).length);
		expect(packed.length).toBe(4);
		expect(Math.max(...packed)).toBeLessThanOrEqual(23_000);
		// Not `toContain`: it would print all of the scripts.
		expect(Buffer.concat(bodies).includes("~standard")).toBe(false);
	} finally {
		await plain.stop();
		await context.close();
	}
});

test("clicks that follow one another at once are all answered, also while a page appears, without an error", async () => {
	const { page, context, consoleErrors } = await visit(browser, rig.url);
	await untilLive(page);
	const at = (name: string) => expect.poll(() => page.url()).toBe(rig.url + name);
	// The later of two in one task.
	await page.evaluate(() => {
		const link = (name: string) => document.querySelector<HTMLElement>(`nav a[href$="/${name}"]`);
		link("workers")?.click();
		link("tasks")?.click();
	});
	await at("tasks");
	// By a pointer as soon as the link is there: nothing lies over a page that appears.
	for (const name of ["streaming", "metrics", "workers"]) {
		const link = page.locator(`nav a[href$="/${name}"]`).first();
		const box = await link.boundingBox();
		await page.mouse.click((box?.x ?? 0) + 20, (box?.y ?? 0) + 8);
		await at(name);
	}
	await untilLive(page);
	expect(consoleErrors).toEqual([]);
	await context.close();
});

test("an unknown page is answered with a page that says so", async () => {
	const { page, context } = await visit(browser, `${rig.url}nowhere`);
	expect(await page.locator("h1").textContent()).toMatch(/\w/);
	await page.getByRole("link", { name: "Overview" }).click();
	await page.waitForURL(rig.url);
	await context.close();
});
