/**
 * The text of a type and of every declaration of this project that it is made of: what crosses a boundary that is typed and not validated.
 * Comments, layout and the order of declarations are left out.
 */
import { readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { ROOT } from "./house-imports.ts";

interface SourceFile {
	/** Text by name. */
	declared: Map<string, string>;
	/** File and name there, by the name here. */
	imported: Map<string, [path: string, name: string]>;
}

const files = new Map<string, SourceFile>();

function sourceFile(path: string): SourceFile {
	const known = files.get(path);
	if (known) return known;
	const text = readFileSync(join(ROOT, path), "utf8").replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
	const declared = new Map<string, string>();
	// A declaration of the top level begins a line, and ends where the next one begins.
	for (const part of text.split(/^(?=(?:export |import |interface |type |const |let |function |class |async ))/m)) {
		const [, name] = /^(?:export )?(?:async )?(?:interface|type|const|let|function\*?|class) (\w+)/.exec(part) ?? [];
		// A name may be a type and a schema.
		if (name) declared.set(name, `${declared.get(name) ?? ""}${part.replace(/\s+/g, " ").trim()}`);
	}
	const imported = new Map<string, [string, string]>();
	for (const [, names = "", from = ""] of text.matchAll(/^import (?:type )?\{([^}]*)\} from "(\.[^"]+)";/gm)) {
		for (const each of names.split(",")) {
			const [name = "", here = name] = each
				.trim()
				.replace(/^type /, "")
				.split(" as ");
			if (name) imported.set(here, [posix.join(dirname(path), from), name]);
		}
	}
	const file = { declared, imported };
	files.set(path, file);
	return file;
}

/** @param elsewhere files whose declarations are left out. @returns texts, sorted: a declaration that moved says the same. */
export function declaredTypes(path: string, names: readonly string[], elsewhere: RegExp): string[] {
	const found = new Map<string, string>();
	const add = (from: string, name: string): void => {
		if (elsewhere.test(from)) return;
		const { declared, imported } = sourceFile(from);
		const other = imported.get(name);
		if (other) {
			add(...other);
			return;
		}
		const text = declared.get(name);
		const key = `${name} of ${from}`;
		if (text === undefined || found.has(key)) return;
		found.set(key, text);
		// Types and schemas begin with a capital; constants and functions say nothing of the shape.
		for (const [word] of text.matchAll(/\b[A-Z][A-Za-z]*[a-z][A-Za-z]*\b/g)) add(from, word);
	};
	for (const name of names) {
		if (!sourceFile(path).declared.has(name)) throw new Error(`${path} declares no ${name}`);
		add(path, name);
	}
	return [...found.values()].sort();
}
