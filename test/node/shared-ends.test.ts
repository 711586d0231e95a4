/** Names of one list that share their ends: cut where space is short, what tells them apart stays. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { partsOf, sharedEnds } from "../../web/format/shared-ends.ts";

const told = (names: string[]) => {
	const ends = sharedEnds(names);
	return names.map((name) => {
		const { head, tail } = partsOf(name, ends);
		return head + tail;
	});
};

test("ids that differ in their middle are told apart by it", () => {
	expect(told(["ams-2/worker-pool-1000.eu-west-1.internal", "ams-2/worker-pool-1001.eu-west-1.internal"])).toEqual(["1000", "1001"]);
	// A number is never parted.
	expect(told(["production-pool/worker-1", "production-pool/worker-12"])).toEqual(["1", "12"]);
	expect(told(["production-a/worker-7", "production-b/worker-7"])).toEqual(["a", "b"]);
	// Short ones are whole.
	expect(told(["worker-1", "worker-12"])).toEqual(["worker-1", "worker-12"]);
	// Nothing tells one name from itself.
	expect(told(["worker-1"])).toEqual(["worker-1"]);
	expect(told(["worker-1", "worker-1"])).toEqual(["worker-1", "worker-1"]);
	expect(told(["a-1", "b-1"])).toEqual(["a-1", "b-1"]);
});

test("parts are the name, different names have different parts, and a name that goes changes nothing", () => {
	const name = fc.tuple(
		fc.constantFrom("eu/pool-", "us/", ""),
		fc.string({ unit: "grapheme", maxLength: 12 }),
		fc.constantFrom("", ".local", "-x.y"),
	);
	fc.assert(
		fc.property(
			fc.uniqueArray(
				name.map((parts) => parts.join("")),
				{ minLength: 1, maxLength: 12 },
			),
			(names) => {
				const ends = sharedEnds(names);
				const parts = names.map((each) => partsOf(each, ends));
				expect(parts.map(({ start, head, tail, end }) => start + head + tail + end)).toEqual(names);
				if (names.every((each) => each !== "")) expect(new Set(parts.map(({ head, tail }) => head + tail)).size).toBe(names.length);
				expect(sharedEnds(names.slice(1), ends)).toBe(ends);
			},
		),
	);
});
