/** The worker, bundled once as for an upload, in workerd: what happens to the sources meanwhile does not touch it, as it would `wrangler dev`. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions } from "wrangler";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const CONFIG = join(ROOT, "wrangler.toml");

export interface BuiltWorker {
	url: string;
	end(): Promise<void>;
}

/**
 * @param folder where the bundle and the Durable Objects' databases live.
 * @param script entry, as a path from the root.
 * @param vars variables of the deploy.
 * @throws where it cannot be bundled, with what wrangler said.
 */
export async function startBuiltWorker(
	folder: string,
	bridgeToken: string,
	script: string,
	vars: Record<string, string> = {},
): Promise<BuiltWorker> {
	const bundle = join(folder, "bundle");
	await build(script, bundle);
	// Wrangler says what is in its configuration in the words of Miniflare 4.
	const { bindings, ...options } = unstable_getMiniflareWorkerOptions(CONFIG).workerOptions;
	const miniflare = new Miniflare(
		convertV4MiniflareOptions({
			host: "127.0.0.1",
			port: 0,
			resourcePersistencePath: join(folder, "storage"),
			workers: [
				{
					...options,
					name: "dashboard",
					rootPath: ROOT,
					bindings: { ...(bindings as Record<string, string>), ...vars, BRIDGE_TOKEN: bridgeToken },
					modules: [{ type: "ESModule", path: join(bundle, basename(script).replace(/\.ts$/, ".js")) }],
					modulesRoot: bundle,
				},
			],
		}),
	);
	const url = await miniflare.ready;
	return { url: url.origin, end: () => miniflare.dispose() };
}

async function build(script: string, folder: string): Promise<void> {
	const child = spawn(
		process.execPath,
		["node_modules/wrangler/bin/wrangler.js", "deploy", script, "--env=", "--dry-run", "--outdir", folder],
		{
			cwd: ROOT,
			env: { ...process.env, CI: "true", NO_COLOR: "1", WRANGLER_SEND_METRICS: "false" },
			stdio: ["ignore", "pipe", "pipe"],
		},
	);
	let said = "";
	for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (said += data));
	const [code] = await once(child, "close");
	if (code !== 0) throw new Error(`wrangler could not bundle ${script}; it said:\n${said}`);
}
