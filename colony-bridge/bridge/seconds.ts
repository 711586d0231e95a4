/**
 * Instants in seconds where milliseconds are meant: taken as they are they lie in 1970, and a worker would have run for half a century. Clusters
 * take any instant; a colony that runs now has none of 1970. Watermarks are the time of records, which may be any.
 */
import { Unfit } from "./left-out.ts";

const INSTANTS: ReadonlySet<string> = new Set(["at", "since", "until", "queuedAt", "startedAt", "endedAt"]);

/** As seconds, from 2001 into the 27th century. */
const looksLikeSeconds = (value: unknown): boolean => typeof value === "number" && value >= 1e9 && value <= 2e10;

/**
 * @param part of the snapshot, or where the events are listed.
 * @param who how the entry is known, before the words.
 * @throws Unfit where an instant of the entry, or of a thing inside it, is in seconds.
 */
export function refuseSeconds(part: string, entry: object, who = ""): void {
	for (const [key, value] of Object.entries(entry)) {
		if (INSTANTS.has(key) && looksLikeSeconds(value)) {
			throw new Unfit(`${part}.${key}`, `${who}${key}: ${value} looks like seconds; write ms since 1970 (${value * 1000})`);
		}
		if (typeof value === "object" && value !== null) refuseSeconds(`${part}.${key}`, value, who);
	}
}
