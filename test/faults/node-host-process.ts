/** The Node host in a process of its own, to be killed. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Host } from "./survives-kills.ts";

const PROGRAM = fileURLToPath(new URL("programs/node-host.ts", import.meta.url));

/** @param token what bridges present. */
export async function startNodeHost(folder: string, token: string): Promise<Host> {
	const child = fork(PROGRAM, [folder, token]);
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
