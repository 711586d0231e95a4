import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type Host, survivesKills, TOKEN } from "./survives-kills.ts";

const PROGRAM = fileURLToPath(new URL("programs/node-host.ts", import.meta.url));

async function startNodeHost(folder: string): Promise<Host> {
	const child = fork(PROGRAM, [folder, TOKEN]);
	const gone = once(child, "exit");
	const url = await Promise.race([
		once(child, "message").then(([url]) => String(url)),
		gone.then(([code]) => Promise.reject(new Error(`the Node host ended with ${code} before it listened`))),
	]);
	gone.catch(() => {});
	return {
		url,
		async kill() {
			child.kill("SIGKILL");
			await gone;
		},
	};
}

survivesKills("the Node host", 5, startNodeHost);
