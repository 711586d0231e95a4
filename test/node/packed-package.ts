/** The package as a stranger gets it: packed, unpacked into an empty project, beside its runtime dependencies and nothing else. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

interface Lock {
	packages: Record<string, { dev?: boolean; optional?: boolean }>;
}

/** @returns the empty project's folder, with `node_modules/hiveframe-dashboard` in it. `also`: packages the project has of its own. */
export function installPacked(also: string[] = []): { folder: string; files: string[] } {
	const folder = mkdtempSync(join(tmpdir(), "hiveframe-embedding-"));
	const [packed] = JSON.parse(
		execFileSync("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", folder], {
			cwd: ROOT,
			encoding: "utf8",
			shell: process.platform === "win32",
		}),
	) as [{ filename: string; files: { path: string }[] }];
	const installed = join(folder, "node_modules/hiveframe-dashboard");
	mkdirSync(installed, { recursive: true });
	execFileSync("tar", ["-xzf", join(folder, packed.filename), "--strip-components=1", "-C", installed]);

	const { packages } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as Lock;
	const runtime = Object.entries(packages).filter(([path, { dev, optional }]) => path && !dev && !optional);
	for (const path of [...runtime.map(([path]) => path), ...also.map((name) => `node_modules/${name}`)]) {
		// A package inside another's folder comes with that folder.
		if (path.lastIndexOf("node_modules/") > 0) continue;
		mkdirSync(dirname(join(folder, path)), { recursive: true });
		symlinkSync(join(ROOT, path), join(folder, path), "junction");
	}
	writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
	return { folder, files: packed.files.map(({ path }) => path) };
}
