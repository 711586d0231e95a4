/** `hiveframe-dashboard start` as a person runs it: it says where it is, works, and goes when it is told to. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { until } from "./until.ts";

const MAIN = fileURLToPath(new URL("../../worker/node/commands/main.ts", import.meta.url));

let child: ChildProcess | undefined;
let output = "";

const PIPES = ["ignore", "pipe", "pipe"] as const;

function run(...args: string[]): ChildProcess {
	return listen(spawn(process.execPath, [MAIN, ...args], { stdio: [...PIPES] }));
}

function listen(started: ChildProcess): ChildProcess {
	output = "";
	child = started;
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
	test("shows a working colony at the printed address until it is stopped", async () => {
		run("--port", "0", "--workers", "2");
		const url = await until(() => /Dashboard: (http:\/\/127\.0\.0\.1:\d+)/.exec(output)?.[1], `the address in: ${output}`, 60_000);
		const json = async (path: string) => (await fetch(`${url}/api/${path}`)).json();
		await expect
			.poll(async () => (await json("cluster")).tasks.completed, { timeout: 60_000, interval: 200, message: "completed tasks" })
			.toBeGreaterThan(10);
		await expect
			.poll(async () => ({ workers: await json("workers"), streams: await json("streams") }), { timeout: 60_000 })
			.toMatchObject({
				workers: [
					{ id: "worker-1", memory_mb: expect.any(Number) },
					{ id: "worker-2", memory_mb: expect.any(Number) },
				],
				streams: [{ id: "files", status: "running" }],
			});
		expect(output).toContain("(for this machine only; whoever is on it may look, restart and scale)");
		// At most four workers a core, whoever asks for more.
		const scale = await fetch(`${url}/api/cluster/scale?wait=10s`, {
			method: "POST",
			body: '{"workers": 512}',
			headers: { "content-type": "application/json" },
		});
		const most = 4 * availableParallelism();
		expect(await scale.json()).toMatchObject({
			state: "failed",
			message: `invalid number of workers 512; this colony takes a whole number from 0 to ${most}`,
		});
		// As a terminal under npm does: both send it.
		child?.kill("SIGINT");
		child?.kill("SIGINT");
		expect(await ended(), output).toBe(0);
		expect(output).toMatch(/2 workers read the files of .*node_modules\. Ctrl\+C stops\.\nStopping \.\.\.\n$/);
	}, 120_000);

	test.each([
		[["--port", "banana"], 'invalid --port "banana"; write a whole number from 0 to 65535\n'],
		[["start", "--workers=0"], `invalid --workers "0"; write a whole number from 1 to ${4 * availableParallelism()}\n`],
		[["--prt", "80"], "unknown option --prt; did you mean --port?\n"],
		[["--colour", "80"], "unknown option --colour; it takes --port, --host, --workers, --storage, --memory-mb, --bridge-token-file\n"],
		[["strat"], 'unknown command "strat"; did you mean start?\n'],
		[["look"], 'unknown command "look"; the commands are start, serve, bridge, gateway, report, dev, doctor, hash\n'],
		[["start", "now"], 'unknown argument "now"; it takes --port, --host, --workers, --storage, --memory-mb, --bridge-token-file\n'],
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

/** As somebody or a supervisor ends it: a terminal sends SIGINT to all of npm, its shell and the server, a supervisor SIGTERM to npm alone. */
describe.runIf(process.platform !== "win32")("npm start", () => {
	test.each([
		["npm", "SIGTERM"],
		["all of them", "SIGINT"],
	] as const)("ends the server when %s gets %s", { timeout: 120_000 }, async (whom, signal) => {
		const root = fileURLToPath(new URL("../..", import.meta.url));
		const npm = listen(
			spawn("npm", ["start", "--silent", "--", "--port", "0", "--workers", "1"], { cwd: root, stdio: [...PIPES], detached: true }),
		);
		const url = await until(() => /Dashboard: (http:\/\/127\.0\.0\.1:\d+)/.exec(output)?.[1], "the address", 100_000);
		expect((await fetch(`${url}/api/health`)).status).toBe(200);
		process.kill(whom === "npm" ? (npm.pid as number) : -(npm.pid as number), signal);
		const answers = () =>
			fetch(`${url}/api/health`).then(
				() => true,
				() => false,
			);
		await expect.poll(answers, { timeout: 20_000, interval: 200, message: output }).toBe(false);
	});
});
