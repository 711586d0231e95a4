/**
 * A colony in the middle of work, with its bridge: to be killed. Arguments: dashboard, token, cluster. Each snapshot is the next whole number, as
 * a sample, a running task, the end of the one before it, and a log line; what it says is reported before.
 */
import { Bridge } from "hiveframe-dashboard";
import type { ColonySnapshot } from "../../../colony-bridge/colony.ts";

const [url = "", token = "", cluster = ""] = process.argv.slice(2);
let count = 0;
const colony = {
	name: "at work",
	snapshot(): ColonySnapshot {
		const at = Date.now();
		count += 1;
		process.send?.({ said: count, at });
		const failed = count % 5 === 0;
		return {
			workers: [{ id: "w", status: "busy", tasks: [`task-${count}`], restarts: count }],
			metrics: [{ name: "cpu_percent", labels: { worker: "w" }, value: count }],
			tasks: [{ id: `task-${count}`, name: "grind", status: "running", worker: "w", startedAt: at }],
			ended: [
				{
					id: `task-${count - 1}`,
					name: "grind",
					status: failed ? "failed" : "completed",
					startedAt: at - 100,
					endedAt: at,
					...(failed && {
						error: { type: "GrindError", message: `stone ${count}`, stack: `GrindError: stone ${count}\n    at grind (mill.ts:1)` },
					}),
				},
			],
			logs: [{ at, level: failed ? "ERROR" : "INFO", source: "w", message: `said ${count}` }],
		};
	},
};
new Bridge({ colony, to: { url, token, cluster }, name: "mill", intervalMs: 200, restMs: 200, onError: () => {} }).start();
