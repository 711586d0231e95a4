/**
 * Joins the package `colony-bridge/python/hiveframe_bridge` into one file that a program can copy. Modules follow one another in the order of
 * their imports; imports of the standard library are merged at the top. All share one namespace there, so a name must be unique in the package.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const PYTHON_PACKAGE = "colony-bridge/python/hiveframe_bridge";

/** Modules that the built file goes without: a program that copies a file has no command. */
const PACKAGE_ONLY = ["command"];

interface Module {
	docstring: string;
	body: string;
	/** Relative imports: names by module. */
	ours: Map<string, string[]>;
	/** Absolute imports: names by module; none for `import x`. */
	library: [module: string, names: string[]][];
}

const DOCSTRING = /^"""([\s\S]*?)"""\n+/;
const IMPORT = /^import (\S+)\n|^from (\S+) import (?:\(([^)]*)\)|([^(\n]*))\n/gm;
const DEFINED = /^(?:def|class) (\w+)|^(\w+(?:, \w+)*)(?:: [^=\n]+)? = /gm;

/** @throws Error naming the module that cannot be joined. */
export function pythonModule(root: string): string {
	const folder = join(root, PYTHON_PACKAGE);
	const names = readdirSync(folder).filter((name) => name.endsWith(".py") && !PACKAGE_ONLY.includes(name.slice(0, -3)));
	const modules = new Map(names.map((name) => [name.slice(0, -3), parse(name, readFileSync(join(folder, name), "utf8"))]));
	const start = modules.get("__init__");
	if (!start) throw new Error(`${PYTHON_PACKAGE} has no __init__.py`);
	const order = inOrder(modules).filter((name) => name !== "__init__");
	const unused = [...modules.keys()].filter((name) => name !== "__init__" && !order.includes(name));
	if (unused.length > 0) throw new Error(`${PYTHON_PACKAGE}: nothing imports ${unused.join(", ")}`);
	requireUnique(modules);

	const sections = order.map((name) => {
		const { docstring, body } = modules.get(name) as Module;
		return `# ${"-".repeat(100)}\n# ${name}.py: ${docstring.split("\n", 1)[0]}\n\n${body.trim()}\n`;
	});
	const head = `"""${start.docstring.trim()}\n\nBuilt from the modules in \`\`${PYTHON_PACKAGE}\`\`: change them there.\n"""\n`;
	return [`${head}\nfrom __future__ import annotations\n\n${imports(modules)}\n\n${start.body.trim()}\n`, ...sections].join("\n\n");
}

function parse(name: string, text: string): Module {
	const docstring = DOCSTRING.exec(text)?.[1];
	if (docstring === undefined) throw new Error(`${name} has no docstring`);
	const ours: Module["ours"] = new Map();
	const library: Module["library"] = [];
	const body = text.replace(DOCSTRING, "").replace(IMPORT, (_, plain?: string, from?: string, several?: string, one?: string) => {
		const imported = (several ?? one ?? "")
			.split(",")
			.map((each) => each.trim())
			.filter(Boolean);
		if (plain) library.push([plain, []]);
		else if (from?.startsWith("."))
			ours.set(
				from.slice(1),
				imported.map((each) => sameName(name, each)),
			);
		else if (from && from !== "__future__") library.push([from, imported]);
		return "";
	});
	return { docstring, body, ours, library };
}

/** In one namespace an imported name is the defined one. */
function sameName(module: string, imported: string): string {
	const [, name, as = name] = /^(\w+)(?: as (\w+))?$/.exec(imported) ?? [];
	if (name === undefined || name !== as) throw new Error(`${module} imports "${imported}": the built file cannot rename it`);
	return name;
}

/** Each module after those that it imports. */
function inOrder(modules: Map<string, Module>): string[] {
	const order: string[] = [];
	function visit(name: string, path: string[]): void {
		if (path.includes(name)) throw new Error(`${PYTHON_PACKAGE}: imports go in a circle: ${[...path, name].join(", ")}`);
		if (order.includes(name)) return;
		const module = modules.get(name);
		if (!module) throw new Error(`${PYTHON_PACKAGE}: ${path.at(-1)}.py imports ${name}.py, which does not exist`);
		for (const other of module.ours.keys()) visit(other, [...path, name]);
		order.push(name);
	}
	visit("__init__", []);
	return order;
}

function requireUnique(modules: Map<string, Module>): void {
	const owners = new Map<string, string>();
	for (const [module, { body }] of modules) {
		const defined = [...body.matchAll(DEFINED)].flatMap(([, one, several]) => one ?? (several ?? "").split(", "));
		for (const name of new Set(defined)) {
			const other = owners.get(name);
			if (other) throw new Error(`${PYTHON_PACKAGE}: ${module}.py and ${other}.py both define ${name}; rename one`);
			owners.set(name, module);
		}
	}
	for (const [module, { ours }] of modules)
		for (const [other, names] of ours)
			for (const name of names)
				if (owners.get(name) !== other)
					throw new Error(`${PYTHON_PACKAGE}: ${module}.py imports ${name} from ${other}.py, which does not define it`);
}

function imports(modules: Map<string, Module>): string {
	const plain = new Set<string>();
	const named = new Map<string, Set<string>>();
	for (const { library } of modules.values())
		for (const [module, names] of library) {
			if (names.length === 0) plain.add(module);
			else named.set(module, new Set([...(named.get(module) ?? []), ...names]));
		}
	return [
		...[...plain].sort().map((module) => `import ${module}`),
		...[...named].sort(([a], [b]) => (a < b ? -1 : 1)).map(([module, names]) => `from ${module} import ${[...names].sort().join(", ")}`),
	].join("\n");
}
