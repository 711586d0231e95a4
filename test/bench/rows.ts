/** Rows written a push in workerd, as Cloudflare counts and bills them: 650 series every 5 s for six hours, the clock as the pushes say. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startBuiltWorker } from "../wire/built-worker.ts";
import { RawBridge } from "../wire/raw-bridge.ts";
import { steadySeries, steadyState, steadyTick } from "../wire/steady-frames.ts";
import type { Figure } from "./harness/figure.ts";
import type { Counted } from "./history/counted.ts";

const SERIES = 650;
const INTERVAL_MS = 5000;
const PUSHES = (6 * 3_600_000) / INTERVAL_MS;
/** Names and the first states are written once. */
const WARM_UP = 20;
const AHEAD = 8;

export async function* run(): AsyncGenerator<Omit<Figure, "bench">> {
	const folder = await mkdtemp(join(tmpdir(), "hiveframe-rows-"));
	const worker = await startBuiltWorker(folder, "bench", "test/workerd/counted-worker.ts");
	const written = async (): Promise<number> => ((await (await fetch(new URL("/counted", worker.url))).json()) as Counted).rows;
	try {
		const bridge = await RawBridge.connect(worker.url, "bench", { intervalMs: INTERVAL_MS });
		const begin = Date.now() - PUSHES * INTERVAL_MS;
		bridge.push(steadySeries(SERIES, 1));
		let seq = 1;
		let before = 0;
		for (let i = 0; i < PUSHES; i++) {
			const at = begin + i * INTERVAL_MS;
			bridge.push(steadyState(SERIES / 10, seq + 1, at), steadyTick(SERIES, seq + 2, at));
			seq += 2;
			// A few are on their way at once: the commits take their time.
			await bridge.acknowledge(i < WARM_UP ? seq : seq - 2 * AHEAD);
			if (i === WARM_UP - 1) before = await written();
		}
		await bridge.acknowledge(seq);
		const after = await written();
		await bridge.close();
		yield { name: "rows written a push, 650 series every 5 s", value: (after - before) / (PUSHES - WARM_UP), unit: "rows/push" };
	} finally {
		await worker.end();
		await rm(folder, { recursive: true, force: true });
	}
}
