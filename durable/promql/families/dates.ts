/** Parts of a date in UTC: of each value of a vector in seconds since 1970, or of the instant evaluated. */
import { Labels, type WholeFunction } from "../values.ts";
import { eachValue } from "./instants.ts";

const DAY = 86_400_000;

const PARTS = {
	minute: (date) => date.getUTCMinutes(),
	hour: (date) => date.getUTCHours(),
	day_of_week: (date) => date.getUTCDay(),
	day_of_month: (date) => date.getUTCDate(),
	day_of_year: (date) => Math.floor((date.getTime() - new Date(date).setUTCMonth(0, 1)) / DAY) + 1,
	days_in_month: (date) => new Date(new Date(date).setUTCMonth(date.getUTCMonth() + 1, 0)).getUTCDate(),
	month: (date) => date.getUTCMonth() + 1,
	year: (date) => date.getUTCFullYear(),
} satisfies Record<string, (date: Date) => number>;

const partOf =
	(part: (date: Date) => number): WholeFunction =>
	({ args: [vector], steps }) => {
		const ofSeconds = (seconds: number): number => part(new Date(Math.trunc(seconds) * 1000));
		if (vector?.type === "vector") return eachValue(vector.series, ofSeconds);
		const values = Float64Array.from({ length: steps.count }, (_, step) => ofSeconds((steps.start + step * steps.step) / 1000));
		return { type: "vector", series: [{ labels: Labels.none, values, present: new Uint8Array(steps.count).fill(1), dropName: false }] };
	};

export const DATES: ReadonlyMap<string, WholeFunction> = new Map(Object.entries(PARTS).map(([name, part]) => [name, partOf(part)]));
