/** README.md's tables: metrics against the queries of the built-in pages, REST against the routes; and the files that each README names. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { expect, test } from "vitest";
import { ownQueries } from "../../colony-bridge/protocol/pages/page-queries.ts";
import { PageView } from "../../colony-bridge/protocol/pages/page-view.ts";
import { ROUTES } from "../../worker/routes.ts";
import { projectFiles, ROOT } from "./house-imports.ts";

const text = readFileSync(join(ROOT, "README.md"), "utf8");
const [, table = ""] = /The built-in pages draw these metrics[\s\S]*?\n\n([\s\S]*?)\n\n/.exec(text) ?? [];
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
	Object.values(ownQueries(page, v.parse(PageView, {}), {}) ?? {}).flatMap((query) =>
		query.kind === "metrics" ? (query.selectors ?? []).map((selector) => selector.replace(/\{.*/, "")) : [],
	),
);

test("the built-in pages draw the metrics that README lists, and no others", () => {
	expect(drawn.length).toBeGreaterThan(20);
	expect([...new Set(listed)].sort()).toEqual([...new Set(drawn)].sort());
});

test("README lists every route of REST, and no others", () => {
	const [, rest = ""] = /\n## REST\n([\s\S]*?)\n## /.exec(text.replace(/\n# /g, "\n## ")) ?? [];
	const cells = rest.split("\n").map((row) => row.split(" | ")[0] ?? "");
	/** A code span with a method sets it for the ones after it: `GET /api/tokens` (`POST`, `DELETE /api/tokens/{id}`). */
	const listed = cells.flatMap((cell) => {
		let [methods, path] = [["GET"], ""];
		return [...cell.matchAll(/`([^`]+)`/g)].flatMap(([, span = ""]) => {
			const words = span.match(/^(?:((?:GET|POST|PUT|DELETE)\b) ?)?(\/api[^?\s]*)?/) ?? [];
			if (words[1]) methods = [words[1]];
			if (words[2]) path = words[2].replace(/\{[^}]+\}/g, ":id");
			return path ? methods.map((method) => `${method} ${path}`) : [];
		});
	});
	const routes = ROUTES.filter(([, path]) => path.startsWith("/api/")).map(
		([method, path]) => `${method} ${path.replace(/:id\+?/, ":id")}`,
	);
	expect(routes.length).toBeGreaterThan(25);
	expect([...new Set(listed)].sort()).toEqual([...new Set(routes)].sort());
});

test("every file that a README names is there", () => {
	const files = projectFiles().map((path) => `/${path}`);
	const readmes = files.filter((path) => /\/(README|SECURITY)\.md$/.test(path));
	expect(readmes.length).toBeGreaterThan(6);
	const lost = readmes.flatMap((readme) => {
		const named = readFileSync(join(ROOT, readme), "utf8").matchAll(/`([\w./-]+\.(?:tsx?|css|py))`/g);
		// `x` is what a how-to adds; `dist/` and the Python module of one file are built.
		const paths = Array.from(named, ([, path = ""]) => path).filter(
			(path) => !/(^|\/)x\b|-x\.|(^|\/)dist\/|^hiveframe_bridge\.py$/.test(path),
		);
		return paths.filter((path) => !files.some((file) => file.endsWith(`/${path}`))).map((path) => `${readme}: ${path}`);
	});
	expect(lost).toEqual([]);
});
