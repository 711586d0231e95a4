/**
 * What a valibot schema accepts, as plain data that can be hashed and compared: types, entries, bounds, patterns, defaults and the words of
 * custom checks. A JSON Schema would not do: it cannot say what `v.check` demands.
 */

/** Parts of a schema that say nothing about what it accepts. */
const SILENT = new Set(["kind", "reference", "expects", "async", "message", "~standard", "~run", "~types"]);

export function schemaShape(node: unknown): unknown {
	if (node instanceof RegExp) return String(node);
	if (Array.isArray(node)) return node.map(schemaShape);
	if (typeof node !== "object" || node === null) return typeof node === "function" ? undefined : node;
	// A pipe's first item is the schema that carries the pipe.
	if ("pipe" in node) return { pipe: schemaShape(node.pipe) };
	const shape: Record<string, unknown> = {};
	for (const [name, part] of Object.entries(node).sort(([a], [b]) => (a < b ? -1 : 1))) {
		if (SILENT.has(name)) continue;
		if (typeof part === "function")
			shape[name] = name === "requirement" && "message" in node ? `check: ${String(node.message)}` : "function";
		else shape[name] = schemaShape(part);
	}
	return shape;
}
