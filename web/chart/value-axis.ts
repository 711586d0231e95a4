/** What stands beside the vertical axis. */
import { AGO, compact, isWord, mark } from "../format/number.ts";
import { isTime, type Scale } from "./scale.ts";

export interface ValueAxis {
	/** One a tick of the scale. */
	labels: string[];
	/** Said once for all of them, where they do not say it themselves: there would be no room for `0.75 tasks` at each. */
	unit?: string;
}

export function valueAxis({ ticks, min, max }: Scale, unit = ""): ValueAxis {
	const size = Math.max(Math.abs(min), Math.abs(max));
	const [first = 0, second = size] = ticks;
	// Marks of an axis that begins far from zero differ late.
	const digits = Math.max(4, Math.floor(Math.log10(size / (second - first))) + 2);
	// Steps of time are whole in their own unit: 30 min, 60 min, 90 min.
	const like = isTime(unit) ? second - first : size;
	if (!isWord(unit) || unit === AGO) return { labels: ticks.map((tick) => mark(tick, unit, like, digits)) };
	return { labels: ticks.map((tick) => compact(tick, like, digits)), ...(unit && { unit }) };
}
