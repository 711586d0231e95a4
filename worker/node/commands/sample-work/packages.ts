/** The input of the sample work: the packages of the nearest `node_modules`. */
import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Files beyond this would make one task last for minutes. */
const LARGEST_BYTES = 400_000;
const FILES_A_PACKAGE = 60;

/** @returns the nearest `node_modules` above the working directory, else the one this program stands in. @throws where there is none. */
export function findPackages(): string {
	for (const from of [process.cwd(), dirname(fileURLToPath(import.meta.url))]) {
		for (let folder = from; ; folder = dirname(folder)) {
			const found = join(folder, "node_modules");
			if (existsSync(found)) return found;
			if (dirname(folder) === folder) break;
		}
	}
	throw new Error(`there is no node_modules above ${process.cwd()}; run this in a folder of a Node project after npm install`);
}

/** Names of the packages in a `node_modules`, scoped ones too. */
export async function packageNames(root: string): Promise<string[]> {
	const names: string[] = [];
	for (const entry of await readdir(root, { withFileTypes: true })) {
		if (!entry.isDirectory() || entry.name.startsWith(".")) continue;
		if (!entry.name.startsWith("@")) names.push(entry.name);
		else for (const inner of await readdir(join(root, entry.name))) names.push(`${entry.name}/${inner}`);
	}
	return names.filter((name) => existsSync(join(root, name, "package.json")));
}

export interface PackageFile {
	path: string;
	bytes: number;
}

/** Some files of a package, spread over all of it; nested packages are their own. */
export async function packageFiles(root: string, name: string): Promise<PackageFile[]> {
	const entries = await readdir(join(root, name), { recursive: true, withFileTypes: true });
	const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
	const step = Math.max(1, paths.length / FILES_A_PACKAGE);
	const files: PackageFile[] = [];
	for (let at = 0; at < paths.length; at += step) {
		const path = paths[Math.floor(at)] as string;
		const { size } = await stat(path);
		if (size > 0 && size <= LARGEST_BYTES) files.push({ path, bytes: size });
	}
	return files;
}

/** Records of the sample colony's stream, and the sums of its windows. */
export interface FileRecord {
	/** Event time: when the work on the file began, ms. */
	at: number;
	/** Extension, or what else it was. */
	type: string;
	bytes: number;
	words: number;
}

export interface FileTotals {
	files: number;
	bytes: number;
	words: number;
}
