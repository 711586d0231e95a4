/**
 * A bridge with a spool that says a known sequence and reports each number once it is put. Arguments: dashboard, token, spool directory, the last
 * number said before. On `end` it says no more, delivers, and reports what it said last.
 */
import { Bridge } from "hiveframe-dashboard";
import type { ColonySnapshot } from "../../../colony-bridge/colony.ts";

const [url = "", token = "", directory = "", before = "0"] = process.argv.slice(2);
let count = Number(before);
let saying = true;
const colony = {
	name: "counting",
	snapshot(): ColonySnapshot {
		if (!saying) return {};
		// The snapshot before this one is in the spool by now.
		process.send?.({ put: count });
		count += 1;
		return {
			metrics: [{ name: "sequence", type: "counter", value: count }],
			ended: [{ id: `task-${count}`, name: "counted", status: "completed", endedAt: Date.now() }],
		};
	},
};
const bridge = new Bridge({ colony, to: { url, token }, name: "spooling", intervalMs: 100, spool: { directory }, onError: () => {} });
bridge.start();
process.on("message", async () => {
	saying = false;
	while (!bridge.stats.connected || bridge.stats.buffered.frames > 0) await new Promise((resolve) => setTimeout(resolve, 20));
	await bridge.stop();
	process.send?.({ ended: count, reconnects: bridge.stats.reconnects });
	process.disconnect?.();
});
