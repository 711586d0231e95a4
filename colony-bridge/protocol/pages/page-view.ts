/**
 * URL state of a page: its query parameters, so that a link shows the sender's view.
 */
import * as v from "valibot";
import { Theme } from "../http/config.ts";
import { FILTER_CHARS, Fold, type RowWindow } from "../query/query.ts";
import { LONGEST_RANGE } from "../query/retention.ts";
import { durationMs } from "../wire/duration.ts";
import { LIMITS } from "../wire/limits.ts";
import { Aggregation, Duration } from "../wire/measure.ts";
import { InstantText } from "../wire/names.ts";
import { EndStatus } from "../wire/state.ts";

const POINTS = "write a whole number from 10 to 1000";
/** Rows of a form, as many as leave room for what else a viewer watches. */
const MOST_ROWS = 16;

/** A parameter that may be repeated. */
const repeated = v.pipe(
	v.union([v.string(), v.array(v.string())]),
	v.transform((value): string[] => [value].flat()),
	v.maxLength(MOST_ROWS, `at most ${MOST_ROWS} rows`),
);

const once = v.string("give it once");

/** Which rows of a table are looked at, in which order. */
const TABLE = {
	/** A field or a metric; `-` before it: descending. */
	sort: v.optional(v.pipe(once, v.regex(/^(?!-$)./, "name a column: sort=status, or sort=-cpu_percent"), v.maxLength(1000))),
	filter: v.optional(v.pipe(once, v.maxLength(FILTER_CHARS))),
	/** Number of rows before the first. */
	offset: v.optional(v.pipe(once, v.regex(/^[0-9]{1,9}$/, "write how many rows come before: a whole number"))),
};
type Aspect = keyof typeof TABLE;

/** The same for a table among the page's widgets, which are counted from 1: `sort.2`. */
const WIDGET_TABLES = Object.fromEntries(
	Array.from({ length: LIMITS.widgets }, (_, i) => Object.entries(TABLE).map(([aspect, schema]) => [`${aspect}.${i + 1}`, schema])).flat(),
) as Record<`${Aspect}.${number}`, (typeof TABLE)[Aspect]>;

/** Valibot runs a check after a failed one, too. */
const ifDuration = (holds: (ms: number) => boolean) => (text: string) => !v.is(Duration, text) || holds(durationMs(text));
const Range = v.pipe(
	Duration,
	v.check(
		ifDuration((ms) => ms >= 1000),
		"at least 1s",
	),
	v.check(
		ifDuration((ms) => ms <= durationMs(LONGEST_RANGE)),
		`at most ${LONGEST_RANGE}: nothing is kept for longer than a year`,
	),
);
/** An instant that there may be something of. */
export const End = v.pipe(
	InstantText,
	v.minValue(LIMITS.earliestInstant, "before 2000: write ISO 8601 with a zone (2024-01-15T10:00:00Z) or milliseconds since 1970"),
	v.check((at) => at <= Date.now() + LIMITS.instantAheadMs, "in the future"),
);
/** An interval of ISO 8601 that the task stream can show. */
const isInterval = (text: string): boolean => {
	const [first = "", last = "", ...more] = text.split("/");
	if (more.length > 0) return false;
	return last === "now" ? Number(/^PT(\d+(?:\.\d+)?)S$/.exec(first)?.[1]) > 0 : Date.parse(last) > Date.parse(first);
};

const shortText = v.optional(v.pipe(once, v.maxLength(200)));

/** Parameters that change the page's queries. */
export const PageView = v.object({
	/** Time that charts show, instead of what each of them would. */
	range: v.optional(Range),
	/** Charts end here; absent: they follow new samples. */
	end: v.optional(End),
	/** The page as it stood then; absent: as it is. */
	at: v.optional(End),
	/** Value shown by a comb's cells, a name of a worker's `values`; empty or absent: states. */
	comb: v.optional(v.pipe(once, v.maxLength(1000))),
	/** For a stream's page, the operator whose subtasks its table lists; absent: all operators'. */
	operator: v.optional(v.pipe(once, v.minLength(1), v.maxLength(LIMITS.nameChars))),
	/** For the Tasks page, one task by its id, and which ended ones are listed. Empty fields, as a form sends them, count as absent. */
	task: shortText,
	/** For the page Runs, a run whose tasks are listed, and another beside it. */
	run: shortText,
	with: shortText,
	status: v.optional(v.picklist(["", ...EndStatus.options], `write one of ${EndStatus.options.join(", ")}`)),
	name: shortText,
	worker: shortText,
	text: shortText,
	order: v.optional(v.picklist(["", "newest", "longest"], 'write "newest" or "longest"')),
	/** The number of the last end of the page before. */
	after: v.optional(v.pipe(once, v.regex(/^\d{0,15}$/, "write the number of a completed task"))),
	/** The page's own table. */
	...TABLE,
	...WIDGET_TABLES,
	/** For the Metrics page, words to find metrics by. */
	find: v.optional(v.pipe(v.string("give it once"), v.maxLength(LIMITS.nameChars))),
	/** Queries graphed, a row each: see `explore.ts`. Empty ones are ignored. */
	q: v.optional(v.pipe(repeated, v.array(v.pipe(v.string(), v.maxLength(LIMITS.exprChars))))),
	agg: v.optional(v.pipe(repeated, v.array(v.union([v.literal(""), Aggregation], `write one of ${Aggregation.options.join(", ")}`)))),
	fold: v.optional(v.pipe(repeated, v.array(v.union([v.literal(""), Fold], `write one of ${Fold.options.join(", ")}`)))),
	draw: v.optional(v.pipe(repeated, v.array(v.picklist(["", "line", "area", "bar"], "write line, area or bar")))),
	/** At most this many points a series; empty, as a form sends it: the default. */
	points: v.optional(
		v.pipe(
			once,
			v.regex(/^(?:[0-9]{1,4})?$/, POINTS),
			v.transform((text) => (text === "" ? undefined : Number(text))),
			v.check((points) => points === undefined || (points >= 10 && points <= 1000), POINTS),
		),
	),
});
export type PageView = v.InferOutput<typeof PageView> & { [parameter in `${Aspect}.${number}`]?: string | undefined };

/** A table's part of it, as the cluster is asked. @param widget its number among the page's widgets, from 1; absent: the page's own table */
export function rowsSeen(view: PageView, widget?: number): Pick<RowWindow, "sort" | "descending" | "filter" | "offset"> {
	const read = (aspect: Aspect) => (widget === undefined ? view[aspect] : view[`${aspect}.${widget}` as const]) || undefined;
	const [sort, filter, offset] = [read("sort"), read("filter"), Number(read("offset") ?? 0)];
	return {
		...(sort !== undefined && { sort: sort.replace(/^-/, "") }),
		...(sort?.startsWith("-") && { descending: true }),
		...(filter !== undefined && { filter }),
		...(offset > 0 && { offset }),
	};
}

/** Parameters that change only the drawing, kept as written, because the browser parses them again. */
export const PageLook = v.object({
	/** Time zone of instants; absent: the reader's own. */
	tz: v.optional(v.picklist(["utc", "local"], 'write "utc" or "local"')),
	/** Goes before the reader's own choice, and leaves that as it is. */
	theme: v.optional(Theme),
	/** Interval between redraws; `off`: paused. Absent: redraw on every update. */
	refresh: v.optional(
		v.pipe(v.string("give it once"), v.regex(/^(off|[1-9][0-9]{0,3}[smh])$/, 'write "off" or a duration, such as "30s" or "5m"')),
	),
	/** Nothing but the page, for a screen on a wall. */
	kiosk: v.optional(v.literal("1", 'write "1", or leave it out')),
	/** On such a screen: the time until the next page of `pages` (absent: all). */
	rotate: v.optional(Duration),
	/** On such a screen: darker from the first hour to the second. */
	dim: v.optional(v.pipe(once, v.regex(/^([01]?\d|2[0-3])-([01]?\d|2[0-3])$/, 'write two hours with a dash between, such as "22-7"'))),
	/** The stretch of time that the task stream shows, an interval of ISO 8601: it moves without the page. */
	window: v.optional(
		v.pipe(once, v.maxLength(80), v.check(isInterval, "write PT300S/now, or two instants with a slash between, the earlier one first")),
	),
	/** Bars of the task stream have the colour of their task's name; absent: of its result. */
	bars: v.optional(v.literal("name", 'write "name", or leave it out')),
	/** The only bars that the task stream draws. */
	only: v.optional(v.literal("failed", 'write "failed", or leave it out')),
	/** The columns of the page's own table; of others as `columns.2`, which are read as they stand. Names with commas between, or repeated. */
	columns: v.optional(v.union([v.string(), v.array(v.string())])),
	/** Names with commas between. */
	pages: v.optional(v.pipe(once, v.regex(/^[a-z0-9-]{1,63}(,[a-z0-9-]{1,63}){0,49}$/, "write names of pages with commas between"))),
});
export type PageLook = v.InferOutput<typeof PageLook>;
