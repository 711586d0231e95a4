import * as v from "valibot";

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
