/** `hiveframe-dashboard start` as a person runs it: it says where it is, works, and goes when it is told to. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { until } from "./until.ts";

const MAIN = fileURLToPath(new URL("../../colony-bridge/cli/main.ts", import.meta.url));

let child: ChildProcess | undefined;
let output = "";

function run(...args: string[]): ChildProcess {
	output = "";
	child = spawn(process.execPath, [MAIN, ...args], { stdio: ["ignore", "pipe", "pipe"] });
	for (const stream of [child.stdout, child.stderr]) {
		stream?.setEncoding("utf8").on("data", (text: string) => {
			output += text;
		});
	}
	return child;
}

async function ended(): Promise<number | null> {
	const running = child as ChildProcess;
	if (running.exitCode === null) await once(running, "close");
	return running.exitCode;
}

afterEach(() => {
	child?.kill("SIGKILL");
});

describe("the start command", () => {
	test("shows a colony that works, at the address it says, until it is told to stop", async () => {
		run("--port", "0", "--workers", "2", "--host", "127.0.0.1");
		const url = await until(() => /Dashboard: (http:\/\/127\.0\.0\.1:\d+)/.exec(output)?.[1], `the address in: ${output}`, 60_000);
		const json = async (path: string) => (await fetch(`${url}/api/${path}`)).json();
		let seen: { completed: number; workers?: unknown[]; streams?: { status: string }[] } = { completed: 0 };
		await until(
			() => {
				void Promise.all(["cluster", "workers", "streams"].map(json)).then(([cluster, workers, streams]) => {
					seen = { workers, streams, completed: cluster.tasks.completed };
				});
				return seen.completed > 10 && seen.workers?.length === 2 && seen.streams?.some(({ status }) => status === "running");
			},
			"completed tasks, two workers and a running stream",
			60_000,
		);
		expect(seen).toMatchObject({
			workers: [
				{ id: "worker-1", memory_mb: expect.any(Number) },
				{ id: "worker-2", memory_mb: expect.any(Number) },
			],
			streams: [{ id: "files", status: "running" }],
		});
		child?.kill("SIGINT");
		expect(await ended(), output).toBe(0);
		expect(output).toMatch(/2 workers read the files of .*node_modules\. Ctrl\+C stops\.\nStopping \.\.\.\n$/);
	}, 120_000);

	test.each([
		[["--port", "banana"], 'invalid --port "banana"; write a whole number from 0 to 65535\n'],
		[["start", "--workers=0"], 'invalid --workers "0"; write a whole number from 1 to 512\n'],
		[["--prt", "80"], "unknown option --prt; it takes --port, --host, --workers, --storage\n"],
		[["start", "now"], 'unknown argument "now"; it takes --port, --host, --workers, --storage\n'],
	])(
		"%j is refused in one line",
		async (args, words) => {
			run(...args);
			expect(await ended()).toBe(1);
			expect(output).toBe(words);
		},
		60_000,
	);
});
