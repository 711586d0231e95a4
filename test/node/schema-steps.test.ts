import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { ACCESS } from "../../durable/access/schema.ts";
import { AUDIT } from "../../durable/audit/audit.ts";
import { HISTORY } from "../../durable/history/tiers/schema.ts";
import { LOG } from "../../durable/log/log.ts";
import { createPart, dropParts, openPart, type Part, SCHEMA_SQL } from "../../durable/storage/sql.ts";
import { TASKS } from "../../durable/tasks/block.ts";
import { openNodeSql } from "../../worker/node/clusters/sql.ts";
import { GATEWAY } from "../../worker/node/gateway/runs.ts";

const FIRST: Part = {
	name: "readings",
	tables: ["reading"],
	steps: [{ id: "readings", run: ["CREATE TABLE reading (id INTEGER PRIMARY KEY, val REAL NOT NULL)"] }],
};
/** A second release calls `val` by another name, and leaves the old one to its predecessor. */
const SECOND: Part = {
	...FIRST,
	steps: [
		...FIRST.steps,
		{
			id: "value",
			run: [
				"ALTER TABLE reading ADD COLUMN value REAL",
				"UPDATE reading SET value = val",
				`CREATE TRIGGER reading_value AFTER INSERT ON reading WHEN NEW.value IS NULL
					BEGIN UPDATE reading SET value = NEW.val WHERE id = NEW.id; END`,
			],
			oldest: 1,
		},
	],
};
/** A later one, whose predecessor no longer writes `val`, drops it: the first cannot work with that, the predecessor can. */
const LATER: Part = {
	...SECOND,
	steps: [...SECOND.steps, { id: "val gone", run: ["DROP TRIGGER reading_value", "ALTER TABLE reading DROP COLUMN val"], oldest: 2 }],
};

describe("a second release, rehearsed", () => {
	const stored = () => {
		const sql = openNodeSql(":memory:");
		sql.transaction(() => createPart(sql, FIRST));
		sql.run("INSERT INTO reading (id, val) VALUES (1, 1.5)");
		return sql;
	};
	const values = (sql: ReturnType<typeof stored>, column: string) =>
		sql.all(`SELECT ${column} AS it FROM reading ORDER BY id`).map(({ it }) => it);

	test("reads a renamed column at once: the step runs before anything is read", () => {
		const sql = stored();
		expect(openPart(sql, SECOND)).toBe(true);
		expect(values(sql, "value")).toEqual([1.5]);
	});

	test("C5: is rolled back and installed again, and every row written by either is read by both", () => {
		const sql = stored();
		openPart(sql, SECOND);
		sql.run("INSERT INTO reading (id, val, value) VALUES (2, 2.5, 2.5)");
		expect(openPart(sql, FIRST)).toBe(true);
		expect(values(sql, "val")).toEqual([1.5, 2.5]);
		sql.run("INSERT INTO reading (id, val) VALUES (3, 3.5)");
		expect(openPart(sql, SECOND)).toBe(true);
		expect(values(sql, "value")).toEqual([1.5, 2.5, 3.5]);
	});

	test("two releases back is refused in words, and nothing is changed", () => {
		const sql = stored();
		openPart(sql, LATER);
		expect(() => openPart(sql, FIRST)).toThrow("its readings was written by a newer version (schema 3, this one knows 1)");
		expect(openPart(sql, SECOND)).toBe(true);
		expect(values(sql, "value")).toEqual([1.5]);
	});

	test("a step that fails leaves the tables as they were", () => {
		const sql = stored();
		const broken: Part = {
			...FIRST,
			steps: [...FIRST.steps, { id: "broken", run: ["ALTER TABLE reading ADD COLUMN more REAL", "NO SQL"] }],
		};
		expect(() => openPart(sql, broken)).toThrow(/syntax error/);
		expect(sql.all("SELECT * FROM reading")).toEqual([{ id: 1, val: 1.5 }]);
		expect(openPart(sql, SECOND)).toBe(true);
	});

	test("another line of releases is not accepted", () => {
		const sql = stored();
		const other: Part = { ...FIRST, steps: [{ id: "fork", run: FIRST.steps[0]?.run ?? [] }] };
		expect(() => openPart(sql, other)).toThrow('step 1 is "readings", not "fork"');
	});
});

test("reading creates nothing; parts are created and dropped on their own", () => {
	const sql = openNodeSql(":memory:");
	const other: Part = { name: "other", tables: ["other"], steps: [{ id: "other", run: ["CREATE TABLE other (id INTEGER PRIMARY KEY)"] }] };
	expect(openPart(sql, FIRST)).toBe(false);
	expect(sql.all(SCHEMA_SQL.tables)).toEqual([]);
	sql.transaction(() => {
		createPart(sql, FIRST);
		createPart(sql, other);
	});
	dropParts(sql, [other]);
	expect([openPart(sql, FIRST), openPart(sql, other)]).toEqual([false, true]);
});

test("a released step is not edited: a change of tables is a step of its own", () => {
	const hash = (data: unknown) =>
		createHash("sha256")
			.update(JSON.stringify(data).replace(/\\[nt]|\s+/g, " "))
			.digest("hex")
			.slice(0, 12);
	const steps = [LOG, HISTORY, TASKS, AUDIT, ACCESS, GATEWAY].flatMap((part) =>
		part.steps.map((step) => `${part.name}: ${step.id} ${hash(step)}`),
	);
	expect(steps).toEqual([
		"log: log and keyframes 980fe9f52aea",
		"history: series and blocks b461d54e3517",
		"tasks: blocks a3483cbc835f",
		"audit: entries and results cb60acf1bb46",
		"access: keys, guesses, sessions, tokens, clusters de4666342304",
		"gateway: runs and frames 7f9515f280f0",
	]);
});

test.each([LOG, HISTORY, TASKS, AUDIT, ACCESS, GATEWAY])("$name names all its tables", (part) => {
	const sql = openNodeSql(":memory:");
	sql.transaction(() => createPart(sql, part));
	const made = sql.all<{ name: string }>(SCHEMA_SQL.tables).map(({ name }) => name);
	expect(made.sort()).toEqual(["schema_step", ...part.tables].sort());
});
