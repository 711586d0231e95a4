/** What a browser fetches for the first page, gzip as a server would send it: measured in Chromium, until the network is quiet. */
import { gzipSync } from "node:zlib";
import { launchChromium } from "../browser/chromium.ts";
import { RawBridge } from "../wire/raw-bridge.ts";
import { steadySeries, steadyState, steadyTick } from "../wire/steady-frames.ts";
import { endProgram, startProgram } from "./harness/child.ts";
import type { Figure } from "./harness/figure.ts";
import type { Serving } from "./programs/serve.ts";

export async function* run(): AsyncGenerator<Omit<Figure, "bench">> {
	const { child, report } = await startProgram<Serving>("serve", "dashboard");
	const bridge = await RawBridge.connect(report.url, "bench");
	bridge.push(steadySeries(100, 1), steadyState(10, 2, Date.now()), steadyTick(100, 3, Date.now()));
	await bridge.acknowledge(3);
	const browser = await launchChromium();
	try {
		const page = await browser.newPage();
		const bytes = new Map<string, Promise<number>>();
		page.on("response", (response) => {
			const type = response.request().resourceType();
			if (["script", "document", "stylesheet"].includes(type)) {
				const before = bytes.get(type) ?? Promise.resolve(0);
				const own = response.body().then((body) => gzipSync(body).length / 1000);
				bytes.set(
					type,
					Promise.all([before, own]).then(([a, b]) => a + b),
				);
			}
		});
		await page.goto(report.url, { waitUntil: "networkidle" });
		yield { name: "JavaScript of the first page, gzip", value: (await bytes.get("script")) ?? 0, unit: "kB" };
		yield { name: "styles of the first page, gzip", value: (await bytes.get("stylesheet")) ?? 0, unit: "kB" };
		yield { name: "HTML of the first page, gzip", value: (await bytes.get("document")) ?? 0, unit: "kB" };
	} finally {
		await browser.close();
		await bridge.close();
		await endProgram(child);
	}
}
