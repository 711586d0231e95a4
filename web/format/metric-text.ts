import { ageOf, isInstant } from "./instant.ts";
import { quantity, unitOf } from "./number.ts";
import { relative } from "./time.ts";

/**
 * A metric's value in words: `45.2 %`, `6 min ago`, `never`.
 * @param metric its name, which may have labels
 * @param now ms; asked only where the value is an instant
 */
export function metricText(metric: string, value: number, now: () => number, unit?: string): string {
	const [name = metric] = metric.split("{", 1);
	if (!isInstant(name)) return quantity(value, unit ?? unitOf(name));
	if (value === 0) return "never";
	const at = now();
	return relative(at - ageOf(name, value, at) * 1000, at);
}
