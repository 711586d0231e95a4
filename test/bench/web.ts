/**
 * What the pages cost the browser: paint, bytes, main thread, memory, in Chromium without a GPU (so that painting counts too).
 *
 *     npm run bench -- web [--loading] [--paints] [--charts] [--dense] [--workers] [--heap]
 *
 * Without an option all parts are run. Main-thread time is the thread's own, so that what else the machine does counts little; a task's
 * length is told by the browser, in time on the wall.
 */
import { setTimeout as wait } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { launchChromium } from "../browser/chromium.ts";
import { endProgram, startProgram } from "./harness/child.ts";
import { type Figure, median } from "./harness/figure.ts";
import type { Serving } from "./programs/serve.ts";
import { bareCharts, sizesOf } from "./web/bare-charts.ts";
import { BrowserPage } from "./web/browser-page.ts";
import { CHARTS, SteadyDashboard } from "./web/steady-dashboard.ts";

type Line = Omit<Figure, "bench">;

const PAGES = ["", "workers", "tasks", "streaming", "metrics", "charts"];
const PAINTS = 7;
/** Seconds a live page is watched, a push a second. */
const WATCHED_S = 20;
/** Moves of the pointer over a chart. */
const MOVES = 60;
/** Half an hour of pushes, a second apart in the colony's time. */
const PUSHES = 1800;

const PARTS: Record<string, (browser: Browser) => AsyncGenerator<Line>> = {
	"--loading": loading,
	"--paints": paintsAndBytes,
	"--charts": charts,
	"--dense": dense,
	"--workers": manyWorkers,
	"--heap": heap,
};

export async function* run(options: ReadonlySet<string>): AsyncGenerator<Line> {
	const asked = Object.entries(PARTS).filter(([name]) => options.size === 0 || options.has(name));
	if (asked.length === 0) throw new Error(`web takes ${Object.keys(PARTS).join(", ")}`);
	const browser = await launchChromium();
	try {
		for (const [, part] of asked) yield* part(browser);
	} finally {
		await browser.close();
	}
}

/** Loads of a page, of which the median counts. */
const LOADS = 3;

/** Every page as it comes to life, and its first paint beside that of the same HTML without script. */
async function* loading(browser: Browser): AsyncGenerator<Line> {
	for (const workers of [8, 1_000, 10_000]) {
		const dashboard = await SteadyDashboard.start(workers, Math.min(workers * 10, 8_000));
		try {
			await dashboard.push(Date.now());
			for (let i = 10; i > 0; i--) await dashboard.work(Date.now() - i * 1000);
			for (const page of ["", "workers", "workers/worker-1", "tasks", "streaming", "streaming/orders", "metrics"]) {
				const url = dashboard.url + page;
				const tasks: number[] = [];
				for (let i = 0; i < LOADS; i++) tasks.push(await BrowserPage.longestLoadingTask(browser, url));
				yield { name: `longest task while loading /${page}, ${workers} workers, core time`, value: median(tasks), unit: "ms" };
				const reference = { name: "the same HTML without script", value: await paintsOf(browser, url, LOADS, false) };
				yield {
					name: `first contentful paint of /${page}, ${workers} workers`,
					value: await paintsOf(browser, url, LOADS),
					unit: "ms",
					reference,
				};
			}
		} finally {
			await dashboard.stop();
		}
	}
}

async function paintsOf(browser: Browser, url: string, times = PAINTS, script = true): Promise<number> {
	const paints: number[] = [];
	for (let i = 0; i < times; i++) {
		const opened = await BrowserPage.open(browser, url, { script });
		paints.push(await opened.firstContentfulPaint());
		await opened.close();
	}
	return median(paints);
}

async function* paintsAndBytes(browser: Browser): AsyncGenerator<Line> {
	const dashboard = await SteadyDashboard.start(65, 650);
	const bare = await startProgram<Serving>("serve", "bare");
	try {
		await dashboard.fill(300);
		const reference = { name: "bare node:http server's page of one word", value: await paintsOf(browser, bare.report.url) };
		yield { name: "first contentful paint of Overview", value: await paintsOf(browser, dashboard.url), unit: "ms", reference };
		for (const page of PAGES) {
			const opened = await BrowserPage.open(browser, dashboard.url + page);
			await opened.live();
			await opened.page.waitForLoadState("networkidle");
			yield { name: `JavaScript of /${page}, gzip`, value: await opened.scriptKilobytes(), unit: "kB" };
			await opened.close();
		}
	} finally {
		await endProgram(bare.child);
		await dashboard.stop();
	}
}

/** Pushes once a second and watches. @returns ms of main thread a second, and the longest task. */
async function watched(dashboard: SteadyDashboard, opened: BrowserPage): Promise<{ perSecond: number; longest: number }> {
	await opened.longestTask();
	const before = (await opened.mainThread()).all;
	const begin = performance.now();
	for (let i = 0; i < WATCHED_S; i++) {
		await dashboard.push(Date.now());
		await wait(Math.max(0, begin + (i + 1) * 1000 - performance.now()));
	}
	const seconds = (performance.now() - begin) / 1000;
	return { perSecond: ((await opened.mainThread()).all - before) / seconds, longest: await opened.longestTask() };
}

/** A wall screen: all of them in sight. */
const WALL = { width: 2560, height: 6000 };
/** Columns that each of their lines is asked to have, of 2 s: more than a widget's own. */
const COLUMNS = 720;

async function* charts(browser: Browser): AsyncGenerator<Line> {
	const dashboard = await SteadyDashboard.start(65, 650);
	try {
		await dashboard.fill(2 * COLUMNS);
		const quiet = await BrowserPage.open(browser, `${dashboard.url}audit`);
		const idle = await watched(dashboard, quiet);
		await quiet.close();
		for (const columns of [undefined, COLUMNS]) {
			const opened = await BrowserPage.open(browser, `${dashboard.url}charts`, { viewport: WALL, columns });
			await opened.live();
			await opened.painted(CHARTS);
			await wait(2000);
			const { perSecond, longest } = await watched(dashboard, opened);
			const name = `${CHARTS} live charts in sight, ${columns === undefined ? "columns as widgets have" : `${columns} columns`}`;
			yield {
				name: `main thread, ${name}`,
				value: perSecond,
				unit: "ms/s",
				reference: { name: "a page that is not live, beside the same pushes", value: idle.perSecond },
			};
			yield { name: `longest task past 50 ms, ${name}`, value: longest, unit: "ms" };
			if (columns !== undefined) {
				const bare = await bareCharts(browser, await opened.page.locator(".plot").evaluateAll(sizesOf), { series: 2, points: columns });
				const { perSecond: alone } = await watched(dashboard, bare);
				await bare.close();
				yield {
					name: `main thread, ${name}, less the page that is not live`,
					value: perSecond - idle.perSecond,
					unit: "ms/s",
					reference: { name: "bare uPlot redrawing as many charts of as many points once a second", value: alone },
				};
			}
			await opened.close();
		}
		yield* pointing(browser, dashboard);
	} finally {
		await dashboard.stop();
	}
}

/** A move of the pointer over all charts, on a page that stands still. */
async function* pointing(browser: Browser, dashboard: SteadyDashboard): AsyncGenerator<Line> {
	const opened = await BrowserPage.open(browser, `${dashboard.url}charts?refresh=off`, { viewport: WALL, columns: COLUMNS });
	await opened.painted(CHARTS);
	await wait(2000);
	const bare = await bareCharts(browser, await opened.page.locator(".plot").evaluateAll(sizesOf), {
		series: 2,
		points: COLUMNS,
		pointed: true,
	});
	await wait(2000);
	// In turns: what else the machine does is the same for both.
	const ours: Pointed[] = [];
	const alone: Pointed[] = [];
	for (let i = 0; i < 3; i++) {
		ours.push(await pointed(opened, ".plot"));
		alone.push(await pointed(bare, ".u-over"));
	}
	await bare.close();
	await opened.close();
	for (const [part, words] of [
		["laidOut", "script, style and layout"],
		["all", "main thread, paint and all,"],
	] as const) {
		yield {
			name: `${words} a move of the pointer over ${CHARTS} charts in sight`,
			value: median(ours.map((moved) => moved[part])),
			unit: "ms",
			reference: { name: "bare uPlot, with one cursor for all charts and legends", value: median(alone.map((moved) => moved[part])) },
		};
	}
}

/** One chart of many series: all of them read and ranked, a few drawn. */
async function* dense(browser: Browser): AsyncGenerator<Line> {
	for (const series of [100, 500]) yield* denseOf(browser, series);
}

async function* denseOf(browser: Browser, series: number): AsyncGenerator<Line> {
	const dashboard = await SteadyDashboard.start(series, series * 10);
	try {
		await dashboard.fill(300);
		const opened = await BrowserPage.open(browser, `${dashboard.url}metrics?q=cpu_percent&fold=each&range=15m`);
		await opened.live();
		await wait(2000);
		yield { name: `longest task past 50 ms while loading, a graph of ${series} series`, value: await opened.longestTask(), unit: "ms" };
		const { perSecond, longest } = await watched(dashboard, opened);
		const bare = await bareCharts(browser, await opened.page.locator(".plot").evaluateAll(sizesOf), { series, points: 180 });
		const alone = await watched(dashboard, bare);
		await bare.close();
		yield {
			name: `main thread, a live graph of ${series} series`,
			value: perSecond,
			unit: "ms/s",
			reference: { name: "bare uPlot redrawing as many lines once a second", value: alone.perSecond },
		};
		yield { name: `longest task past 50 ms, a live graph of ${series} series`, value: longest, unit: "ms" };
		yield {
			name: `main thread a move of the pointer, a graph of ${series} series`,
			value: (await pointed(opened, ".plot")).all,
			unit: "ms",
		};
		await opened.close();
	} finally {
		await dashboard.stop();
	}
}

type Pointed = Awaited<ReturnType<BrowserPage["mainThread"]>>;

/** ms of main thread a move of the pointer over the first chart. */
async function pointed(opened: BrowserPage, plot: string): Promise<Pointed> {
	const box = await opened.page.locator(plot).first().boundingBox();
	if (!box) throw new Error("the page has no chart");
	const before = await opened.mainThread();
	for (let i = 0; i < MOVES; i++) {
		await opened.page.mouse.move(box.x + (box.width * (i + 1)) / (MOVES + 1), box.y + box.height / 2);
		await opened.frame();
	}
	const after = await opened.mainThread();
	return { all: (after.all - before.all) / MOVES, laidOut: (after.laidOut - before.laidOut) / MOVES };
}

async function* manyWorkers(browser: Browser): AsyncGenerator<Line> {
	for (const workers of [1_000, 10_000]) yield* workersOf(browser, workers);
}

async function* workersOf(browser: Browser, workers: number): AsyncGenerator<Line> {
	// Ten series a worker for the first of them: what one push can carry, beside the state of all.
	const dashboard = await SteadyDashboard.start(workers, Math.min(workers * 10, 8_000));
	try {
		await dashboard.push(Date.now());
		for (const page of ["workers", ""]) {
			const opened = await BrowserPage.open(browser, dashboard.url + page);
			await opened.live();
			await wait(2000);
			const where = page === "" ? "Overview's comb" : "comb and table";
			yield { name: `longest task past 50 ms while loading, ${where}, ${workers} workers`, value: await opened.longestTask(), unit: "ms" };
			const { perSecond, longest } = await watched(dashboard, opened);
			yield { name: `longest task past 50 ms while live, ${where}, ${workers} workers`, value: longest, unit: "ms" };
			yield { name: `main thread while live, ${where}, ${workers} workers`, value: perSecond, unit: "ms/s" };
			await opened.close();
		}
	} finally {
		await dashboard.stop();
	}
}

/** Heap after a sixth of the pushes, when all caches are warm, and after all. */
async function* heap(browser: Browser): AsyncGenerator<Line> {
	const dashboard = await SteadyDashboard.start(65, 650);
	try {
		const begin = Date.now() - PUSHES * 1000;
		await dashboard.push(begin);
		const opened = await BrowserPage.open(browser, dashboard.url);
		await opened.live();
		let warm = 0;
		for (let i = 1; i <= PUSHES; i++) {
			await dashboard.push(begin + i * 1000, i % 5 === 0);
			// The page keeps up: what it has not drawn is not what it holds.
			if (i % 50 === 0) await wait(100);
			if (i === PUSHES / 6) warm = await opened.heapBytes();
		}
		await wait(1000);
		const full = await opened.heapBytes();
		const reference = { name: "after 5 minutes", value: warm / 1e6 };
		yield { name: "heap of Overview after 30 minutes of pushes in a fast run", value: full / 1e6, unit: "MB", reference };
		await opened.close();
	} finally {
		await dashboard.stop();
	}
}
