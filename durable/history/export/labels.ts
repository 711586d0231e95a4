/** Labels as OpenMetrics writes them. */
import type { Labels } from "../../../colony-bridge/protocol/names.ts";

/** @returns `{worker="worker-1"}`, by name; "" where there are none. */
export function labelsText(labels: Labels = {}): string {
	const pairs = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
	return pairs.length === 0 ? "" : `{${pairs.map(([name, value]) => `${name}="${escaped(value)}"`).join(",")}}`;
}

/** Backslash, line feed and quote, as OpenMetrics has it. */
export function escaped(text: string): string {
	return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
}
