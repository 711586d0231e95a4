import { describe, expect, test } from "vitest";
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
