/** `hiveframe-dashboard serve` as a container runs it: bridges push to it, its data outlives it, and what is wrong is said in one line. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { Bridge } from "../../colony-bridge/bridge/bridge.ts";
import { ROOT } from "./house-imports.ts";
import { until } from "./until.ts";

const MAIN = join(ROOT, "worker/node/commands/main.ts");
const HASH = "$scrypt$ln=14,r=8,p=5$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

let folder: string;
const children: ChildProcess[] = [];
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), "hiveframe-serve-"));
	const files = {
		token: "a-token\n",
		users: JSON.stringify({ ann: { passwordHash: HASH, role: "operator" } }),
		"config.yaml": "title: Production\nreadonly: true\n",
		"list.yaml": "- a\n",
		"broken.yaml": "title: secret\n  words: [\n",
	};
	for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
});
afterEach(() => {
	for (const child of children.splice(0)) child.kill("SIGKILL");
});
afterAll(() => rmSync(folder, { recursive: true }));

async function serve(...args: string[]) {
	const child = spawn(process.execPath, [MAIN, "serve", "--port", "0", ...args], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
	children.push(child);
	const said = { text: "" };
	for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (said.text += data));
	const url = await until(() => /Dashboard: (http:\S+)/.exec(said.text)?.[1], `the address in: ${said.text}`, 60_000);
	return { child, said, url };
}

describe("the command serve", () => {
	test("takes what bridges push, keeps it from run to run, and ends on SIGTERM", async () => {
		const args = ["--storage", "data", "--bridge-token-file", "token", "--config", "config.yaml", "--cluster", "main"];
		const first = await serve(...args);
		expect(await (await fetch(`${first.url}/api/health`)).json()).toMatchObject({ status: "ok" });
		const colony = { name: "pushed", snapshot: () => ({ workers: [{ id: "w-1", status: "busy" as const }] }) };
		const bridge = new Bridge({ colony, to: { url: first.url, cluster: "main", token: "a-token" }, intervalMs: 200 });
		bridge.start();
		const workers = async () => (await fetch(`${first.url}/api/workers`)).json();
		await expect.poll(workers).toMatchObject([{ id: "w-1", status: "busy" }]);
		await bridge.stop();
		expect(await (await fetch(`${first.url}/workers`)).text()).toContain("Production");
		const scale = { method: "POST", body: '{"workers": 2}' };
		expect((await fetch(`${first.url}/api/cluster/scale`, scale)).status).toBe(403);
		first.child.kill("SIGTERM");
		expect(await once(first.child, "close"), first.said.text).toEqual([0, null]);
		expect(readdirSync(join(folder, "data")).length).toBeGreaterThan(0);

		const second = await serve(...args);
		const runs = await (await fetch(`${second.url}/api/runs`)).json();
		expect(runs).toMatchObject([{ end: "stopped" }]);
	});

	test("with a file of users lets nobody in who has not signed in", async () => {
		const { said, url } = await serve("--storage", "temporary", "--users-file", "users", "--host", "0.0.0.0");
		expect((await fetch(`${url}/api/workers`)).status).toBe(401);
		expect((await fetch(`${url}/api/health`)).status).toBe(200);
		expect(said.text).not.toContain("nobody has to sign in");
		expect(said.text).not.toContain("No bridge can push");
	});

	test("says what is open, and that nothing can push", async () => {
		const { said } = await serve("--storage", "temporary", "--host", "0.0.0.0");
		expect(said.text).toContain("nobody has to sign in: whoever reaches any address of this machine may look at everything");
		await until(() => said.text.includes("No bridge can push: write --bridge-token-file FILE"), "the warning");
	});

	test.each([
		[[], /^write --storage DIRECTORY, where the data is kept, or --storage temporary$/],
		[["--storage", "temporary", "--port", "x"], /^invalid --port "x"/],
		[["--storage", "temporary", "--proxies", "11"], /^invalid --proxies "11"; write a whole number from 0 to 10$/],
		[["--storage", "temporary", "--bridge-token-file", "gone"], /^cannot read the token file gone: ENOENT$/],
		[["--storage", "temporary", "--users-file", "gone"], /^cannot read the users gone: ENOENT$/],
		[["--storage", "temporary", "--config", "broken.yaml"], /^broken\.yaml:\d: invalid YAML \([A-Z_]+\)$/],
		[["--storage", "temporary", "--config", "list.yaml"], /^list\.yaml: write the configuration as name: value$/],
		[["--storage", "temporary", "--config", "users"], /^DashboardConfig: there is no option "ann"/],
		[["--storage", "temporary", "--users-file", "config.yaml"], /authUsers/],
		[["--storage", "temporary", "--tokens", "x"], /^unknown option --tokens/],
	])("%j is refused", (args, words) => {
		const { status, stderr } = spawnSync(process.execPath, [MAIN, "serve", ...args], { cwd: folder, encoding: "utf8", timeout: 60_000 });
		expect(stderr.trim()).toMatch(words);
		expect(stderr).not.toContain("secret");
		expect(status).toBe(1);
	});
});
