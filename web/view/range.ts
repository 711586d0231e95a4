/** Ranges of time as an address writes them, and as people read them. */

import type { PageView } from "../../colony-bridge/protocol/pages/page-view.ts";
import { durationMs } from "../../colony-bridge/protocol/wire/measure.ts";
import { SPACE } from "../format/text.ts";
import type { Changes } from "../page/url-state.ts";

export const RANGES = ["5m", "15m", "1h", "3h", "12h", "24h", "7d", "30d"];

/** The default range of most charts. */
const USUAL = "15m";

const WORDS: Record<string, string> = { m: "min", w: "weeks" };

/** `15 min`, `7 d`. */
export const rangeInWords = (range: string): string =>
	range.replace(/^(\d+)(\D+)$/, (_, amount, unit) => `${amount}${SPACE}${WORDS[unit] ?? unit}`);

export const iso = (at: number): string => new Date(Math.floor(at / 1000) * 1000).toISOString().replace(".000", "");

/** The range shown, moved by itself. @param by -1 back, 1 forward @param now the cluster's time: past it there is nothing to see */
export function shifted({ range = USUAL, end }: PageView, by: number, now: number): Changes {
	const next = (end ?? now) + by * durationMs(range);
	return { end: next >= now ? undefined : iso(Math.max(0, next)) };
}

export const stepInWords = ({ range = USUAL }: PageView): string => rangeInWords(range);
