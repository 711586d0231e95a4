/** Ticks of the time axis: relative to now on a live chart, clock times on a fixed one. */
import { SPACE } from "../format/text.ts";

export interface TimeTick {
	/** Share of the plot's width. */
	share: number;
	label: string;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
	...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
	...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
	...[1, 2, 3, 6, 12].map((n) => n * HOUR),
	...[1, 2, 7, 14, 30].map((n) => n * DAY),
];

const stepFor = (span: number, wanted: number): number =>
	STEPS.find((step) => span / step <= wanted + 0.01) ?? Math.ceil(span / wanted / DAY) * DAY;

const UNITS: [name: string, ms: number][] = [
	["d", DAY],
	["h", HOUR],
	["min", MINUTE],
	["s", SECOND],
];

/** In the unit of the step, so that labels are distinct. */
function before(ms: number, step: number): string {
	if (ms < 1) return "now";
	const [name, unit] = UNITS.find(([, unit]) => step % unit === 0) ?? ["ms", 1];
	return `−${Math.round(ms / unit)}${SPACE}${name}`;
}

/** Relative to now, at the right edge. */
export function liveTicks(span: number, wanted = 3): TimeTick[] {
	const step = stepFor(span, wanted);
	const ticks: TimeTick[] = [];
	for (let ms = 0; ms <= span * 1.001; ms += step) ticks.push({ share: 1 - ms / span, label: before(ms, step) });
	return ticks.reverse();
}

const two = (value: number): string => String(value).padStart(2, "0");
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/**
 * At round local times; midnight shows the day. Around a change of daylight saving time, earlier ticks use the old offset.
 * @param end instant at the right edge, ms
 * @param offset of the time zone from UTC at an instant, ms
 */
export function clockTicks(span: number, end: number, offset: (at: number) => number, wanted = 4): TimeTick[] {
	const step = stepFor(span, wanted);
	const ticks: TimeTick[] = [];
	for (const ahead of new Set([1, 0.75, 0.5, 0.25, 0].map((share) => offset(end - share * span)))) {
		const last = end + ahead;
		for (let at = Math.ceil((last - span) / step) * step; at <= last; at += step) {
			const share = 1 - (last - at) / span;
			// Labels are centred: near the edge one would be cut, or overlap the vertical axis' unit.
			if (share >= 0.02 && share <= 0.98 && offset(at - ahead) === ahead) ticks.push({ share, label: timeLabel(new Date(at), step) });
		}
	}
	return ticks.sort((a, b) => a.share - b.share);
}

/** @param date local time, as if it were UTC */
function timeLabel(date: Date, step: number): string {
	if (date.getTime() % DAY === 0) return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
	const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
	return step < MINUTE ? `${time}:${two(date.getUTCSeconds())}` : time;
}
