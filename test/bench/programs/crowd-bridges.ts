/** Many bridges of the package, one a node, in a process of their own: `URL COUNT`. Asked anything, it says how they are. */
import { Bridge } from "../../../colony-bridge/bridge/bridge.ts";

export interface BridgesReport {
	connected: number;
	/** Samples that were taken, those not acknowledged, and those dropped. */
	snapshots: number;
	buffered: number;
	gaps: number;
}

const [url = "", count = "1"] = process.argv.slice(2);
const INTERVAL_MS = 5000;
const APART_MS = 30;
const bridges = Array.from({ length: Number(count) }, (_, index) => {
	let beats = 0;
	const metrics = () => [{ name: "beats_total", type: "counter" as const, labels: { node: `node-${index}` }, value: ++beats }];
	return new Bridge({
		colony: { name: `node-${index}`, snapshot: () => ({ metrics: metrics() }) },
		to: { url, token: "bench" },
		name: `node-${index}`,
		intervalMs: INTERVAL_MS,
		restMs: INTERVAL_MS,
		onError: () => {},
	});
});
process.on("message", () => {
	const all = bridges.map(({ stats }) => stats);
	process.send?.({
		connected: all.filter(({ connected }) => connected).length,
		snapshots: all.reduce((sum, { snapshots }) => sum + snapshots, 0),
		buffered: all.reduce((sum, { buffered }) => sum + buffered.frames, 0),
		gaps: all.reduce((sum, { gaps }) => sum + gaps.count, 0),
	} satisfies BridgesReport);
});
// One after the other: the way in is not what is measured.
for (const [index, bridge] of bridges.entries()) setTimeout(() => bridge.start(), index * APART_MS);
process.send?.("started");
