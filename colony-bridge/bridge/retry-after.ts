/** Longest time for which a dashboard is left alone because it asks for it, ms. */
const MOST_MS = 600_000;

/** A `Retry-After` header, seconds or a date, in ms; 0 where it says nothing. */
export function retryAfterOf(header: string | null | undefined): number {
	if (!header) return 0;
	const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
	return Math.min(MOST_MS, Math.max(0, ms || 0));
}
