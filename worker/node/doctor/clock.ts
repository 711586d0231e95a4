/**
 * The dashboard's clock against this machine's, by the header `Date`, which has whole seconds. An answer's second began before it came and ended
 * after its question went: so each answer bounds the difference on both sides, and several bound it more closely.
 */
import type { Answer } from "./asking.ts";
import { type Check, fault, ok, warning } from "./check.ts";

/** Differences from here on are seen: in charts of several bridges, at the end of sessions and tokens. */
const SEEN_MS = 2_000;
/** Past this, instants of this machine are of another minute. */
const WRONG_MS = 60_000;

type Dated = Pick<Answer, "headers" | "sentAt" | "answeredAt">;

/** @returns how far the dashboard's clock is ahead, ms, and how wrong that may be; undefined: the answers do not say. */
export function clockLead(answers: readonly Dated[]): { lead: number; error: number } | undefined {
	let [least, most] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
	for (const { headers, sentAt, answeredAt } of answers) {
		const second = Date.parse(headers.date ?? "");
		if (Number.isNaN(second)) return undefined;
		least = Math.max(least, second - answeredAt);
		most = Math.min(most, second + 1000 - sentAt);
	}
	return least <= most ? { lead: (least + most) / 2, error: (most - least) / 2 } : undefined;
}

export function clockCheck(answers: readonly Dated[]): Check {
	const name = "clock";
	const found = clockLead(answers);
	if (!found)
		return warning(name, "the answers' Date is missing or stands still", "see whether a proxy in between answers in the dashboard's place");
	const { lead, error } = found;
	const apart = Math.max(0, Math.abs(lead) - error);
	if (apart < SEEN_MS) return ok(name, `the dashboard's clock and this one agree within ${seconds(Math.abs(lead) + error)}`);
	const says = `the dashboard's clock is ${seconds(Math.abs(lead))} ${lead > 0 ? "ahead of" : "behind"} this one (within ${seconds(error)})`;
	const advice = "set the clock of both machines by NTP (timedatectl set-ntp true)";
	return apart < WRONG_MS ? warning(name, says, advice) : fault(name, says, advice);
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
