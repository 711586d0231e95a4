/** Text that a box cuts off, what is wider than the page, and tables that scroll sideways on a desktop. */
import type { Page } from "playwright-core";

/**
 * @returns what is cut, each with its text. A name may be cut in its middle, for names of one kind differ at their ends; sentences may be cut
 * where a line of them has room; of both a title or a fold has the whole. A number is never cut.
 */
export const cutText = (page: Page): Promise<string[]> =>
	page.evaluate(() => {
		/** Less room than for some four words tells nothing. */
		const PROSE_PX = 120;
		const found: string[] = [];
		const wide = document.documentElement.scrollWidth - innerWidth;
		if (wide > 0) found.push(`the page is ${wide} px wider than the window`);
		if (innerWidth >= 1440)
			for (const box of document.querySelectorAll<HTMLElement>(".table-box"))
				if (box.scrollWidth > box.clientWidth)
					found.push(`the table ${box.getAttribute("aria-label")} has ${box.clientWidth} of ${box.scrollWidth} px`);
		for (const element of document.querySelectorAll<HTMLElement>("body *:not(svg *)")) {
			const across = element.scrollWidth > element.clientWidth;
			// A few pixels are the descent of a letter, not a line.
			const down = element.scrollHeight > element.clientHeight + 6;
			if (!(across || down) || element.clientWidth === 0) continue;
			const { overflowX, overflowY } = getComputedStyle(element);
			const cut = (across && overflowX === "hidden") || (down && overflowY === "hidden");
			if (!cut || element.closest(".hidden, thead") || !element.checkVisibility({ visibilityProperty: true })) continue;
			const text = element.textContent?.trim() ?? "";
			if (!text) continue;
			const title = (element.querySelector<HTMLElement>("[title]") ?? element.closest<HTMLElement>("[title]"))?.title ?? "";
			const whole = title.includes(text) || element.closest("summary, .error-line") !== null;
			const prose = text.split(/\s+/).length >= 4 && element.clientWidth >= PROSE_PX;
			if (element.matches(".middle-cut, .named-whole") ? title : whole && prose) continue;
			const place = element.closest("[data-head], .panel, section, header, footer");
			const where = place?.getAttribute("data-head") ?? place?.querySelector("h1, h2")?.textContent ?? place?.className;
			const [has, lacks] = across ? [element.clientWidth, element.scrollWidth] : [element.clientHeight, element.scrollHeight];
			found.push(`${where}: ${element.tagName.toLowerCase()}.${element.className} ${has} of ${lacks} px: ${text.slice(0, 60)}`);
		}
		return [...new Set(found)];
	});
