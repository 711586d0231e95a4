/** `wrangler dev` as a child process, from its start until it answers, and to its end. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { addressOf } from "../http/reach.ts";

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

export async function startWrangler(host: string, port: number): Promise<WranglerDev> {
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
