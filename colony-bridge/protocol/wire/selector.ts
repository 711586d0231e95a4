/** Series by their text. Apart from the schemas, so that the browser takes these functions without them. */
import type { Labels } from "./names.ts";

/** Identity as text, labels sorted: `cpu_percent{worker="worker-1"}`. Also the form a selector takes in a URL. */
export function seriesKey(name: string, labels: Labels = {}): string {
	const names = Object.keys(labels).sort();
	if (names.length === 0) return name;
	return `${name}{${names.map((label) => `${label}=${JSON.stringify(labels[label])}`).join(",")}}`;
}

/** The other way. @returns undefined where the text is no selector. */
export function parseSelector(text: string): { name: string; labels: Labels } | undefined {
	const outer = /^([A-Za-z_:][A-Za-z0-9_:]*)(?:\{(.*)\})?$/s.exec(text);
	if (!outer?.[1]) return undefined;
	const labels = new Map<string, string>();
	const pair = /\s*([A-Za-z_][A-Za-z0-9_]*)\s*=\s*("(?:[^"\\]|\\.)*")\s*(,|$)/suy;
	const inner = outer[2] ?? "";
	while (pair.lastIndex < inner.length) {
		const match = pair.exec(inner);
		if (!match?.[1] || !match[2]) return undefined;
		try {
			labels.set(match[1], JSON.parse(match[2]) as string);
		} catch {
			return undefined;
		}
	}
	return { name: outer[1], labels: Object.fromEntries(labels) };
}
