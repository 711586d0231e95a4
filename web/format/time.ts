/** Instants and durations, in ms, as text. */
import { SPACE } from "./text.ts";

const two = (value: number): string => String(value).padStart(2, "0");

/** A duration: `850 ms`, `12 s`, `3m 05s`, `2h 04m`, `3d 4h`. */
export function elapsed(ms: number): string {
	if (!Number.isFinite(ms)) return "–";
	if (ms < 0) return `0${SPACE}ms`;
	if (ms < 1000) return `${ms < 10 && ms > 0 ? Number(ms.toPrecision(2)) : Math.round(ms)}${SPACE}ms`;
	if (ms < 10_000) return `${(Math.floor(ms / 100) / 10).toFixed(1)}${SPACE}s`;
	const seconds = Math.floor(ms / 1000);
	if (seconds < 60) return `${seconds}${SPACE}s`;
	if (seconds < 3600) return `${Math.floor(seconds / 60)}m${SPACE}${two(seconds % 60)}s`;
	if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h${SPACE}${two(Math.floor((seconds % 3600) / 60))}m`;
	return `${Math.floor(seconds / 86_400)}d${SPACE}${Math.floor((seconds % 86_400) / 3600)}h`;
}

/** A duration in one whole unit: `12 s`, `3 min`, `2 h`, `5 d`. */
export function roughly(ms: number): string {
	const seconds = Math.max(0, Math.floor(ms / 1000));
	if (seconds < 60) return `${seconds}${SPACE}s`;
	if (seconds < 3600) return `${Math.floor(seconds / 60)}${SPACE}min`;
	if (seconds < 86_400) return `${Math.floor(seconds / 3600)}${SPACE}h`;
	return `${Math.floor(seconds / 86_400)}${SPACE}d`;
}

/** An instant relative to now: `now`, `12 s ago`, `in 3 min`. Up to two seconds ahead is `now`, as clocks differ. */
export function relative(at: number, now: number): string {
	if (at > now + 2000) return `in${SPACE}${roughly(at - now)}`;
	return now - at < 1000 ? "now" : `${roughly(now - at)}${SPACE}ago`;
}

/** `2026-11-24 21:10:05.123 UTC`. */
export function utc(at: number): string {
	return `${new Date(at).toISOString().replace("T", " ").replace("Z", "")} UTC`;
}

/** The same in the local time zone, given as an offset: a formatter for zone names takes 20 ms. Only in the browser, after hydration. */
export function local(at: number): string {
	const date = new Date(at);
	const ahead = -date.getTimezoneOffset();
	const [hours, minutes] = [Math.floor(Math.abs(ahead) / 60), Math.abs(ahead) % 60];
	const zone = `UTC${ahead < 0 ? "−" : "+"}${two(hours)}:${two(minutes)}`;
	return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clock(at)}.${String(date.getMilliseconds()).padStart(3, "0")} ${zone}`;
}

export const instant = (at: number, inUtc: boolean): string => (inUtc ? utc(at) : local(at));

/** `21:10:05` in the local time zone or UTC. */
export function clock(at: number, inUtc = false): string {
	const date = new Date(at);
	if (inUtc) return date.toISOString().slice(11, 19);
	return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `09:19` if it is today, else `24 Nov 09:19`. */
export const begin = (at: number, now: number, inUtc: boolean): string => moment(at, now, inUtc).replace(/(\d\d:\d\d):\d\d/, "$1");

/** `21:10:05` if it is today, else `24 Nov 21:10`, with the year if it differs. */
export function moment(at: number, now: number, inUtc: boolean): string {
	const shift = (ms: number) => new Date(inUtc ? ms : ms - new Date(ms).getTimezoneOffset() * 60_000);
	const [then, today] = [shift(at), shift(now)];
	const zone = inUtc ? `${SPACE}UTC` : "";
	if (then.toISOString().slice(0, 10) === today.toISOString().slice(0, 10)) return then.toISOString().slice(11, 19) + zone;
	const year = then.getUTCFullYear() === today.getUTCFullYear() ? "" : `${SPACE}${then.getUTCFullYear()}`;
	return `${then.getUTCDate()}${SPACE}${MONTHS[then.getUTCMonth()]}${year}${SPACE}${then.toISOString().slice(11, 16)}${zone}`;
}
