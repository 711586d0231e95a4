/** What stands on the canvases of a page's charts. */
import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";

/** Resolves when every chart in the window is on a canvas, and none is drawn twice. */
export async function untilPainted(page: Page): Promise<void> {
	const left = () =>
		page.locator("figure.chart").evaluateAll((charts) =>
			charts
				.filter((chart) => {
					const { top, bottom } = chart.getBoundingClientRect();
					return bottom > 0 && top < innerHeight;
				})
				.filter((chart) => !chart.querySelector(".uplot canvas") || chart.querySelector(".plot-line, .plot-fill"))
				.map((chart) => chart.querySelector("[role=slider]")?.getAttribute("aria-label")),
		);
	await expect.poll(left).toEqual([]);
}

const canvasOf = (chart: Locator) => chart.locator(".uplot canvas");

/** Its pixels, as text. */
export const drawnOn = (chart: Locator): Promise<string> =>
	canvasOf(chart).evaluate((canvas) => (canvas as unknown as HTMLCanvasElement).toDataURL());

/** How many pixels are of a colour of the page's style, those at the edge of a line too. */
export const inkOf = (chart: Locator, name: string): Promise<number> =>
	canvasOf(chart).evaluate((element, name) => {
		const canvas = element as unknown as HTMLCanvasElement;
		const { width, height } = canvas;
		// Read from a copy: what is read from is kept elsewhere from then on.
		const copy = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
		if (!copy) return 0;
		copy.fillStyle = getComputedStyle(canvas).getPropertyValue(name).trim();
		copy.fillRect(0, 0, 1, 1);
		const ink = copy.getImageData(0, 0, 1, 1).data;
		copy.clearRect(0, 0, 1, 1);
		copy.drawImage(canvas, 0, 0);
		const { data } = copy.getImageData(0, 0, width, height);
		let count = 0;
		for (let i = 0; i < data.length; i += 4) {
			const off = [0, 1, 2].map((part) => Math.abs((data[i + part] ?? 0) - (ink[part] ?? 0)));
			if ((data[i + 3] ?? 0) > 100 && Math.max(...off) < 8) count++;
		}
		return count;
	}, name);
