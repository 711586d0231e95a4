/** A page in Chromium, and what it costs its main thread. */
import { gzipSync } from "node:zlib";
import type { Browser, CDPSession, Page } from "playwright-core";

interface TraceEvent {
	name: string;
	pid: number;
	tid: number;
	/** Time of a core, µs. */
	tdur?: number;
	args?: { beginData?: { url?: string } };
}

const DESK = { width: 1440, height: 900 };

interface Opening {
	viewport?: { width: number; height: number };
	/** Columns that the page's charts ask for; absent: their own. */
	columns?: number | undefined;
	/** Absent: it runs. */
	script?: boolean;
}

export class BrowserPage {
	readonly page: Page;
	readonly #cdp: CDPSession;
	readonly #scripts: Promise<Buffer>[] = [];

	private constructor(page: Page, cdp: CDPSession) {
		this.page = page;
		this.#cdp = cdp;
		page.on("response", (response) => {
			if (response.request().resourceType() !== "script") return;
			const body = response.body();
			// A page that is closed early has not read all of them.
			body.catch(() => {});
			this.#scripts.push(body);
		});
	}

	/**
	 * A page from its first byte until a second after it is live.
	 * @returns ms of its longest task on the main thread, in time of a core
	 */
	static async longestLoadingTask(browser: Browser, url: string): Promise<number> {
		const context = await browser.newContext({ viewport: DESK, locale: "en-US" });
		const page = await context.newPage();
		await browser.startTracing(page, { categories: ["devtools.timeline", "disabled-by-default-devtools.timeline"] });
		await page.goto(url);
		await page.waitForSelector('.link-pill[data-link="live"]', { timeout: 60_000 });
		await page.waitForTimeout(1000);
		const { traceEvents } = JSON.parse(String(await browser.stopTracing())) as { traceEvents: TraceEvent[] };
		await context.close();
		const parsed = traceEvents.find(({ name, args }) => name === "ParseHTML" && args?.beginData?.url === url);
		const tasks = traceEvents.filter(({ name, pid, tid }) => name === "RunTask" && pid === parsed?.pid && tid === parsed?.tid);
		if (tasks.length === 0) throw new Error(`the trace of ${url} has no task of its main thread`);
		return Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1000;
	}

	static async open(browser: Browser, url: string, { viewport = DESK, columns, script = true }: Opening = {}): Promise<BrowserPage> {
		const context = await browser.newContext({ viewport, locale: "en-US", javaScriptEnabled: script });
		const page = await context.newPage();
		const cdp = await context.newCDPSession(page);
		await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
		const opened = new BrowserPage(page, cdp);
		await page.addInitScript(() => {
			const tasks: number[] = [];
			(globalThis as { tasks?: number[] }).tasks = tasks;
			new PerformanceObserver((list) => {
				for (const { duration } of list.getEntries()) tasks.push(duration);
			}).observe({ type: "longtask", buffered: true });
		});
		if (columns !== undefined) {
			await page.addInitScript((columns) => {
				const { parse } = JSON;
				// The page's own data are the first it reads: what it asks for stands in them.
				JSON.parse = (text, reviver) => {
					JSON.parse = parse;
					return parse(text.replace(/"range":"15m","points":\d+/g, `"range":"${2 * columns}s","points":${columns}`), reviver);
				};
			}, columns);
		}
		await page.goto(url, { waitUntil: "load" });
		return opened;
	}

	/** Resolves when the page is live. */
	live(): Promise<unknown> {
		return this.page.waitForSelector('.link-pill[data-link="live"]', { timeout: 60_000 });
	}

	/** Resolves when so many charts are on a canvas. */
	painted(charts: number): Promise<unknown> {
		return this.page.waitForFunction((charts) => document.querySelectorAll(".uplot canvas").length >= charts, charts, { timeout: 60_000 });
	}

	/** ms from the beginning of the navigation to the first text or picture. */
	async firstContentfulPaint(): Promise<number> {
		for (;;) {
			const at = await this.page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime);
			if (at !== undefined) return at;
			await this.page.waitForTimeout(10);
		}
	}

	/** kB of all scripts it has loaded so far, each gzip by itself as a server sends them. */
	async scriptKilobytes(): Promise<number> {
		const bodies = await Promise.all(this.#scripts);
		return bodies.reduce((sum, body) => sum + gzipSync(body).length, 0) / 1000;
	}

	/** ms that main-thread tasks kept a core busy since the page began, paint and all; and those of script, style and layout alone. */
	async mainThread(): Promise<{ all: number; laidOut: number }> {
		const { metrics } = await this.#cdp.send("Performance.getMetrics");
		const ms = (...names: string[]) => metrics.reduce((sum, { name, value }) => (names.includes(name) ? sum + value * 1000 : sum), 0);
		return { all: ms("TaskDuration"), laidOut: ms("ScriptDuration", "RecalcStyleDuration", "LayoutDuration") };
	}

	/** Longest task past 50 ms since it was asked last; 0: none was as long. */
	longestTask(): Promise<number> {
		return this.page.evaluate(() => {
			const { tasks = [] } = globalThis as { tasks?: number[] };
			return Math.max(0, ...tasks.splice(0));
		});
	}

	/** Resolves when what is to be painted has been. */
	frame(): Promise<unknown> {
		return this.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
	}

	/** Bytes of live objects, garbage collected. */
	async heapBytes(): Promise<number> {
		await this.#cdp.send("HeapProfiler.collectGarbage");
		const { usedSize } = await this.#cdp.send("Runtime.getHeapUsage");
		return usedSize;
	}

	close(): Promise<void> {
		return this.page.context().close();
	}
}
