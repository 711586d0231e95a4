/** Which series an export is made of, in an order that stays as it is while series come: by name as the names came, then by number. */
import type { Labels } from "../../colony-bridge/protocol/names.ts";
import { parseSelector } from "../../colony-bridge/protocol/selector.ts";
import type { Dictionary } from "./dictionary.ts";

/**
 * @param selectors absent: all series; names then stand in the selectors' order. One that cannot be read matches nothing.
 * @param from begins with this series, which is one of them.
 */
export function* selection(dictionary: Dictionary, selectors?: readonly string[], from?: number): Generator<number> {
	const asked = selectors && byName(selectors);
	const firstName = from === undefined ? undefined : dictionary.get(from).name;
	let reached = firstName === undefined;
	for (const name of asked ? asked.keys() : dictionary.names()) {
		reached ||= name === firstName;
		if (!reached) continue;
		const least = from !== undefined && name === firstName ? from : 0;
		for (const series of matching(dictionary, name, asked?.get(name) ?? [{}])) if (series >= least) yield series;
	}
}

function byName(selectors: readonly string[]): Map<string, Labels[]> {
	const found = new Map<string, Labels[]>();
	for (const selector of selectors) {
		const parsed = parseSelector(selector);
		if (!parsed) continue;
		const { name, labels } = parsed;
		const known = found.get(name);
		if (known) known.push(labels);
		else found.set(name, [labels]);
	}
	return found;
}

/** Ascending, each once. */
function matching(dictionary: Dictionary, name: string, labels: readonly Labels[]): Iterable<number> {
	if (labels.length === 1) return dictionary.match(name, labels[0] as Labels);
	return [...new Set(labels.flatMap((some) => dictionary.match(name, some)))].sort((a, b) => a - b);
}
