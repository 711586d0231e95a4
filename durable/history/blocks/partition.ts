/**
 * Partitions of time. Every partition is half-open to the left, (start, end], as the columns of a grid are: a value stands for the time that
 * ends at its instant. So a minute of a rollup is a whole part of every longer step, and no sample is on both sides of a partition.
 */

/** Length of a head block, which is flushed at once. */
export const TEN_MINUTES_MS = 600_000;
/** Length of a block that 10-minute blocks are compacted to. */
export const TWO_HOURS_MS = 7_200_000;
export const BLOCKS_10M_PER_2H = TWO_HOURS_MS / TEN_MINUTES_MS;
export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

/** Index of the partition of this size that holds `at` (ms); it covers (index * size, (index + 1) * size]. */
export const partitionOf = (at: number, size: number): number => Math.ceil(at / size) - 1;

/**
 * True if the rise of a counter between two consecutive samples counts. Past this distance nobody knows when it rose, or whether it began
 * anew in between. Told by 2-hour blocks alone, so that a rollup, which has forgotten the exact instant, decides as the samples do.
 */
export const paired = (before: number, at: number): boolean => partitionOf(before, TWO_HOURS_MS) >= partitionOf(at, TWO_HOURS_MS) - 1;

/**
 * Rise of a counter between two samples that follow each other. A fall is a restart, and the counter has risen from 0 since, unless it falls
 * by less than an eighth: what adds up several clocks or answers from several places dips a little and goes on. A dip counts as the fall it
 * is, so that the rise that makes it good is not counted twice.
 */
export const rise = (before: number, now: number): number => (now >= before || before - now < before / 8 ? now - before : now);
