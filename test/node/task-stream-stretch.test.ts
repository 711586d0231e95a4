/** The task stream's stretch of time in an address. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { stretchOf, stretchText } from "../../web/task-stream/stretch.ts";

const NOW = Date.UTC(2026, 0, 1);

test("what is written is read again", () => {
	fc.assert(
		fc.property(fc.integer({ min: 20, max: 1e10 }), fc.integer({ min: 0, max: 1e10 }), fc.boolean(), (span, ago, live) => {
			const until = live ? NOW : NOW - ago;
			const stretch = { from: until - span, until, live };
			expect(stretchOf(`?window=${encodeURIComponent(stretchText(stretch))}`, NOW)).toEqual(stretch);
		}),
	);
});

test.each(["", "?window=", "?window=a/b", "?window=2026-01-02T00:00:00Z/2026-01-01T00:00:00Z", "?window=PT0S/now", "?window=P1D/now"])(
	"%j is no stretch",
	(search) => {
		expect(stretchOf(search, NOW)).toBeUndefined();
	},
);
