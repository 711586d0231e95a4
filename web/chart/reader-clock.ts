/** Instants on the reader's clock: their own zone or UTC, which it is until the page knows its reader. */
import { clock } from "../format/time.ts";
import { usePage } from "../page-context.tsx";

export function useReaderClock() {
	const page = usePage();
	const inUtc = () => !page.hydrated() || page.drawing().tz === "utc";
	return {
		/** What the zone is ahead of UTC at an instant, ms. */
		offset: (at: number): number => (inUtc() ? 0 : -60_000 * new Date(at).getTimezoneOffset()),
		/** `21:10:05`, with the zone where it is not the reader's own. */
		time: (at: number): string => (inUtc() ? `${new Date(at).toISOString().slice(11, 19)} UTC` : clock(at)),
	};
}
export type ReaderClock = ReturnType<typeof useReaderClock>;
