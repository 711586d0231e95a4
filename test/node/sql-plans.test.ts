/** Every statement of the project, found in its sources and explained by SQLite: none reads a table whole, but for those that are named here. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SPOOL_TABLES } from "../../colony-bridge/bridge/outbox/spool.ts";
import { FRAMES_TABLE } from "../../colony-bridge/bridge/outbox/stored-frames.ts";
import { ACCESS } from "../../durable/access/schema.ts";
import { AUDIT } from "../../durable/audit/audit.ts";
import { HISTORY } from "../../durable/history/tiers/schema.ts";
import { LOG } from "../../durable/log/log.ts";
import { createPart } from "../../durable/storage/schema.ts";
import { TASKS } from "../../durable/tasks/block-rows.ts";
import { openNodeSql } from "../../worker/node/clusters/sql.ts";
import { GATEWAY } from "../../worker/node/gateway/runs.ts";
import { projectFiles, ROOT } from "./house-imports.ts";

/** Read whole, once at opening or where somebody asks for all of it; each has a bound. */
const WHOLE = [
	// Opening.
	"SELECT part, definitions FROM history_series ORDER BY part",
	"SELECT slot, first, last, ends, full, bytes, began, ended FROM task_block",
	"SELECT slot, first, last, ends, full, bytes, began, ended FROM task_failure_block",
	"SELECT instance FROM gateway",
	"SELECT * FROM runs ORDER BY epoch",
	"SELECT run, count(*) AS frames, sum(bytes) AS bytes, max(protocol) AS protocol FROM frames GROUP BY run",
	"SELECT seq, id, skew FROM numbers ORDER BY seq",
	"SELECT name, value FROM about",
	// A bridge's spool begins a new epoch.
	"DELETE FROM numbers",
	// From the newest row or the oldest by its key, no further than the limit or the first that will do.
	"SELECT id, at FROM audit ORDER BY id DESC LIMIT 1",
	"SELECT at, result, count FROM audit ORDER BY id DESC LIMIT ?",
	"SELECT id FROM audit WHERE at >= ? ORDER BY id LIMIT 1",
	// Tokens and clusters have a bound, and are counted where one is added.
	"SELECT COUNT(*) AS n FROM access_token",
	"SELECT * FROM access_token ORDER BY created_at DESC, id",
	"SELECT COUNT(*) AS n, SUM(since > ?) AS fresh FROM access_cluster",
	// Guesses have a bound: counted at opening, and made fewer where it is passed.
	"SELECT COUNT(*) AS n FROM access_guess",
	"DELETE FROM access_guess WHERE subject IN (SELECT subject FROM access_guess ORDER BY at, count LIMIT ?)",
	// A week of sign-outs and of grants with sockets, at a sign-out or a grant's first socket.
	"DELETE FROM access_ended WHERE until < ?",
	"DELETE FROM access_seat WHERE until < ?",
	// Where a cluster is deleted: a row a step.
	"SELECT DISTINCT part FROM schema_step",
];

const STATEMENT = /(["`])((?:SELECT|INSERT|UPDATE|DELETE)\s(?:(?!\1)[\s\S])*)\1/g;
const TABLE = /\$\{table\}/;
const OF_BLOCKS = HISTORY.tables.filter((table) => /span|minute|late/.test(table));

/** Statements of a source; one that is made for several tables is made for each. */
function statementsOf(path: string): string[] {
	const found = Array.from(readFileSync(join(ROOT, path), "utf8").matchAll(STATEMENT), ([, , text = ""]) => text.replace(/\s+/g, " "));
	const tables = path.startsWith("durable/tasks/") ? TASKS.tables : OF_BLOCKS;
	return found.flatMap((text) => (TABLE.test(text) ? tables.map((table) => text.replace(TABLE, table)) : [text]));
}

test("no statement reads a table whole", () => {
	const sql = openNodeSql(":memory:");
	sql.transaction(() => {
		for (const part of [LOG, HISTORY, TASKS, AUDIT, ACCESS, GATEWAY]) createPart(sql, part);
		for (const table of SPOOL_TABLES) if (table !== FRAMES_TABLE) sql.run(table);
	});
	const sources = projectFiles().filter((path) => /^(colony-bridge|durable|worker)\/.*\.ts$/.test(path));
	const statements = sources
		.flatMap(statementsOf)
		.filter((text) => !/sqlite_schema|pragma_|total_changes/.test(text) && text.includes(" "));
	expect(statements.length).toBeGreaterThan(70);
	const scans = statements.flatMap((text) => {
		const parameters = Array.from(text.matchAll(/\?/g), () => 0);
		const plan = sql.all(`EXPLAIN QUERY PLAN ${text}`, ...parameters).map(({ detail }) => String(detail));
		return plan.some((line) => /SCAN (?!CONSTANT ROW)/.test(line)) ? [text] : [];
	});
	expect(scans.filter((text) => !WHOLE.includes(text))).toEqual([]);
});
