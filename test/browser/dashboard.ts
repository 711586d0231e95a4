/** The real server with a real colony, and pages that must say nothing in the console. */
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { expect } from "vitest";
import { DashboardServer, type DashboardServerOptions, LocalColony } from "../../worker/node/index.ts";

export interface Rig {
	colony: LocalColony;
	dashboard: DashboardServer;
	/** With a slash at its end. */
	url: string;
	stop(): Promise<void>;
}

/** A colony that works: short tasks that come again and again, a long one with progress, some that fail, two checks. */
export async function startRig(
	options: Omit<DashboardServerOptions, "colony"> = {},
	prepare?: (dashboard: DashboardServer) => void,
): Promise<Rig> {
	const colony = new LocalColony("hive", { numWorkers: 3 });
	const dashboard = new DashboardServer({ ...options, colony });
	prepare?.(dashboard);
	await colony.start();
	colony.addCheck("disk", () => ({ status: "ok", message: "12 GB free" }));
	colony.addCheck("queue", () => ({ status: "warning", message: "longer than usual" }));
	let rounds = 0;
	const work = setInterval(() => {
		const settled = (task: Promise<unknown>) => void task.catch(() => {});
		settled(colony.submit({ module: TASKS, name: "spin" }, 50));
		settled(colony.submit({ module: TASKS, name: "spin" }, 400));
		// One in five of its name fails, evenly: from a half on the page tells of them, and what it says first must not come and go.
		settled(colony.submit({ module: TASKS, name: "stumble" }, ++rounds % 5 === 0));
	}, 300);
	await dashboard.start({ host: "127.0.0.1", port: 0 });
	return {
		colony,
		dashboard,
		url: `${dashboard.url.replace(/\/$/, "")}/`,
		async stop() {
			clearInterval(work);
			await dashboard.stop();
			await colony.stop();
		},
	};
}

const TASKS = new URL("./tasks.ts", import.meta.url);

export interface Visit {
	page: Page;
	context: BrowserContext;
	/** Warnings and errors of the console and the page. */
	consoleErrors: string[];
}

/** Opens a page of its own context, listening before the first byte. */
export async function visit(
	browser: Browser,
	url: string,
	options: BrowserContextOptions & { theme?: "dark" | "light" } = {},
): Promise<Visit> {
	const { theme, ...rest } = options;
	const context = await browser.newContext({ locale: "en-US", viewport: { width: 1440, height: 900 }, ...rest });
	context.setDefaultNavigationTimeout(60_000);
	if (theme) await context.addCookies([{ name: "theme", value: theme, url }]);
	const page = await context.newPage();
	const consoleErrors: string[] = [];
	page.on("console", (message) => consoleErrors.push(`${message.type()}: ${message.text()}`));
	page.on("pageerror", (error) => consoleErrors.push(`error: ${error.message}`));
	await page.addInitScript(watchShifts);
	await page.goto(url);
	return { page, context, consoleErrors };
}

/**
 * Sums layout shifts, those inside lists that scroll apart. A line that arrives in a log moves those below it, and is not counted.
 */
export function watchShifts(): void {
	const sums = { page: 0, lists: 0, moved: [] as string[] };
	(globalThis as { shifts?: typeof sums }).shifts = sums;
	const inside = (node: Node | null, boxes: string) => Boolean((node instanceof Element ? node : node?.parentElement)?.closest(boxes));
	type Source = { node: Node | null; previousRect: DOMRect; currentRect: DOMRect };
	type Shift = PerformanceEntry & { value: number; sources: Source[] };
	new PerformanceObserver((list) => {
		for (const shift of list.getEntries() as Shift[]) {
			const every = (boxes: string) => shift.sources.length > 0 && shift.sources.every(({ node }) => !node || inside(node, boxes));
			if (every(".log")) continue;
			for (const { node, previousRect: from, currentRect: to } of shift.sources) {
				const element = node instanceof Element ? node : node?.parentElement;
				const way = `from ${from.x},${from.y} ${from.width}×${from.height} to ${to.x},${to.y} ${to.width}×${to.height}`;
				sums.moved.push(`${element?.outerHTML.slice(0, 120)} by ${shift.value.toFixed(4)}, ${way}`);
			}
			sums[every(".table-box, .lines") ? "lists" : "page"] += shift.value;
		}
	}).observe({ type: "layout-shift", buffered: true });
}

/** `moved`: what did, for the message of a test that fails. */
export const shifts = (page: Page): Promise<{ page: number; lists: number; moved: string[] }> =>
	page.evaluate(() => (globalThis as unknown as { shifts: { page: number; lists: number; moved: string[] } }).shifts);

/** The state of the link as the page shows it. */
export const linkState = (page: Page): Promise<string | null> => page.locator(".link-pill").getAttribute("data-link");

export async function untilLive(page: Page): Promise<void> {
	await expect.poll(() => linkState(page)).toBe("live");
}
