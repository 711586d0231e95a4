/** uPlot as its own examples use it, with its axes and its scales: what charts cost where nothing is around them. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser } from "playwright-core";
import type uPlot from "uplot";
import { BrowserPage } from "./browser-page.ts";

/** Points a line. */
const POINTS = 720;

export const sizesOf = (elements: Element[]): [width: number, height: number][] =>
	elements.map(({ clientWidth, clientHeight }) => [clientWidth, clientHeight]);

/** A page of charts of two lines each, every third of them areas, every third bars; a point is added and one dropped each second. */
export async function bareCharts(browser: Browser, sizes: [width: number, height: number][]): Promise<BrowserPage> {
	const opened = await BrowserPage.open(browser, "about:blank", { viewport: { width: 2560, height: 6000 } });
	const file = (name: string) => readFileSync(createRequire(import.meta.url).resolve(`uplot/dist/${name}`), "utf8");
	await opened.page.setContent(`<style>${file("uPlot.min.css")} body { display: flex; flex-wrap: wrap }</style>`);
	await opened.page.addScriptTag({ content: file("uPlot.iife.min.js") });
	await opened.page.evaluate(
		({ sizes, points }) => {
			const { uPlot: Plot } = globalThis as unknown as { uPlot: typeof uPlot };
			let now = Math.floor(Date.now() / 1000);
			const value = (i: number, line: number) => Math.round((50 + 40 * Math.sin(i / 20 + line) + ((i * 31) % 13) / 4) * 10) / 10;
			const data = (): [number[], number[], number[]] => {
				const at = Array.from({ length: points }, (_, i) => now - points + i);
				return [at, at.map((i) => value(i, 0)), at.map((i) => value(i, 1))];
			};
			const charts = sizes.map(([width, height], i) => {
				const series = (stroke: string) => ({
					stroke,
					width: 1.5,
					points: { show: false },
					...(i % 3 > 0 && { fill: `${stroke}2b` }),
					...(i % 3 === 2 && Plot.paths.bars && { paths: Plot.paths.bars({ size: [0.8] }) }),
				});
				return new Plot(
					{ width, height, legend: { show: false }, series: [{}, series("#a86b00"), series("#1669b0")] },
					data(),
					document.body,
				);
			});
			setInterval(() => {
				now++;
				requestAnimationFrame(() => {
					for (const chart of charts) chart.setData(data());
				});
			}, 1000);
		},
		{ sizes, points: POINTS },
	);
	return opened;
}
