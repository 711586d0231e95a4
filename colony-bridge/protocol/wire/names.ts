import * as v from "valibot";
import { LIMITS } from "./limits.ts";
import { recordOf } from "./record.ts";

const EXAMPLE = "write ISO 8601 with a zone (2024-01-15T10:00:00Z) or milliseconds since 1970";

/** An instant as people and addresses write it, ISO 8601 with a zone or ms since 1970; becomes ms. */
export const InstantText = v.pipe(
	v.string(EXAMPLE),
	v.transform((text) => {
		if (/^[0-9]{1,16}$/.test(text)) return Number(text);
		// A "+" that was not percent-encoded arrives as a space.
		return /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+ -]\d\d:\d\d)$/.test(text) ? Date.parse(text.replace(" ", "+")) : Number.NaN;
	}),
	v.number(EXAMPLE),
	v.minValue(0, EXAMPLE),
	v.maxValue(8_640_000_000_000_000, EXAMPLE),
);

/** A cluster's name, as in a URL. */
export const ClusterName = v.pipe(
	v.string(),
	v.regex(
		/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
		"a cluster name has 1 to 63 letters, digits, dots, dashes or underscores and starts with a letter or digit",
	),
);

/** Under these names stand the dashboard's own pages and widgets, and senders that are no bridges, `DOOR` or `DOOR/TOKEN`: no bridge can have them. */
const OWN_NAME = "layout";
export const SENDER_DOORS = ["remote-write", "otlp"] as const;

export const isSender = (name: string): boolean => SENDER_DOORS.some((door) => name === door || name.startsWith(`${door}/`));
export const isReserved = (name: string): boolean => name === OWN_NAME || isSender(name);

/** Free text that names a thing in the colony: shown, never interpreted. */
export const Name = v.pipe(v.string(), v.minLength(1), v.maxLength(LIMITS.nameChars));

export const Text = v.pipe(v.string(), v.maxLength(LIMITS.textChars));

/** A page of the web: an absolute URL of http or https. */
export const WebAddress = v.pipe(
	v.string(),
	v.maxLength(LIMITS.nameChars * 10),
	v.regex(/^https?:\/\//i, "an absolute URL of http or https"),
	v.check((text) => URL.canParse(text), "an absolute URL of http or https"),
);

/** A metric name as Prometheus has it. */
export const MetricName = v.pipe(
	v.string(),
	v.maxLength(LIMITS.nameChars),
	v.regex(/^[A-Za-z_:][A-Za-z0-9_:]*$/, "a metric name has letters, digits, _ and : and does not start with a digit"),
);

/** Label names and values, e.g. `{"worker": "worker-1"}`. */
export const Labels = v.pipe(
	recordOf(
		v.pipe(v.string(), v.maxLength(LIMITS.nameChars), v.regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "a label name has letters, digits and _")),
		v.pipe(v.string(), v.maxLength(LIMITS.labelChars)),
	),
	v.check((labels) => Object.keys(labels).length <= LIMITS.labels, `at most ${LIMITS.labels} labels`),
);
export type Labels = v.InferOutput<typeof Labels>;

/** Milliseconds since 1970, UTC. */
export const Instant = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(8_640_000_000_000_000));

/** An instant as programs write it, ms since 1970 (fractions too), a `Date` or ISO 8601 with a zone; becomes whole ms. */
export const WrittenInstant = v.pipe(
	v.union(
		[v.number(), v.date(), InstantText],
		({ received }) =>
			`${received.slice(0, 100)} is no instant; write ms since 1970, a Date, or ISO 8601 with a zone (2024-01-15T10:00:00Z)`,
	),
	v.transform((at) => Math.round(Number(at))),
	Instant,
);

/** A stretch of time in whole milliseconds, either way. */
export const Milliseconds = v.pipe(v.number(), v.integer(), v.minValue(-8_640_000_000_000_000), v.maxValue(8_640_000_000_000_000));

/** A whole number, zero or more. */
export const Count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));

/** A share, 0 to 1. */
export const Share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

/** A stored double: no NaN, no infinity. */
export const Value = v.pipe(v.number(), v.finite());
