/** What stands beside the vertical axis. */
import { compact, isWord, mark } from "../format/number.ts";
import type { Scale } from "./scale.ts";

export interface ValueAxis {
	/** One a tick of the scale. */
	labels: string[];
	/** Said once for all of them, where they do not say it themselves: there would be no room for `0.75 tasks` at each. */
	unit?: string;
}

export function valueAxis({ ticks, min, max }: Scale, unit = ""): ValueAxis {
	const like = Math.max(Math.abs(min), Math.abs(max));
	const [first = 0, second = like] = ticks;
	// Marks of an axis that begins far from zero differ late.
	const digits = Math.max(4, Math.floor(Math.log10(like / (second - first))) + 2);
	if (!isWord(unit)) return { labels: ticks.map((tick) => mark(tick, unit, like, digits)) };
	return { labels: ticks.map((tick) => compact(tick, like, digits)), ...(unit && { unit }) };
}
