/** The link is cut, delayed, splintered, swapped and half-closed every few hundred ms while a colony says a known sequence: the history equals it. */
import { expect, test } from "vitest";
import { Bridge } from "../../colony-bridge/bridge/bridge.ts";
import { DashboardServer } from "../../worker/node/dashboard-server.ts";
import { counting, IN_FULL, kept, upTo } from "./known-sequence.ts";
import { RoughWire } from "./rough-wire.ts";

const TOKEN = "rough";
const RAGE_MS = IN_FULL ? 120_000 : 8_000;

test(`D2, D5: ${RAGE_MS / 1000} s of a wire that delays, splits, reorders and cuts: no frame is missing, none is doubled`, async () => {
	const server = new DashboardServer({ bridgeToken: TOKEN });
	await server.start({ host: "127.0.0.1", port: 0 });
	const wire = await RoughWire.to(server.url);
	const colony = counting();
	const bridge = new Bridge({ colony, to: { url: wire.url, token: TOKEN }, name: "rough", intervalMs: 100, onError: () => {} });
	bridge.start();
	try {
		wire.rage(300);
		await new Promise((resolve) => setTimeout(resolve, RAGE_MS));
		wire.calm();
		const deadline = performance.now() + 60_000;
		// A link whose bytes were swapped may be waiting for what never comes: it dies of its own patience.
		while (!bridge.stats.connected || bridge.stats.acked < bridge.stats.seq) {
			expect(performance.now(), `still ${JSON.stringify(bridge.stats)}`).toBeLessThan(deadline);
			await new Promise((resolve) => setTimeout(resolve, 50));
		}
		await bridge.stop();
		expect(bridge.stats.buffered.frames).toBe(0);
		const { samples, tasks, gaps } = await kept(server.url);
		expect(samples).toEqual(upTo(colony.count));
		expect(tasks).toBe(colony.count);
		expect(gaps).toBe(0);
		for (const [harm, times] of Object.entries(wire.harms)) if (IN_FULL) expect(times, harm).toBeGreaterThan(10);
		expect(bridge.stats.reconnects).toBeGreaterThan(0);
		if (IN_FULL) console.log(JSON.stringify({ said: colony.count, harms: wire.harms, reconnects: bridge.stats.reconnects }));
	} finally {
		await bridge.stop();
		await wire.close();
		await server.stop();
	}
});
