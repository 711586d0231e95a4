/** Accessibility as axe sees it. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Accessibility violations of the page: rule and place. The size of targets is WCAG 2.2's, which axe leaves out by default. */
export async function violations(page: Page): Promise<string[]> {
	await page.evaluate(axe);
	return page.evaluate(async () => {
		const run = (
			globalThis as unknown as {
				axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
			}
		).axe;
		const { violations } = await run.run({ rules: { "target-size": { enabled: true } } });
		return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 150)).join(" | ")}`);
	});
}
