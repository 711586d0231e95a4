/**
 * A text as a cell of CSV (RFC 4180). Texts are a colony's and may be anybody's: a spreadsheet would run one that begins like a formula, and an
 * apostrophe makes it a text again (OWASP, "CSV injection").
 */
export function csvCell(text: string, separator = ","): string {
	const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
	return /["\r\n]/.test(safe) || safe.includes(separator) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const DAY_MS = 86_400_000;

/** The greatest instant of a `Date`, ms. */
const FARTHEST = 100_000_000 * DAY_MS;

/** The day written last, and `2024-01-15T`: instants mostly come in order, and the calendar is the dear part. */
let day = Number.NaN;
let dayText = "";
/** `00` to `59`. */
const PAIRS = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, "0"));

/**
 * The result of `new Date(at).toISOString()`, ten times faster for instants of one day.
 * @throws RangeError as it does.
 */
export function isoText(at: number): string {
	if (!(Math.abs(at) <= FARTHEST)) throw new RangeError(`${at} ms is no instant`);
	const now = Math.floor(at / DAY_MS);
	if (now !== day) {
		dayText = new Date(now * DAY_MS).toISOString().slice(0, -13);
		day = now;
	}
	const rest = Math.floor(at - now * DAY_MS);
	const seconds = (rest / 1000) | 0;
	const minutes = (seconds / 60) | 0;
	const ms = rest - seconds * 1000;
	const time = `${PAIRS[(minutes / 60) | 0]}:${PAIRS[minutes % 60]}:${PAIRS[seconds % 60]}`;
	return `${dayText}${time}.${ms < 10 ? "00" : ms < 100 ? "0" : ""}${ms}Z`;
}
