/**
 * Builds the pages and uploads the worker with them: `npm run deploy -- [wrangler deploy's options]`. What was uploaded is noted, so that the
 * next upload brings its files along for pages that are still open.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { buildPages } from "./build.ts";

const BUILDS = "dist/pages/builds.json";

const options = process.argv.slice(2);
const namesEnvironment = options.some((option) => /^(-e|--env)(=|$)/.test(option));
await buildPages();
const deploy = ["deploy", ...(namesEnvironment ? [] : ["--env="]), ...options];
const { status } = spawnSync("wrangler", deploy, { stdio: "inherit", shell: process.platform === "win32" });
// The step that failed has said why.
if (status !== 0) process.exit(status ?? 1);
if (!options.some((option) => /^--dry-?run/i.test(option))) {
	const [newest, ...earlier] = JSON.parse(readFileSync(BUILDS, "utf8")) as { deployed?: boolean }[];
	const noted = [{ ...newest, deployed: true }, ...earlier.map(({ deployed: _, ...build }) => build)];
	writeFileSync(BUILDS, `${JSON.stringify(noted, null, "\t")}\n`);
}
