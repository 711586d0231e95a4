/**
 * Builds `dist/` where it was not built from the sources that stand here now, told by a hash of their contents: right after a checkout, a
 * pull or an edit alike, and free when nothing changed. With `--mark` it only notes that what is built now is fresh.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const SOURCES = ["colony-bridge", "durable", "web", "worker", "package.json", "package-lock.json", "tsconfig.json"];
const STAMP = "dist/.sources";

process.chdir(dirname(import.meta.dirname));

function* files(path: string): Generator<string> {
	const entries = readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
	for (const entry of entries) {
		if (entry.isDirectory()) yield* files(join(path, entry.name));
		else yield join(path, entry.name);
	}
}

const hash = createHash("sha256");
for (const source of SOURCES) {
	for (const path of source.includes(".") ? [source] : files(source)) hash.update(`${path}\0`).update(readFileSync(path)).update("\0");
}
const now = hash.digest("hex");
if (process.argv.includes("--mark")) writeFileSync(STAMP, now);
else if (!existsSync(STAMP) || readFileSync(STAMP, "utf8") !== now) {
	console.error("Building ...");
	const { status } = spawnSync("npm", ["run", "--silent", "build"], { stdio: "inherit", shell: process.platform === "win32" });
	// What failed has said why.
	process.exitCode = status ?? 1;
}
