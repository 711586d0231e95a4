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
	if (!isWord(unit)) return { labels: ticks.map((tick) => mark(tick, unit, like)) };
	return { labels: ticks.map((tick) => compact(tick, like)), ...(unit && { unit }) };
}
