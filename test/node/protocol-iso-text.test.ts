import fc from "fast-check";
import { expect, test } from "vitest";
import { isoText } from "../../colony-bridge/protocol/http/export-text.ts";

const FARTHEST = 8_640_000_000_000_000;

test("an instant is written as Date writes it, whatever was written before", () => {
	const near = fc.tuple(fc.integer({ min: -FARTHEST, max: FARTHEST - 100_000 }), fc.array(fc.nat(100_000), { maxLength: 5 }));
	fc.assert(
		fc.property(fc.array(near), (groups) => {
			for (const [base, steps] of groups) {
				for (const at of [base, ...steps.map((step) => base + step)]) expect(isoText(at)).toBe(new Date(at).toISOString());
			}
		}),
	);
	for (const at of [0, -0, -1, 999.9, FARTHEST, -FARTHEST]) expect(isoText(at)).toBe(new Date(at).toISOString());
});

test.each([Number.NaN, FARTHEST + 60_000, Number.POSITIVE_INFINITY])("%s is no instant", (at) => {
	expect(() => isoText(at)).toThrow(RangeError);
});
