/** README.md's examples, as they stand there, against the package as a user installs it. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { installPacked } from "./packed-package.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const blocks = [...readFileSync(join(ROOT, "README.md"), "utf8").matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code ?? "");
const example = blocks.find((code) => code.includes("new DashboardServer") && code.includes("addPage"));
const working = blocks.find((code) => code.includes("colony.submit("));
const FILES = new Map([
	[example, "example.ts"],
	[working, "working.ts"],
]);

let folder: string;
let packed: string[];
beforeAll(() => {
	({ folder, files: packed } = installPacked(["@types/node"]));
	for (const [i, code] of blocks.entries()) writeFileSync(join(folder, FILES.get(code) ?? `block-${i}.ts`), code);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Resolves with the first line of output that matches. */
async function line(child: ChildProcess, pattern: RegExp): Promise<string> {
	const said: string[] = [];
	if (!child.stdout) throw new Error("no output to read");
	for await (const text of createInterface({ input: child.stdout })) {
		said.push(text);
		const match = pattern.exec(text);
		if (match) return match[1] ?? text;
	}
	throw new Error(`the example ended without a line that matches ${pattern}; it said:\n${said.join("\n")}`);
}

describe("README.md's examples", () => {
	test("type-check as a user's program, with the declarations of the package", () => {
		const options = { target: "es2024", module: "nodenext", strict: true, noEmit: true, types: ["node"] };
		writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: options, include: ["*.ts"] }));
		const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
		expect(() => execFileSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8", stdio: "pipe" })).not.toThrow();
	});

	const run = (file: string) =>
		spawn(process.execPath, [file], { cwd: folder, env: { ...process.env, PORT: "0" }, stdio: ["ignore", "pipe", "inherit"] });

	test("a colony that works: every task is shown, and the program ends on Ctrl-C", { timeout: 60_000 }, async () => {
		expect(working).toBeDefined();
		const child = run("working.ts");
		const ended = once(child, "exit");
		try {
			const url = await line(child, /^Dashboard: (http\S+)$/);
			const get = async (path: string) => (await fetch(new URL(path, url))).json();
			await expect.poll(() => get("/api/tasks"), { timeout: 20_000 }).toMatchObject({ ended_total: 100 });
			expect(await get("/api/tasks/history?limit=1")).toMatchObject({ tasks: [{ name: "countWords", status: "completed" }] });
			child.kill("SIGINT");
			expect(await ended).toEqual([0, null]);
		} finally {
			child.kill("SIGKILL");
		}
	});

	test("widgets and pages of your own: the colony, its widgets and its page are shown, and the program ends on Ctrl-C", {
		timeout: 60_000,
	}, async () => {
		expect(example).toBeDefined();
		const child = run("example.ts");
		const ended = once(child, "exit");
		try {
			const url = await line(child, /^Dashboard: (http\S+)$/);
			const page = async (path: string): Promise<string> => {
				const response = await fetch(new URL(path, url));
				expect(response.status, path).toBe(200);
				return response.text();
			};
			await expect.poll(() => page("/"), { timeout: 20_000 }).toContain("Processing Rate");
			expect(await page("/")).toContain("Production Monitor");
			expect(await page("/custom")).toContain("Custom Metrics");
			await expect.poll(async () => JSON.parse(await page("/api/workers")), { timeout: 20_000 }).toHaveLength(10);
			expect(JSON.parse(await page("/api/cluster"))).toMatchObject({ name: "production", workers: { total: 10 } });
			child.kill("SIGINT");
			expect(await ended).toEqual([0, null]);
		} finally {
			child.kill("SIGKILL");
		}
	});
});

describe("the package", () => {
	test("holds what runs and what types it, the Python module, and none of the sources or tests", () => {
		expect(packed).toEqual(expect.arrayContaining(["README.md", "LICENSE", "package.json", "dist/pages/server.js"]));
		expect(packed.filter((path) => path.includes("python"))).toEqual(["dist/python/hiveframe_bridge.py", "dist/python/py.typed"]);
		const outside = packed.filter((path) => !/^(dist\/(node|pages|public|python)\/|README\.md|LICENSE|package\.json)/.test(path));
		expect(outside).toEqual([]);
	});

	test("its command lists its commands", () => {
		const { bin } = JSON.parse(readFileSync(join(folder, "node_modules/hiveframe-dashboard/package.json"), "utf8")) as {
			bin: Record<string, string>;
		};
		const command = join(folder, "node_modules/hiveframe-dashboard", bin["hiveframe-dashboard"] ?? "");
		expect(execFileSync(process.execPath, [command, "start", "--help"], { encoding: "utf8", cwd: folder })).toMatch(/--port/);
	});
});
