/** The examples in `test/examples/`, each as the program that a user copies. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DashboardServer } from "../../worker/node/index.ts";
import { ROOT } from "./house-imports.ts";
import { MODULE, noPython, PYTHON } from "./python-rig.ts";

if (noPython) console.warn(`the example in Python is not tested: ${noPython}`);

const EXAMPLES = join(ROOT, "test/examples");
const TOKEN = "a-token-for-bridges";
/** Time within which a program ends after SIGINT, ms. */
const ENDS_WITHIN_MS = 15_000;

let folder: string;
let tokenFile: string;
/** The dashboard that examples of a bridge push to. */
let elsewhere: DashboardServer;
beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), "hiveframe-examples-"));
	tokenFile = join(folder, "token");
	writeFileSync(tokenFile, `${TOKEN}\n`);
	const standin = fileURLToPath(new URL("python/hiveframe_standin.py", import.meta.url));
	writeFileSync(join(folder, "hiveframe.py"), readFileSync(standin));
	elsewhere = new DashboardServer({ bridgeToken: TOKEN });
	await elsewhere.start({ host: "127.0.0.1", port: 0 });
});
afterAll(async () => {
	await elsewhere?.stop();
	rmSync(folder, { recursive: true, force: true });
});

interface Running {
	url: string;
	/** The answer to a path under the address. */
	get(path: string): Promise<unknown>;
	text(path: string): Promise<string>;
}

async function addressOf(child: ChildProcess): Promise<string> {
	if (!child.stdout) throw new Error("no output to read");
	for await (const text of createInterface({ input: child.stdout })) {
		const [, url] = /^Dashboard: (http\S+)$/.exec(text) ?? [];
		if (url) return url;
	}
	throw new Error("the example ended without its address");
}

/** Runs an example until `look` is through, then ends it as Ctrl-C does. */
async function example(file: string, args: string[], look: (running: Running) => Promise<void>): Promise<void> {
	const isPython = file.endsWith(".py");
	const child = spawn(isPython ? PYTHON : process.execPath, [join(EXAMPLES, file), ...args], {
		cwd: folder,
		env: {
			...process.env,
			PORT: "0",
			PYTHONDONTWRITEBYTECODE: "1",
			PYTHONPATH: [folder, dirname(MODULE)].join(delimiter),
		},
		stdio: ["ignore", "pipe", "inherit"],
	});
	const ended = once(child, "exit");
	let patience: NodeJS.Timeout | undefined;
	try {
		const url = await addressOf(child);
		child.stdout?.resume();
		const text = async (path: string) => (await fetch(url + path)).text();
		await look({ url, text, get: async (path) => JSON.parse(await text(path)) });
		patience = setTimeout(() => child.kill("SIGKILL"), ENDS_WITHIN_MS);
		child.kill("SIGINT");
		expect(await ended).toEqual([0, null]);
	} finally {
		clearTimeout(patience);
		child.kill("SIGKILL");
	}
}

describe("the example", () => {
	test("embed.ts: three workers complete twenty tasks", () =>
		example("embed.ts", [], async ({ get }) => {
			await expect.poll(() => get("/api/workers")).toHaveLength(3);
			await expect.poll(() => get("/api/cluster")).toMatchObject({ name: "squares", workers: { total: 3 }, tasks: { completed: 20 } });
		}));

	test("custom-widget.ts: the class draws a widget of its own page", () =>
		example("custom-widget.ts", [], async ({ get, text }) => {
			await expect.poll(() => get("/api/workers")).toMatchObject([{ id: "worker-1" }]);
			const [, id] = /"id":"([0-9a-f-]{36})"/.exec(await text("/api/pages")) ?? [];
			expect(id).toBeDefined();
			await expect.poll(() => text(`/api/widgets/${id}`)).toContain("<h3>Up for</h3><p><b>0</b> min</p>");
			expect(await text("/uptime")).toContain("Up for");
		}));

	test("custom-colony.ts: the dashboard restarts a worker and scales the colony", () =>
		example("custom-colony.ts", [], async ({ url, get }) => {
			await expect.poll(() => get("/api/workers")).toMatchObject([{ id: "crawler-1", restarts: 0 }, { id: "crawler-2" }]);
			const command = async (path: string, body: object) => {
				const headers = { "content-type": "application/json" };
				const response = await fetch(`${url}${path}?wait=10s`, { method: "POST", headers, body: JSON.stringify(body) });
				expect(response.ok).toBe(true);
				return response.text();
			};
			expect(await command("/api/workers/crawler-1/restart", {})).toContain("crawler-1 begins again");
			expect(await command("/api/cluster/scale", { workers: 5 })).toContain("5 crawlers");
			await expect.poll(() => get("/api/cluster")).toMatchObject({ workers: { total: 5 } });
			expect(await get("/api/workers?filter=id=crawler-1")).toMatchObject([{ restarts: 1 }]);
		}));

	test("bridge-to-dashboard.ts: the colony is shown elsewhere", () =>
		example("bridge-to-dashboard.ts", [elsewhere.url, tokenFile], async ({ get }) => {
			await expect.poll(() => get("/api/workers")).toMatchObject([{ id: "worker-1", status: "busy", memory_mb: expect.any(Number) }]);
		}));

	test.skipIf(noPython)("bridge.py: the bees of the hive are shown elsewhere", () =>
		example("bridge.py", [elsewhere.url, tokenFile], async ({ get }) => {
			await expect.poll(() => get("/api/cluster")).toMatchObject({ workers: { total: 4 } });
			expect(JSON.stringify(await get("/api/workers"))).toContain('"employed_0"');
		}),
	);

	test("beside-a-server.ts: page, API and live updates come through the server's path, the rest is the server's", () =>
		example("beside-a-server.ts", [], async ({ url, get, text }) => {
			await expect.poll(() => get("/api/workers")).toMatchObject([{ id: "worker-1", status: "idle" }]);
			expect(await text("/workers")).toContain("worker-1");
			expect(await (await fetch(new URL("/", url))).text()).toContain("the program's own page");
			const socket = new WebSocket(`${url.replace("http", "ws")}/api/live`);
			const heard = once(socket, "message");
			await once(socket, "open");
			socket.send(JSON.stringify({ type: "watch", queries: [{ kind: "workers" }] }));
			const [{ data }] = await heard;
			expect(String(data)).toContain("worker-1");
		}));

	test("worker-in-miniflare.ts: the frame that was pushed is shown", () =>
		example("worker-in-miniflare.ts", [], async ({ get }) => {
			expect(await get("/api/workers")).toMatchObject([{ id: "worker-1", status: "busy" }]);
			expect(await get("/api/cluster")).toMatchObject({ workers: { total: 1 } });
		}));
});

test("README names every example, and each is short", () => {
	const readme = readFileSync(join(ROOT, "README.md"), "utf8");
	const files = readdirSync(EXAMPLES);
	expect(files.filter((file) => !readme.includes(`(test/examples/${file})`))).toEqual([]);
	const lines = (file: string) => readFileSync(join(EXAMPLES, file), "utf8").trimEnd().split("\n").length;
	expect(files.filter((file) => lines(file) < 15 || lines(file) > 60)).toEqual([]);
});
