/** `hiveframe-dashboard dev`: the worker under `wrangler dev`, and a colony that pushes to it over a real bridge. */
import { existsSync } from "node:fs";
import { defineCommand } from "citty";
import { Bridge } from "../../../colony-bridge/bridge/bridge.ts";
import { guarded, HOST_OPTION, untilSignal, wholeNumber } from "../../../colony-bridge/cli/command-line.ts";
import { UsageError } from "../../../colony-bridge/option-check.ts";
import { openToOthers } from "../http/reach.ts";
import { SAMPLE_WORKERS, sampleColony, sampleWorkers } from "./sample-work/sample-colony.ts";
import { startWrangler } from "./wrangler-dev.ts";

const args = {
	port: { type: "string", default: "8787", valueHint: "number", description: "Port of wrangler dev" },
	host: HOST_OPTION,
	workers: { type: "string", default: SAMPLE_WORKERS, valueHint: "number", description: "Worker threads of the colony" },
} as const;

export const devCommand = defineCommand({
	meta: { name: "dev", description: "Run the worker in wrangler dev, with a colony pushing to it (in a checkout of the project)" },
	args,
	run: guarded(args, async ({ args: { port, host, workers } }) => {
		const at = wholeNumber("--port", port, 1, 65_535);
		if (!existsSync("wrangler.toml")) throw new UsageError("there is no wrangler.toml here; run this in a checkout of hiveframe-dashboard");
		const sample = sampleColony("local", sampleWorkers(workers));
		let stopping = false;
		const stopped = untilSignal().finally(() => {
			stopping = true;
		});
		const wrangler = await startWrangler(host, at);
		let bridge: Bridge | undefined;
		try {
			const ended = await Promise.race([wrangler.ready, wrangler.exited, stopped]);
			if (ended === "ready") {
				// Ctrl+C reaches wrangler too: that it is gone then is no news.
				const onError = (error: Error) => void (stopping || console.warn(`bridge: ${error.message}`));
				const to = { url: wrangler.url, token: wrangler.token };
				bridge = new Bridge({ colony: sample.colony, to, intervalMs: 1000, onError });
				bridge.start();
				await sample.start();
				const open = openToOthers({ authEnabled: false, readonly: false }, host);
				if (open !== undefined) console.warn(`Dashboard at port ${at}: ${open}.`);
				console.log(`Dashboard: ${wrangler.url} (wrangler dev; ${workers} workers push to it over a bridge). Ctrl+C stops.`);
				await Promise.race([wrangler.exited, stopped]);
			}
			if (wrangler.exitCode !== undefined)
				throw new Error(`wrangler dev ended with code ${wrangler.exitCode}; what it printed above says why`);
		} finally {
			await sample.stop();
			await bridge?.stop();
			await wrangler.stop();
		}
		process.exit();
	}),
});
