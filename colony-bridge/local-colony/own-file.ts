/**
 * A module of ours beside another one, for a thread to load. From source it is TypeScript, which Node strips of its types; built, it is
 * JavaScript in the same place.
 *
 * @param base the asking module's `import.meta.url`. @param name file name without its ending.
 */
export function ownFile(base: string, name: string): URL {
	return new URL(`./${name}${base.endsWith(".ts") ? ".ts" : ".js"}`, base);
}
