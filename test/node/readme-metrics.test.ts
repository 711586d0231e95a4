/** README.md's table of metrics, against the queries of the built-in pages. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { expect, test } from "vitest";
import { ownQueries } from "../../colony-bridge/protocol/pages/page-queries.ts";
import { PageView } from "../../colony-bridge/protocol/pages/page-view.ts";
import { ROOT } from "./house-imports.ts";

const [, table = ""] =
	/The built-in pages draw these metrics[\s\S]*?\n\n([\s\S]*?)\n\n/.exec(readFileSync(join(ROOT, "README.md"), "utf8")) ?? [];
const rows = table
	.split("\n")
	.slice(2)
	.map((row) => row.split("|")[1] ?? "");

/** `_p95` after `latency_p50` stands for `latency_p95`. */
const listed = rows.flatMap((cell) => {
	const names = [...cell.matchAll(/`([a-z0-9_]+)`/g)].map(([, name = ""]) => name);
	return names.map((name) => (name.startsWith("_") ? (names[0] ?? "").replace(/_[^_]+$/, name) : name));
});

const drawn = ["overview", "workers", "tasks", "streaming", "workers/w", "streaming/s"].flatMap((page) =>
	Object.values(ownQueries(page, v.parse(PageView, {}), []) ?? {}).flatMap((query) =>
		query.kind === "metrics" ? (query.selectors ?? []).map((selector) => selector.replace(/\{.*/, "")) : [],
	),
);

test("the built-in pages draw the metrics that README lists, and no others", () => {
	expect(drawn.length).toBeGreaterThan(20);
	expect([...new Set(listed)].sort()).toEqual([...new Set(drawn)].sort());
});
