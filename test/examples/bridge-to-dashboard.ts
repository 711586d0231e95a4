/**
 * Pushes a colony to a dashboard elsewhere. The address is the first argument and the file with the token the second, so that the token is
 * in no list of processes.
 */
import { readFile } from "node:fs/promises";
import { Bridge, type Colony } from "hiveframe-dashboard";

const [url = "http://127.0.0.1:8080", tokenFile = "token"] = process.argv.slice(2);
const token = (await readFile(tokenFile, "utf8")).trim();

const colony: Colony = {
	name: "far-away",
	snapshot: () => ({
		workers: [{ id: "worker-1", status: "busy" }],
		metrics: [{ name: "memory_mb", unit: "megabytes", labels: { worker: "worker-1" }, value: process.memoryUsage.rss() / 1e6 }],
	}),
};

const bridge = new Bridge({ colony, to: { url, token, cluster: "far-away" } });
bridge.start();
console.log(`Dashboard: ${url}/clusters/far-away`);

process.once("SIGINT", () => bridge.stop());
