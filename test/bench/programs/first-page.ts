/** Times the way from nothing to the first page, in ms: `dashboard` or, as the reference, `bare` (a page of the same kind from node:http). */
import { createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import { steadyColony } from "./steady-colony.ts";

export interface FirstPage {
	/** From before the import to the whole page. */
	fromImport: number;
	/** From before `start()` (`listen()`) to the whole page. */
	fromStart: number;
}

/** Resolves when the whole page has arrived. */
function page(url: string): Promise<void> {
	return new Promise((resolve, reject) => {
		get(url, { agent: false }, (response) => {
			if (response.statusCode !== 200) reject(new Error(`${url} answered ${response.statusCode}`));
			response.resume().on("end", resolve);
		}).on("error", reject);
	});
}

const begun = performance.now();
let started: number;
if (process.argv[2] === "dashboard") {
	const { DashboardServer } = await import("hiveframe-dashboard");
	const server = new DashboardServer({ colony: steadyColony({ workers: 10, series: 65 }) });
	started = performance.now();
	await server.start({ host: "127.0.0.1", port: 0 });
	await page(server.url);
} else {
	const html = `<!doctype html><title>Bare</title>${"<p>Something to read.</p>".repeat(1000)}`;
	const server = createServer((_, response) => response.setHeader("content-type", "text/html").end(html));
	started = performance.now();
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	await page(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}
const answered = performance.now();
process.send?.({ fromImport: answered - begun, fromStart: answered - started } satisfies FirstPage);
