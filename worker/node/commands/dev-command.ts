/** `hiveframe-dashboard dev`: the worker under `wrangler dev`, and a colony that pushes to it over a real bridge. */

import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { defineCommand } from "citty";
import { Bridge } from "../../../colony-bridge/bridge/bridge.ts";
import { guarded, HOST_OPTION, untilSignal, wholeNumber } from "../../../colony-bridge/cli/command-line.ts";
import { UsageError } from "../../../colony-bridge/option-check.ts";
import { addressOf, openToOthers } from "../http/reach.ts";
import { SAMPLE_WORKERS, sampleColony, sampleWorkers } from "./sample-work/sample-colony.ts";

const args = {
	port: { type: "string", default: "8787", valueHint: "number", description: "Port of wrangler dev" },
	host: HOST_OPTION,
	workers: { type: "string", default: SAMPLE_WORKERS, valueHint: "number", description: "Worker threads of the colony" },
} as const;

export const devCommand = defineCommand({
	meta: { name: "dev", description: "Run the worker in wrangler dev, with a colony pushing to it (in a checkout of the project)" },
	args,
	run: guarded(args, async ({ args: { port, host, workers } }) => {
		const at = wholeNumber("--port", port, 1, 65_535);
		if (!existsSync("wrangler.toml")) throw new UsageError("there is no wrangler.toml here; run this in a checkout of hiveframe-dashboard");
		const sample = sampleColony("local", sampleWorkers(workers));
		let stopping = false;
		const stopped = untilSignal().finally(() => {
			stopping = true;
		});
		const wrangler = await startWrangler(host, at);
		let bridge: Bridge | undefined;
		try {
			const ended = await Promise.race([wrangler.ready, wrangler.exited, stopped]);
			if (ended === "ready") {
				// Ctrl+C reaches wrangler too: that it is gone then is no news.
				const onError = (error: Error) => void (stopping || console.warn(`bridge: ${error.message}`));
				const to = { url: wrangler.url, token: wrangler.token };
				bridge = new Bridge({ colony: sample.colony, to, intervalMs: 1000, onError });
				bridge.start();
				await sample.start();
				const open = openToOthers({ authEnabled: false, readonly: false }, host);
				if (open !== undefined) console.warn(`Dashboard at port ${at}: ${open}.`);
				console.log(`Dashboard: ${wrangler.url} (wrangler dev; ${workers} workers push to it over a bridge). Ctrl+C stops.`);
				await Promise.race([wrangler.exited, stopped]);
			}
			if (wrangler.exitCode !== undefined) throw new Error(`wrangler dev ended with code ${wrangler.exitCode}; see its output above`);
		} finally {
			await sample.stop();
			await bridge?.stop();
			await wrangler.stop();
		}
		process.exit();
	}),
});

/** `wrangler dev` as a child process, from its start until it answers, and to its end. */
export interface WranglerDev {
	url: string;
	/** Token of bridges. */
	token: string;
	/** Resolves when the worker answers. @throws where it does not within a minute. */
	ready: Promise<"ready">;
	exited: Promise<"exited">;
	/** Absent while it runs. */
	readonly exitCode: number | undefined;
	stop(): Promise<void>;
}

/** On one's own machine one may act without signing in; where `.dev.vars` names users, they sign in all the same. */
const OPEN = ["--var", 'DASHBOARD_CONFIG:{"readonly":false}'];
const READY_MS = 60_000;
const STOP_MS = 5_000;

async function startWrangler(host: string, port: number): Promise<WranglerDev> {
	const { token, file, remove } = await tokenFile();
	const child = spawn(
		process.execPath,
		[wranglerProgram(), "dev", "--env=", "--ip", host, "--port", String(port), "--show-interactive-dev-session=false", ...OPEN, ...file],
		{
			stdio: ["ignore", "inherit", "inherit"],
			env: { ...process.env, WRANGLER_SEND_METRICS: "false" },
		},
	);
	let exitCode: number | undefined;
	const exited = new Promise<"exited">((resolve) => {
		child.on("error", (error) => console.error(`cannot run wrangler: ${error.message}`));
		child.on("close", (code) => {
			exitCode = code ?? 1;
			resolve("exited");
		});
	});
	const url = addressOf(host, port);
	const ready = answers(url, () => exitCode !== undefined);
	// Whoever waits hears of it; before, it is nobody's.
	ready.catch(() => {});
	return {
		url,
		token,
		ready,
		exited,
		get exitCode() {
			return exitCode;
		},
		async stop() {
			if (exitCode === undefined) await end(child, exited);
			await remove();
		},
	};
}

function wranglerProgram(): string {
	const require = createRequire(import.meta.url);
	try {
		const manifest = require.resolve("wrangler/package.json");
		return join(dirname(manifest), (require(manifest) as { bin: { wrangler: string } }).bin.wrangler);
	} catch {
		throw new Error("wrangler is not installed here; run npm install in a checkout of hiveframe-dashboard");
	}
}

/** The token of `.dev.vars` where the developer has set one, which wrangler then reads by itself; else a new one in a file of ours. */
async function tokenFile(): Promise<{ token: string; file: string[]; remove(): Promise<void> }> {
	const own = await readFile(".dev.vars", "utf8").catch(() => undefined);
	if (own !== undefined) {
		const token = /^\s*BRIDGE_TOKEN\s*=\s*["']?([^"'\r\n]+?)["']?\s*$/m.exec(own)?.[1];
		if (!token) throw new Error(".dev.vars has no BRIDGE_TOKEN, so no bridge could push; add a line BRIDGE_TOKEN=..., or remove the file");
		return { token, file: [], remove: async () => {} };
	}
	const token = randomBytes(32).toString("hex");
	const directory = await mkdtemp(join(tmpdir(), "hiveframe-dev-"));
	const path = join(directory, "env");
	await writeFile(path, `BRIDGE_TOKEN=${token}\nAUTH_USERS={}\n`, { mode: 0o600 });
	return { token, file: ["--env-file", path], remove: () => rm(directory, { recursive: true, force: true }) };
}

async function answers(url: string, over: () => boolean): Promise<"ready"> {
	const deadline = performance.now() + READY_MS;
	while (!over()) {
		const found = await fetch(`${url}/api/health`, { signal: AbortSignal.timeout(5_000) }).then(
			({ ok }) => ok,
			() => false,
		);
		if (found) return "ready";
		if (performance.now() > deadline) throw new Error(`wrangler dev did not answer at ${url} within ${READY_MS / 1000} s`);
		await wait(200);
	}
	return new Promise(() => {});
}

async function end(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
	child.kill("SIGTERM");
	const killer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
	await exited;
	clearTimeout(killer);
}
