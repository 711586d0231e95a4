/** HiveFrame writes instants in its machine's local time, without a zone. */

const QUARTER_HOUR_MS = 15 * 60_000;
/** No place on Earth is further ahead of UTC, or behind it. */
const [MOST_BEHIND_MS, MOST_AHEAD_MS] = [-12 * 3_600_000, 14 * 3_600_000];

export class LocalTime {
	/** Local time less UTC, ms; undefined until it is known: then our own zone is the best guess. */
	#offsetMs: number | undefined;

	/** Learns the zone from an instant that HiveFrame wrote just now. Zones differ by quarters of an hour, clocks by less. */
	learn(written: string, now: number): void {
		const offset = Math.round((Date.parse(`${written}Z`) - now) / QUARTER_HOUR_MS) * QUARTER_HOUR_MS;
		if (offset >= MOST_BEHIND_MS && offset <= MOST_AHEAD_MS) this.#offsetMs = offset;
	}

	/** @returns ms since 1970, or undefined where the text is no instant. */
	instant(written: string | null | undefined): number | undefined {
		if (!written) return undefined;
		const zoned = /(?:Z|[+-]\d\d:?\d\d)$/.test(written);
		const at = zoned || this.#offsetMs === undefined ? Date.parse(written) : Date.parse(`${written}Z`) - this.#offsetMs;
		return Number.isFinite(at) && at >= 0 ? Math.floor(at) : undefined;
	}
}
