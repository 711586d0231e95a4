/** Reads which file of the project imports which, and whether only for its types. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

export interface Import {
	/** Paths from the root, with slashes. */
	from: string;
	/** A path from the root where it is ours, else the specifier: `valibot`, `node:fs`, `#pages`. */
	to: string;
	ours: boolean;
	typeOnly: boolean;
	/** Loaded when it is needed. */
	later: boolean;
}

/** Every file that is or would be under version control and exists, as a path from the root. */
export function projectFiles(): string[] {
	const list = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: ROOT, encoding: "utf8" });
	return list.split("\n").filter((path) => path && existsSync(join(ROOT, path)));
}

const STATEMENT = /^[ \t]*(?:import|export)\s+(type\s)?(?:([^"';]*?)\s*from\s*)?["']([^"']+)["']/gm;
const DYNAMIC = /\bimport\(\s*["']([^"']+)["']\s*\)|\bnew URL\(\s*["'](\.[^"']+\.tsx?)["'],\s*import\.meta\.url\s*\)/g;

/** `{ type A, type B }` imports no value. */
const onlyTypes = (names: string | undefined): boolean =>
	/^\{[^}]*\}$/.test(names?.trim() ?? "") &&
	(names ?? "")
		.replace(/[{}]/g, "")
		.split(",")
		.every((name) => !name.trim() || /^type\s/.test(name.trim()));

export function importsOf(path: string): Import[] {
	const text = readFileSync(join(ROOT, path), "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
	const found: [specifier: string, typeOnly: boolean, later: boolean][] = [];
	for (const [, type, names, specifier] of text.matchAll(STATEMENT))
		if (specifier) found.push([specifier, Boolean(type) || onlyTypes(names), false]);
	for (const [, module, worker] of text.matchAll(DYNAMIC)) found.push([module ?? worker ?? "", false, true]);
	return found.map(([specifier, typeOnly, later]) => {
		const ours = specifier.startsWith(".");
		// A query says how Vite gives the file.
		const file = specifier.replace(/\?\w+$/, "");
		return { from: path, to: ours ? posix.join(dirname(path), file) : specifier, ours, typeOnly, later };
	});
}

/** Strongly connected files, two or more each: the cycles. (Tarjan 1972, without recursion on long chains being a concern here.) */
export function cycles(edges: Map<string, string[]>): string[][] {
	const index = new Map<string, number>();
	const low = new Map<string, number>();
	const stack: string[] = [];
	const found: string[][] = [];
	function visit(node: string): number {
		const own = index.size;
		index.set(node, own);
		let lowest = own;
		stack.push(node);
		for (const next of edges.get(node) ?? []) {
			if (!index.has(next)) lowest = Math.min(lowest, visit(next));
			else if (stack.includes(next)) lowest = Math.min(lowest, index.get(next) ?? own);
		}
		low.set(node, lowest);
		if (lowest === own) {
			const component = stack.splice(stack.indexOf(node));
			if (component.length > 1) found.push(component.sort());
		}
		return lowest;
	}
	for (const node of edges.keys()) if (!index.has(node)) visit(node);
	return found;
}
