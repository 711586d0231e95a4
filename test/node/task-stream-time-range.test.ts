/** The task stream's stretch of time in an address. */
import fc from "fast-check";
import * as v from "valibot";
import { expect, test } from "vitest";
import { InstantText } from "../../colony-bridge/protocol/wire/names.ts";
import { parseTimeRange, timeRangeText } from "../../web/task-stream/time-range.ts";

const NOW = Date.UTC(2026, 0, 1);

test("a written time range is read back", () => {
	fc.assert(
		fc.property(fc.integer({ min: 20, max: 1e10 }), fc.integer({ min: 0, max: 1e10 }), fc.boolean(), (span, ago, live) => {
			const until = live ? NOW : NOW - ago;
			const stretch = { from: until - span, until, live };
			expect(parseTimeRange(`?window=${encodeURIComponent(timeRangeText(stretch))}`, NOW)).toEqual(stretch);
		}),
	);
});

test.each(["0001-01-01T00:00:00Z/9999-12-31T23:59:59Z", "-271821-04-20T00:00:00Z/+275760-09-13T00:00:00Z", "PT99999999999999999999S/now"])(
	"%s is asked for as far as there are instants",
	(window) => {
		const { from, until } = parseTimeRange(`?window=${encodeURIComponent(window)}`, NOW) ?? { from: -1, until: -1 };
		for (const at of [from, until])
			expect(v.safeParse(InstantText, new Date(at).toISOString().replace(/^\+\d{6}/, "9999")).success).toBe(true);
		expect([from, until >= NOW]).toEqual([0, true]);
	},
);

test.each(["", "?window=", "?window=a/b", "?window=2026-01-02T00:00:00Z/2026-01-01T00:00:00Z", "?window=PT0S/now", "?window=P1D/now"])(
	"%j is no stretch",
	(search) => {
		expect(parseTimeRange(search, NOW)).toBeUndefined();
	},
);
