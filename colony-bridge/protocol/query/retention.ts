/** Retention and resolution of samples. Pages show them, so they are part of the contract. */
const DAY_MS = 86_400_000;

export const KEPT = {
	/** Every sample. */
	samplesMs: 2 * DAY_MS,
	/** A value a minute. */
	minutesMs: 30 * DAY_MS,
	/** A value every ten minutes. */
	tenMinutesMs: 365 * DAY_MS,
} as const;

/** Longest time range of a page: the longest retention, and a month. */
export const LONGEST_RANGE = "400d";
