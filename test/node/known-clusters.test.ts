import { expect, test } from "vitest";
import { KnownClusters, NEW_AN_HOUR } from "../../durable/access/access.ts";
import { AccessTables } from "../../durable/access/schema.ts";
import { openNodeSql } from "../../worker/node/clusters/sql.ts";

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 0, 1);
const fresh = () => new KnownClusters(new AccessTables(openNodeSql(":memory:")));

test("a cluster past the bound is refused by name until another is deleted; existing ones keep working", () => {
	const known = fresh();
	for (const name of ["a", "b"]) expect(known.add(name, NOW, 2)).toBeUndefined();
	expect(known.add("c", NOW, 2)).toMatchObject({ kind: "limit", detail: expect.stringMatching(/has 2 clusters.*raise maxClusters/) });
	expect(known.has("c")).toBe(false);
	expect(known.add("a", NOW, 2)).toBeUndefined();
	known.remove("a");
	expect(known.add("c", NOW, 2)).toBeUndefined();
	expect(known.add("kept in any case", NOW, Number.POSITIVE_INFINITY)).toBeUndefined();
});

test("so many may be new within an hour", () => {
	const known = fresh();
	for (let n = 0; n < NEW_AN_HOUR; n++) expect(known.add(`early-${n}`, NOW)).toBeUndefined();
	expect(known.add("late", NOW + HOUR - 1)).toMatchObject({ kind: "too-many", retryAfter: 3600 });
	expect(known.add("late", NOW + HOUR + 1)).toBeUndefined();
});
