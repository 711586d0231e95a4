/** uPlot as its own examples use it, with its axes and its scales: what charts cost where nothing is around them. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser } from "playwright-core";
import type uPlot from "uplot";
import { BrowserPage } from "./browser-page.ts";

interface Bare {
	series: number;
	/** A line. */
	points: number;
	/** It stands still, with one cursor for all charts and a legend of the values there; else a point is added and one dropped each second. */
	pointed?: boolean;
}

const INKS = ["#a86b00", "#1669b0"];

export const sizesOf = (elements: Element[]): [width: number, height: number][] =>
	elements.map(({ clientWidth, clientHeight }) => [clientWidth, clientHeight]);

/** A page of charts: every third has areas, every third bars. */
export async function bareCharts(browser: Browser, sizes: [width: number, height: number][], bare: Bare): Promise<BrowserPage> {
	const opened = await BrowserPage.open(browser, "about:blank", { viewport: { width: 2560, height: 6000 } });
	const file = (name: string) => readFileSync(createRequire(import.meta.url).resolve(`uplot/dist/${name}`), "utf8");
	await opened.page.setContent(`<style>${file("uPlot.min.css")} body { display: flex; flex-wrap: wrap }</style>`);
	await opened.page.addScriptTag({ content: file("uPlot.iife.min.js") });
	await opened.page.evaluate(
		({ sizes, bare: { series, points, pointed }, inks }) => {
			const { uPlot: Plot } = globalThis as unknown as { uPlot: typeof uPlot };
			let now = Math.floor(Date.now() / 1000);
			const value = (i: number, line: number) => Math.round((50 + 40 * Math.sin(i / 20 + line) + ((i * 31) % 13) / 4) * 10) / 10;
			const lines = Array.from({ length: series }, (_, line) => line);
			const data = (): uPlot.AlignedData => {
				const at = Array.from({ length: points }, (_, i) => now - points + i);
				return [at, ...lines.map((line) => at.map((i) => value(i, line)))];
			};
			const charts = sizes.map(([width, height], i) => {
				const seriesOf = (stroke = "") => ({
					stroke,
					width: 1.5,
					points: { show: false },
					...(i % 3 > 0 && { fill: `${stroke}2b` }),
					...(i % 3 === 2 && Plot.paths.bars && { paths: Plot.paths.bars({ size: [0.8] }) }),
				});
				return new Plot(
					{
						width,
						height,
						legend: { show: pointed === true },
						...(pointed && { cursor: { sync: { key: "all" } } }),
						series: [{}, ...lines.map((line) => seriesOf(inks[line % inks.length]))],
					},
					data(),
					document.body,
				);
			});
			if (pointed) return;
			setInterval(() => {
				now++;
				requestAnimationFrame(() => {
					for (const chart of charts) chart.setData(data());
				});
			}, 1000);
		},
		{ sizes, bare, inks: INKS },
	);
	return opened;
}
