/** SECURITY.md says which test shows what: each is there, by the name it is called. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "./house-imports.ts";

const rows = [...readFileSync(join(ROOT, "SECURITY.md"), "utf8").matchAll(/^\| ([^|]+) \|[^|]*\| `(test\/[^`]+)`: (.+) \|$/gm)].map(
	([, points, path, name]) => ({ points, path, name }),
);

test("there is a table", () => expect(rows.length).toBeGreaterThan(25));

test.each(rows)("$points: $path has “$name”", ({ path = "", name = "" }) => {
	expect(readFileSync(join(ROOT, path), "utf8")).toContain(JSON.stringify(name).slice(1, -1));
});
