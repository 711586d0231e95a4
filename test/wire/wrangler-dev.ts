/** `wrangler dev`: the worker and its Durable Objects in workerd, their storage in a folder. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

export interface WranglerDev {
	url: string;
	/** Sends the signal to wrangler and to workerd, and waits until they are gone. */
	end(signal: "SIGTERM" | "SIGKILL"): Promise<void>;
}

/**
 * @param folder where the Durable Objects' databases live on.
 * @throws where it ends before it is ready, with what it said.
 */
export async function startWranglerDev(folder: string, bridgeToken: string): Promise<WranglerDev> {
	const options = [
		"--env=",
		"--ip",
		"127.0.0.1",
		"--port",
		"0",
		"--inspector-port",
		"0",
		"--persist-to",
		folder,
		"--var",
		`BRIDGE_TOKEN:${bridgeToken}`,
	];
	const child = spawn(process.execPath, ["node_modules/wrangler/bin/wrangler.js", "dev", ...options], {
		cwd: ROOT,
		// A group of its own, so that a signal reaches workerd as well.
		detached: true,
		env: { ...process.env, CI: "true", NO_COLOR: "1", WRANGLER_SEND_METRICS: "false" },
		stdio: ["ignore", "pipe", "pipe"],
	});
	const closed = once(child, "close");
	const said: string[] = [];
	const lines = (async () => {
		for await (const line of createInterface({ input: child.stdout })) {
			said.push(line);
			const url = /Ready on (http:\/\/\S+)/.exec(line)?.[1];
			if (url) return url;
		}
		throw new Error(`wrangler dev ended before it was ready; it said:\n${said.join("\n")}`);
	})();
	child.stderr.on("data", (data) => said.push(String(data)));
	const url = await lines;
	child.stdout.resume();
	return {
		url,
		async end(signal) {
			try {
				process.kill(-(child.pid as number), signal);
			} catch (error) {
				// Gone already.
				if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
			}
			await closed;
		},
	};
}
