/** The upload of a deploy, as wrangler reads it from `wrangler.toml`. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test, vi } from "vitest";
import { unstable_readConfig } from "wrangler";
import { emptyCluster } from "../../durable/cluster/empty-cluster.ts";
import { keptBuilds } from "../../web/vite.config.ts";
import { warmUp } from "../../worker/cloudflare/warm-up.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const read = (env: string) => unstable_readConfig({ config: join(ROOT, "wrangler.toml"), env }, { hideWarnings: true });

describe.each([
	["the dashboard", ""],
	["staging", "staging"],
])("%s", (_, env) => {
	const config = read(env);

	test("keeps its settings at Cloudflare: a deploy changes none, and is refused without user and token", () => {
		expect(config.vars).toEqual({});
		expect(config.keep_vars).toBe(true);
		expect(config.secrets).toEqual({ required: ["AUTH_USERS", "BRIDGE_TOKEN"] });
	});

	test("says where it answers", () => {
		expect(config).toMatchObject({ workers_dev: true, preview_urls: false });
	});

	test("keeps what the program prints, and no line for each message of a bridge", () => {
		expect(config.observability).toMatchObject({ enabled: true, logs: { invocation_logs: false } });
		expect(config.observability?.head_sampling_rate ?? 1).toBe(1);
	});

	test("has the objects and files of the dashboard", () => {
		const top = read("");
		expect(config.durable_objects).toEqual(top.durable_objects);
		expect(config.migrations).toEqual(top.migrations);
		expect(config.assets).toEqual(top.assets);
	});
});

test("wrangler's types know bindings and secrets", () => {
	const folder = mkdtempSync(join(tmpdir(), "hiveframe-types-"));
	try {
		const path = join(folder, "types.d.ts");
		const program = join(ROOT, "node_modules/wrangler/bin/wrangler.js");
		const env = { ...process.env, CI: "true", NO_COLOR: "1", WRANGLER_SEND_METRICS: "false" };
		const { status, stderr } = spawnSync(process.execPath, [program, "types", path, "--include-runtime=false"], {
			cwd: ROOT,
			env,
			encoding: "utf8",
		});
		expect(status, stderr).toBe(0);
		const types = readFileSync(path, "utf8");
		for (const field of [
			"AUTH_USERS: string",
			"BRIDGE_TOKEN: string",
			"CLUSTERS: DurableObjectNamespace",
			"ACCESS: DurableObjectNamespace",
		])
			expect(types).toContain(field);
	} finally {
		rmSync(folder, { recursive: true });
	}
});

test("pages are drawn while the worker starts: none fails, and no timer is set", () => {
	const complained = vi.spyOn(console, "error").mockImplementation(() => {});
	const timer = vi.spyOn(globalThis, "setTimeout");
	warmUp(emptyCluster("default"));
	expect(complained).not.toHaveBeenCalled();
	expect(timer).not.toHaveBeenCalled();
	vi.restoreAllMocks();
});

describe("files of earlier builds", () => {
	const build = (id: string, deployed?: boolean) => ({ id, files: [`assets/${id}.js`], ...(deployed && { deployed }) });
	const ids = (...given: Parameters<typeof keptBuilds>) => keptBuilds(...given).map(({ id }) => id);

	test("of the one before and of the one deployed last are served along, and of no other", () => {
		expect(ids(build("a"), [])).toEqual(["a"]);
		expect(ids(build("b"), [build("a")])).toEqual(["b", "a"]);
		expect(ids(build("d"), [build("c"), build("b"), build("a", true)])).toEqual(["d", "c", "a"]);
		expect(ids(build("d"), [build("c", true), build("b")])).toEqual(["d", "c"]);
	});

	test("stay where the same is built again, or one of them", () => {
		expect(keptBuilds(build("b"), [build("b", true), build("a")])).toEqual([build("b", true), build("a")]);
		expect(ids(build("a"), [build("b"), build("a", true)])).toEqual(["a", "b"]);
	});
});
