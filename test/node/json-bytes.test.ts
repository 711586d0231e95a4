/** JSON as bytes says what `JSON.stringify` says. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { JsonBytes, piece } from "../../colony-bridge/protocol/http/json-bytes.ts";
import { isoInstant } from "../../worker/http/responses.ts";

const COMMA = piece(",");

/** Written one after the other, as of one series: the writer remembers the digits and the day of the one before. */
function written<T>(items: readonly T[], write: (out: JsonBytes, item: T) => void): string {
	const out = new JsonBytes().piece(piece("["));
	for (const [i, item] of items.entries()) {
		if (i > 0) out.piece(COMMA);
		write(out, item);
	}
	return new TextDecoder().decode(out.piece(piece("]")).take());
}

const decimals = fc
	.tuple(fc.integer({ min: -(10 ** 9), max: 10 ** 9 }), fc.nat({ max: 14 }))
	.map(([whole, digits]) => whole / 10 ** digits);

test("numbers", () => {
	const borders = [0, 1e-6, 9.99e-7, 1e15, 1e15 - 1, 1e15 - 0.5, 1e21, 2 ** 31, 2 ** 31 + 0.5, 2 ** 53, 1e9, 1e9 - 1, 0.1 + 0.2, 100, 5.5];
	const number = fc.oneof(fc.double(), fc.integer(), fc.maxSafeInteger(), decimals, fc.constantFrom(...borders, ...borders.map((n) => -n)));
	fc.assert(
		fc.property(fc.array(number, { maxLength: 50 }), (numbers) => {
			expect(written(numbers, (out, item) => out.number(item))).toBe(JSON.stringify(numbers));
		}),
		{ numRuns: 500 },
	);
});

test("instants", () => {
	const FARTHEST = 8.64e15;
	const instant = fc.oneof(
		fc.integer({ min: 0, max: 4e12 }),
		fc.integer({ min: 0, max: 4e9 }).map((second) => second * 1000),
		fc.integer({ min: -FARTHEST, max: FARTHEST }),
		fc.constantFrom(-1, 0, 999.9, Date.UTC(2024, 1, 29, 23, 59, 59, 999), FARTHEST, -FARTHEST),
	);
	fc.assert(
		fc.property(fc.array(instant, { maxLength: 20 }), (instants) => {
			expect(written(instants, (out, at) => out.instant(at))).toBe(JSON.stringify(instants.map(isoInstant)));
		}),
		{ numRuns: 300 },
	);
});

test("instants as seconds", () => {
	expect(written([0, 1, 1_705_312_800_250, 1_705_312_800_000], (out, at) => out.seconds(at))).toBe("[0,0.001,1705312800.25,1705312800]");
});

test("texts of any characters, and more than there is room for at first", () => {
	const texts = ['"\\\n\u0000', "Δ temperature 🐝", "é".repeat(30_000), "\ud800", "__proto__"];
	expect(written(texts, (out, text) => out.value(text))).toBe(JSON.stringify(texts));
});
