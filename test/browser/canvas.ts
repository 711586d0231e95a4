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
	await expect.poll(left, { timeout: 15_000 }).toEqual([]);
}

const canvasOf = (chart: Locator) => chart.locator(".uplot canvas");

/** Its pixels, as text. */
export const drawnOn = (chart: Locator): Promise<string> =>
	canvasOf(chart).evaluate((canvas) => (canvas as unknown as HTMLCanvasElement).toDataURL());

/** How many pixels are of a colour of the page's style, those at the edge of a line too. */
export const inkOf = (chart: Locator, name: string): Promise<number> =>
	canvasOf(chart).evaluate((element, name) => {
		const canvas = element as unknown as HTMLCanvasElement;
		const context = canvas.getContext("2d");
		const probe = document.createElement("canvas").getContext("2d");
		if (!context || !probe) return 0;
		probe.fillStyle = getComputedStyle(canvas).getPropertyValue(name).trim();
		probe.fillRect(0, 0, 1, 1);
		const ink = probe.getImageData(0, 0, 1, 1).data;
		const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
		let count = 0;
		for (let i = 0; i < data.length; i += 4) {
			const off = [0, 1, 2].map((part) => Math.abs((data[i + part] ?? 0) - (ink[part] ?? 0)));
			if ((data[i + 3] ?? 0) > 100 && Math.max(...off) < 8) count++;
		}
		return count;
	}, name);
