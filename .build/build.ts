/**
 * Builds `dist/`: what a browser loads, then the renderer that knows its names; beside both the Node package and the Python module. With `--if-stale` only where
 * it was not built from the sources that stand here now, told by a hash of their contents: right after a checkout, a pull or an edit alike,
 * and free when nothing changed.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { PYTHON_PACKAGE, pythonModule } from "./python-module.ts";

const SOURCES = ["colony-bridge", "durable", "web", "worker", "package.json", "package-lock.json", "tsconfig.json"];
const STAMP = "dist/.sources";

process.chdir(dirname(import.meta.dirname));

function* files(path: string): Generator<string> {
	const entries = readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
	for (const entry of entries) {
		// Python leaves it behind.
		if (entry.name === "__pycache__") continue;
		if (entry.isDirectory()) yield* files(join(path, entry.name));
		else yield join(path, entry.name);
	}
}

function hashOfSources(): string {
	const hash = createHash("sha256");
	for (const source of SOURCES) {
		for (const path of source.includes(".") ? [source] : files(source)) hash.update(`${path}\0`).update(readFileSync(path)).update("\0");
	}
	return hash.digest("hex");
}

/** A step that fails has said why on standard error, and ends the program. */
async function step(what: string, command: string): Promise<void> {
	const started = performance.now();
	const code = await new Promise<number | null>((resolve) => {
		spawn(command, { stdio: "inherit", shell: true }).once("exit", resolve);
	});
	if (code !== 0) {
		console.error(`Not built: ${what}; the reason stands above.`);
		process.exit(1);
	}
	console.error(`  ${((performance.now() - started) / 1000).toFixed(1).padStart(5)} s  ${what}`);
}

export async function buildPages(): Promise<void> {
	const vite = "vite build --config web/vite.config.ts --logLevel warn";
	await step("the browser's files", vite);
	await step("the renderer of the pages", `${vite} --ssr`);
}

async function buildPackage(): Promise<void> {
	rmSync("dist/node", { recursive: true, force: true });
	await step("the Node package", "tsc -p worker/node/tsconfig.build.json");
}

function buildPythonModule(): void {
	mkdirSync("dist/python", { recursive: true });
	writeFileSync("dist/python/hiveframe_bridge.py", pythonModule("."));
	copyFileSync(join(PYTHON_PACKAGE, "py.typed"), "dist/python/py.typed");
}

export async function build({ ifStale = false } = {}): Promise<void> {
	const now = hashOfSources();
	if (ifStale && existsSync(STAMP) && readFileSync(STAMP, "utf8") === now) return;
	console.error("Building dist/, as after each change of the sources: three parts, 10 to 40 s ...");
	rmSync(STAMP, { force: true });
	buildPythonModule();
	await Promise.all([buildPages(), buildPackage()]);
	writeFileSync(STAMP, now);
}

if (import.meta.main) await build({ ifStale: process.argv.includes("--if-stale") });
