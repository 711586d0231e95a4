/** Ticks of the time axis: local clock times, also on a live chart, where they move with the time range. */
import { SPACE } from "../format/text.ts";

export interface TimeTick {
	/** Share of the plot's width. */
	share: number;
	label: string;
	/** Every second one: its label is hidden in charts narrower than this, rem. */
	room?: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
	...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
	...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
	...[1, 2, 3, 6, 12].map((n) => n * HOUR),
	...[1, 2, 4, 7, 14, 30, 90, 365].map((n) => n * DAY),
];

/** Widths below which every second label may be hidden, rem: `plot.css` has a rule for each. */
export const ROOMS = [16, 20, 24, 28, 32, 36, 48] as const;
/** Width of the value axis, of a character and of the gap between labels, rem. */
const AXIS = 5.25;
const CHARACTER = 0.42;
const GAP = 0.75;

/** @returns the least of {@link ROOMS} in which labels of this length fit side by side */
function roomFor(labels: number, longest: number): number {
	const least = AXIS + labels * (longest * CHARACTER + GAP);
	return ROOMS.find((room) => room >= least) ?? (ROOMS[ROOMS.length - 1] as number);
}

const two = (value: number): string => String(value).padStart(2, "0");
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/**
 * At round local times; midnight shows the day. Around a change of daylight saving time, earlier ticks use the old offset, and a repeated time
 * shows its zone; one repeated on another day shows its day.
 * @param end instant at the right edge, ms
 * @param offset of the time zone from UTC at an instant, ms
 */
export function clockTicks(span: number, end: number, offset: (at: number) => number, fewest = 3): TimeTick[] {
	const step = STEPS.findLast((step) => span / step >= fewest) ?? SECOND;
	const ticks: (TimeTick & { second: boolean })[] = [];
	const before = new Map<string, { at: number; ahead: number }>();
	const changes = [1, 0.75, 0.5, 0.25, 0].map((share) => offset(end - share * span));
	for (const ahead of new Set(changes)) {
		const last = end + ahead;
		for (let at = Math.ceil((last - span) / step) * step; at <= last; at += step) {
			if (offset(at - ahead) !== ahead) continue;
			const date = new Date(at);
			const time = timeLabel(date, step);
			const same = before.get(time);
			before.set(time, { at, ahead });
			const label =
				same === undefined
					? time
					: same.ahead !== ahead && at - same.at < DAY
						? `${time}${SPACE}${zoneLabel(ahead)}`
						: `${dayLabel(date)}${SPACE}${time}`;
			ticks.push({ share: 1 - (last - at) / span, label, second: (at / step) % 2 !== 0 });
		}
	}
	const room = roomFor(span / step, Math.max(...ticks.map(({ label }) => label.length)));
	return ticks.sort((a, b) => a.share - b.share).map(({ share, label, second }) => ({ share, label, ...(second && { room }) }));
}

const dayLabel = (date: Date): string => `${date.getUTCDate()}${SPACE}${MONTHS[date.getUTCMonth()]}`;
const zoneLabel = (ahead: number): string => `UTC${ahead < 0 ? "−" : "+"}${Math.abs(ahead) / HOUR}`;

/** @param date local time, as if it were UTC */
function timeLabel(date: Date, step: number): string {
	if (date.getTime() % DAY === 0) return dayLabel(date);
	const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
	return step < MINUTE ? `${time}:${two(date.getUTCSeconds())}` : time;
}
