/** From nothing to the first page, each time in a fresh process. */

import { reportOf } from "./harness/child.ts";
import type { Figure } from "./harness/figure.ts";
import { median } from "./harness/figure.ts";
import type { FirstPage } from "./programs/first-page.ts";

const RUNS = 9;

export async function* run(): AsyncGenerator<Omit<Figure, "bench">> {
	const dashboard: FirstPage[] = [];
	const bare: FirstPage[] = [];
	for (let i = 0; i < RUNS; i++) {
		dashboard.push(await reportOf("first-page", "dashboard"));
		bare.push(await reportOf("first-page", "bare"));
	}
	for (const [key, name] of [
		["fromImport", "import to first page"],
		["fromStart", "start() to first page"],
	] as const) {
		yield {
			name,
			value: median(dashboard.map((times) => times[key])),
			unit: "ms",
			reference: { name: "bare node:http server", value: median(bare.map((times) => times[key])) },
		};
	}
}
