/** `hiveframe-dashboard start`: a dashboard over a colony in this process that does real work. */
import { resolve } from "node:path";
import { defineCommand } from "citty";
import { readToken } from "../../../colony-bridge/cli/bridge-run.ts";
import { guarded, HOST_OPTION, untilSignal, wholeNumber } from "../../../colony-bridge/cli/command-line.ts";
import { defined } from "../../../colony-bridge/protocol/values/objects.ts";
import { EMBEDDED } from "../../../durable/cluster/limits.ts";
import { DashboardServer } from "../dashboard-server.ts";
import { isLocal } from "../http/reach.ts";
import { SAMPLE_WORKERS, sampleColony, sampleWorkers } from "./sample-work/sample-colony.ts";

const args = {
	port: { type: "string", default: "8080", valueHint: "number", description: "Port to listen on; 0 takes a free one" },
	host: HOST_OPTION,
	workers: { type: "string", default: SAMPLE_WORKERS, valueHint: "number", description: "Worker threads of the colony" },
	storage: {
		type: "string",
		default: "temporary",
		valueHint: "directory",
		description: 'Where history stays from run to run, or "temporary"',
	},
	"memory-mb": {
		type: "string",
		default: String(EMBEDDED.memoryMb),
		valueHint: "number",
		description: "Memory that the data may take, by its own estimate; past it new series are refused",
	},
	"bridge-token-file": {
		type: "string",
		valueHint: "file",
		description: "A file that holds the token of bridges; without it none may push",
	},
} as const;

export const startCommand = defineCommand({
	meta: { name: "start", description: "Show a colony in this process that works on the files of node_modules" },
	args,
	run: guarded(args, async ({ args: { port, host, workers, storage, "memory-mb": megabytes, "bridge-token-file": tokenFile } }) => {
		const at = { port: wholeNumber("--port", port, 0, 65_535), host };
		const config = { memoryMb: wholeNumber("--memory-mb", megabytes, 16, 1_000_000) };
		const directory = storage === "temporary" ? undefined : resolve(storage);
		const bridgeToken = tokenFile === undefined ? undefined : await readToken(tokenFile);
		const sample = sampleColony("local", sampleWorkers(workers), directory);
		const dashboard = new DashboardServer({
			config,
			colony: sample.colony,
			storage: directory ?? "temporary",
			...defined({ bridgeToken }),
		});
		const stopped = untilSignal();
		try {
			// The address is taken first: where it cannot be had, no work has begun.
			await dashboard.start(at);
			console.log(
				`Dashboard: ${dashboard.url}${isLocal(host) ? " (for this machine only; whoever is on it may look, restart and scale)" : ""}`,
			);
			await sample.start();
			console.log(`${workers} workers read the files of ${sample.input}. Ctrl+C stops.`);
			await stopped;
			console.log("Stopping ...");
		} finally {
			await sample.stop();
			await dashboard.stop();
		}
		process.exit();
	}),
});
