/**
 * Runs the Worker as it is deployed to Cloudflare in a process of one's own, under Miniflare, and pushes one frame to it over HTTP. For a clone:
 * the bundle is made of the sources, as wrangler.toml says.
 */
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Worker } from "hiveframe-dashboard";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions } from "wrangler";

const root = fileURLToPath(new URL("../../", import.meta.url));
// The secrets that wrangler.toml requires. Without a user nobody signs in.
const secrets = { AUTH_USERS: "{}", BRIDGE_TOKEN: "try-it" };
Object.assign(process.env, secrets);
const folder = await mkdtemp(join(tmpdir(), "hiveframe-worker-"));

const wrangler = join(root, "node_modules/wrangler/bin/wrangler.js");
execFileSync(process.execPath, [wrangler, "deploy", "--env=", "--dry-run", "--outdir", folder], { cwd: root, stdio: "pipe" });
// Wrangler says what is in its configuration in the words of Miniflare 4.
const { workerOptions } = unstable_getMiniflareWorkerOptions(join(root, "wrangler.toml"));
const worker = {
	...workerOptions,
	name: "dashboard",
	rootPath: root,
	bindings: { ...secrets },
	modules: [{ type: "ESModule" as const, path: join(folder, "index.js") }],
	modulesRoot: folder,
};
const miniflare = new Miniflare(
	convertV4MiniflareOptions({ host: "127.0.0.1", port: Number(process.env.PORT ?? 8787), workers: [worker] }),
);
const { origin } = await miniflare.ready;

// Miniflare's own listener ends the process with 130, before anything is put away.
process.removeAllListeners("SIGINT");
process.once("SIGINT", async () => {
	await miniflare.dispose();
	await rm(folder, { recursive: true });
});

/** Pushes lines of JSON, and reads the first line of the answer. */
async function push(...frames: object[]): Promise<{ type: string; epoch?: number }> {
	const body = frames.map((frame) => JSON.stringify(frame)).join("\n");
	const response = await fetch(`${origin}/api/bridge`, {
		method: "POST",
		headers: { authorization: `Bearer ${secrets.BRIDGE_TOKEN}` },
		body,
	});
	return JSON.parse((await response.text()).split("\n")[0] ?? "");
}

const hello = { type: "hello", protocol: 1, bridge: "by-hand", colony: "by-hand", capabilities: [], intervalMs: 60_000 };
const { epoch } = await push({ ...hello, epoch: 0, instance: "by-hand" });
const set: Worker[] = [{ id: "worker-1", status: "busy" }];
await push({ ...hello, epoch, instance: "by-hand" }, { type: "state", seq: 1, at: Date.now(), workers: { replace: true, set } });
console.log(`Dashboard: ${origin}`);
