import { describe, expect, test } from "vitest";
import { checksum } from "../../colony-bridge/protocol/values/hash.ts";
import { defined, keepNewest, setNewest } from "../../colony-bridge/protocol/values/objects.ts";
import { beginning, shorten } from "../../colony-bridge/protocol/values/text.ts";

describe("entries of bounded number", () => {
	test("what was set longest ago goes first, and an entry set again is the newest", () => {
		const entries = new Map<string, number>();
		for (const [i, key] of ["a", "b", "c", "a", "d"].entries()) setNewest(entries, key, i, 3);
		expect([...entries]).toEqual([
			["c", 2],
			["a", 3],
			["d", 4],
		]);
		const keys = new Set([1, 2, 3, 4]);
		keepNewest(keys, 2);
		expect([...keys]).toEqual([3, 4]);
	});
});

describe("a text that is cut", () => {
	const text = "ab🐝cd";

	test("never ends in half a surrogate pair", () => {
		for (let most = 0; most <= text.length + 1; most++) {
			const cut = beginning(text, most);
			expect(text.startsWith(cut) && cut.isWellFormed()).toBe(true);
			expect(most - cut.length).toBeOneOf(most > text.length ? [1] : most === 3 ? [1] : [0]);
		}
	});

	test("is no longer than its bound with the ellipsis", () => {
		expect([6, 5, 4, 3].map((most) => shorten(text, most))).toEqual([text, "ab🐝…", "ab…", "ab…"]);
		expect(shorten(text, 4, 4)).toBe("ab🐝…");
	});
});

test("only what is undefined is left out of an object, and the order stays", () => {
	const fields: { a?: number | undefined; b: string | null; c?: boolean | undefined; d: number } = {
		a: undefined,
		b: null,
		c: false,
		d: 0,
	};
	const kept: { a?: number; b: string | null; c?: boolean; d: number } = defined(fields);
	expect(Object.entries(kept)).toEqual([
		["b", null],
		["c", false],
		["d", 0],
	]);
});

test("bytes have a checksum of their own, wherever they lie in their buffer", () => {
	const bytes = Uint8Array.from({ length: 4099 }, (_, i) => (i * i) % 251);
	const seen = new Set([checksum(bytes)]);
	const differ = (other: Uint8Array): void => {
		expect(checksum(other)).toMatch(/^[0-9a-f]{16}$/);
		expect(seen.size).toBe(seen.add(checksum(other)).size - 1);
	};
	for (let place = 0; place < bytes.length; place++) differ(bytes.with(place, (bytes[place] as number) ^ 0x80));
	for (const length of [0, 1, 2, 3, 4, 5, 8, 4096, 4098]) differ(bytes.slice(0, length));
	for (let place = 0; place + 8 <= 400; place += 8) {
		const swapped = bytes.slice();
		swapped.copyWithin(place, place + 4, place + 8);
		swapped.set(bytes.subarray(place, place + 4), place + 4);
		differ(swapped);
	}
	const moved = new Uint8Array(bytes.length + 3);
	moved.set(bytes, 3);
	expect(checksum(moved.subarray(3))).toBe(checksum(bytes));
});
