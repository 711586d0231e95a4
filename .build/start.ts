/**
 * Builds what is stale, then becomes the command. npm hands a signal on to the shell it has started, which ends by itself and hands nothing
 * on: a command whose parent is gone is told to end.
 */
import { build } from "./build.ts";

const WATCH_MS = 500;

await build({ ifStale: true });
const shell = process.ppid;
const watch = setInterval(() => {
	if (process.ppid === shell) return;
	clearInterval(watch);
	process.kill(process.pid, "SIGTERM");
}, WATCH_MS).unref();
// There after the build: nothing to check the types of before.
const command = "../dist/node/worker/node/commands/main.js";
await import(command);
