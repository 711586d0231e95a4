import { ageOf, isInstant, quantity, unitOf } from "./number.ts";
import { relative } from "./time.ts";

/**
 * A metric's value as text: `45.2 %`, `6 min ago`, `never`.
 * @param metric its name, with or without labels
 * @param now ms; called only for instants
 */
export function metricText(metric: string, value: number, now: () => number, unit?: string): string {
	const [name = metric] = metric.split("{", 1);
	if (!isInstant(name)) return quantity(value, unit ?? unitOf(name));
	if (value === 0) return "never";
	const at = now();
	return relative(at - ageOf(name, value, at) * 1000, at);
}
