/** The bridge's options and its configuration file: the same names, and a mistake told with its place. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { checkSettings, readConfig } from "../../colony-bridge/cli/bridge-config.ts";
import { planBridges } from "../../colony-bridge/cli/bridge-plan.ts";
import { foldLists, OPTIONS, settingsOf } from "../../colony-bridge/cli/bridge-settings.ts";
import { SOURCES } from "../../colony-bridge/cli/bridge-sources.ts";
import { afterwards } from "./source-rig.ts";

async function file(text: string): Promise<string> {
	const folder = await mkdtemp(join(tmpdir(), "hive-config-"));
	afterwards(() => rm(folder, { recursive: true }));
	const path = join(folder, "bridge.yaml");
	await writeFile(path, text);
	return path;
}

test("lists take several values, once or again", () => {
	const words = ["bridge", "--prometheus", "a", "b", "--to", "x", "--logs=-", "--prometheus=c", "--stdin", "--logs", "-"];
	expect(foldLists(words)).toEqual(["bridge", "--to", "x", "--stdin", "--prometheus=a\nb\nc", "--logs=-\n-"]);
	expect(settingsOf({ prometheus: "a\nb", "token-file": "t", stdin: false })).toEqual({ prometheus: ["a", "b"], tokenFile: "t" });
});

describe("a configuration", () => {
	test("of several colonies takes the top-level settings as defaults of each", async () => {
		const path = await file(`
to: https://hive.example.com
tokenFile: /etc/token
interval: 2s
logsFrom: start
colonies:
  - cluster: production
    prometheus: http://a:1/metrics
    hiveframe: [http://a:2, {url: "http://b:2", tokenFile: /t}]
    logs: [/var/log/a.log, {file: b.log, from: end}]
  - cluster: staging
    name: own
    interval: 500ms
    job: nodes
    prometheus: [{url: "dns+srv://_m._tcp.x/metrics", job: dns}, "kubernetes://hive?selector=a"]
`);
		const plans = planBridges(await readConfig(path));
		expect(plans).toMatchObject([
			{
				title: "production",
				to: "https://hive.example.com",
				name: `production@${hostname()}`,
				tokenFile: "/etc/token",
				intervalMs: 2000,
			},
			{ name: "own", intervalMs: 500 },
		]);
		const names = plans.map(({ sources }) => sources.map(({ make }) => make().name));
		expect(names).toEqual([["prometheus", "hiveframe a:2", "hiveframe b:2", "logs /var/log/a.log", "logs b.log"], ["prometheus"]]);
	});

	test("is the default of each log and each target, which may override it", async () => {
		const [a, b] = [await file("one\n"), await file("two\n")];
		const settings = { to: "http://x", logsFrom: "start", logs: [a, { file: b, from: "end" }], job: "nodes" };
		const prometheus = ["http://127.0.0.1:9/", { url: "http://127.0.0.1:9/own", job: "own" }];
		const [plan] = planBridges(checkSettings({ ...settings, prometheus }));
		const [scraped, ...logs] = (plan?.sources ?? []).map(({ make }) => make());
		const { metrics = [] } = (await scraped?.read()) ?? {};
		expect(metrics.filter(({ name }) => name === "up").map(({ labels }) => labels?.job)).toEqual(["nodes", "own"]);
		const lines: string[] = [];
		for (const log of logs) log.start?.((event) => event.type === "log" && lines.push(event.message));
		afterwards(async () => void (await Promise.all([scraped, ...logs].map((source) => source?.stop?.()))));
		await vi.waitUntil(() => lines.length > 0);
		await Promise.all(logs.map((log) => log.stop?.()));
		expect(lines).toEqual(["one"]);
	});

	test.each([
		["to: x\npromethues: y\n", ":2: there is no setting promethues; did you mean prometheus?"],
		["to: x\nquux: y\n", ":2: there is no setting quux; write to, cluster, tokenFile, name, interval, stdin, prometheus,"],
		[
			"to: x\ncolonies:\n  - cluster: a\n    token: hunter2\n",
			":4: there is no setting colonies[0].token; a secret has no place here, write tokenFile",
		],
		["prometheus:\n  - http://a\n  - url: http://b\n    jb: x\n", ":4: there is no setting prometheus[1].jb; did you mean job?"],
		["logs:\n  - from: start\n", ":2: logs[0].file is missing"],
		["logs:\n  - file: a\n    from: middle\n", ':3: logs[0].from: logs are read from "start" or "end"'],
		["interval: 5\n", ":1: interval: Invalid type: Expected string"],
		["interval: soon\n", ':1: interval: an interval is written as "500ms", "5s" or "1m"'],
		["cluster: a/b\n", ":1: cluster: a cluster name has 1 to 63 letters"],
		["to: [x\n", ": invalid YAML ("],
		["just words\n", ":1: the file holds no settings; write them as name: value"],
	])("%j is refused with file, line and what is allowed", async (text, words) => {
		const path = await file(text);
		const refusal = await readConfig(path).then(
			() => "taken",
			(error: Error) => error.message,
		);
		expect(refusal.startsWith(path)).toBe(true);
		expect(refusal).toContain(words);
		expect(refusal).not.toContain("hunter2");
	});

	test("that cannot be read names its file", async () => {
		await expect(readConfig("/nowhere/bridge.yaml")).rejects.toThrow("cannot read the configuration /nowhere/bridge.yaml: ENOENT");
	});
});

test("each bridge has a spool folder of its own, the same after a restart, or none", () => {
	const spools = (settings: object) => planBridges(checkSettings({ to: "http://x", stdin: true, ...settings })).map(({ spool }) => spool);
	const [own] = spools({ spool: "/s", cluster: "a", name: "n/../1" });
	expect(own?.directory).toMatch(/^\/s\/n_.._1-[0-9a-f]{8}$/);
	expect(spools({ spool: "/s", cluster: "a", name: "n/../1" })).toEqual([own]);
	expect(spools({ spool: "/s", cluster: "b", name: "n/../1" })).not.toEqual([own]);
	expect(spools({})[0]).toMatchObject({ byDefault: true, directory: expect.stringContaining("hiveframe-dashboard") });
	expect(spools({ spool: false })).toEqual([undefined]);
	expect(settingsOf({ spool: "none" })).toEqual({ spool: false });
});

describe("settings that do not go together", () => {
	const to = "http://x";
	test.each<[settings: object, words: string]>([
		[{ stdin: true }, "no dashboard to push to; write --to URL, its address"],
		[
			{ to },
			`nothing to read; write ${SOURCES.slice(0, -1)
				.map(({ usage }) => usage)
				.join(", ")} or ${SOURCES.at(-1)?.usage}`,
		],
		[{ to: "x", stdin: true }, 'invalid dashboard URL "x"'],
		[{ to: "http://u:secret@x", stdin: true }, "to has a password or a token in its address"],
		[{ to, prometheus: ["http://u:secret@y"] }, "prometheus has a password or a token in its address"],
		[{ to, prometheus: ["localhost:9090"] }, 'invalid prometheus "localhost:9090"; write an address that begins with http://'],
		[{ to, hiveframe: ["dns+srv://a"] }, 'invalid hiveframe "dns+srv://a"'],
		[{ to, stdin: true, logs: ["-"] }, "standard input can be read once"],
		[{ to, stdin: true, interval: "10ms" }, 'invalid interval "10ms"; write from 100ms to 60m'],
		[{ to, colonies: [] }, "colonies is empty"],
		[{ to, colonies: [{ cluster: "a" }] }, "colonies[0]: nothing to read"],
		[{ to, name: "n", cluster: "a", colonies: [{ logs: ["a"] }, { logs: ["b"] }] }, 'two colonies push to "a" under the bridge name "n"'],
	])("%j", (settings, words) => {
		expect(() => planBridges(checkSettings(settings))).toThrow(words);
		try {
			planBridges(checkSettings(settings));
		} catch (error) {
			expect(String(error)).not.toContain("secret");
		}
	});
});

test("README.md names every option", async () => {
	const text = await readFile(new URL("../../README.md", import.meta.url), "utf8");
	expect(Object.keys(OPTIONS).filter((name) => !text.includes(`--${name}`))).toEqual([]);
});
