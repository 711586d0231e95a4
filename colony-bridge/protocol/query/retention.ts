/** How long numbers are kept, and how finely: part of what pages say, so it stands where both can see it. */
const DAY_MS = 86_400_000;

export const KEPT = {
	/** Every sample. */
	samplesMs: 2 * DAY_MS,
	/** A value a minute. */
	minutesMs: 30 * DAY_MS,
	/** A value every ten minutes. */
	tenMinutesMs: 365 * DAY_MS,
} as const;
