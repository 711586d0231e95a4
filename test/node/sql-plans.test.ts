/** Every statement of the project, found in its sources and explained by SQLite: none reads a table whole, but for those that are named here. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { SPOOL_TABLES } from "../../colony-bridge/bridge/outbox/spool-file.ts";
import { FRAMES_TABLE } from "../../colony-bridge/bridge/outbox/stored-frames.ts";
import { ACCESS } from "../../durable/access/schema.ts";
import { AUDIT } from "../../durable/audit/audit.ts";
import { HISTORY } from "../../durable/history/tiers/schema.ts";
import { LOG } from "../../durable/log/log.ts";
import { createPart } from "../../durable/storage/sql.ts";
import { TASKS } from "../../durable/tasks/block.ts";
import { openNodeSql } from "../../worker/node/clusters/sql.ts";
import { GATEWAY } from "../../worker/node/gateway/runs.ts";
import { projectFiles, ROOT } from "./house-imports.ts";

/** Read whole, once at opening or where somebody asks for all of it; each has a bound. */
const WHOLE = [
	// Opening.
	"SELECT part, definitions FROM history_series ORDER BY part",
	"SELECT slot, first, last, count, full, bytes, began, ended FROM task_block",
	"SELECT slot, first, last, count, full, bytes, began, ended FROM task_failure_block",
	"SELECT instance FROM gateway",
	"SELECT * FROM runs ORDER BY epoch",
	"SELECT run, count(*) AS frames, sum(bytes) AS bytes, max(protocol) AS protocol FROM frames GROUP BY run",
	"SELECT seq, id, skew FROM numbers ORDER BY seq",
	"SELECT name, value FROM about",
	// Moments of the past have a bound: read with the first keyframe that is written, or where somebody asks for the past.
	"SELECT position, at, bytes, packed, last FROM moment ORDER BY position",
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
	// The list of all clusters, and once for each life of the object what they told.
	"SELECT name FROM access_cluster ORDER BY name",
	"SELECT name, body FROM access_summary",
	// Guesses have a bound: counted at opening, and made fewer where it is passed.
	"SELECT COUNT(*) AS n FROM access_guess",
	"DELETE FROM access_guess WHERE subject IN (SELECT subject FROM access_guess ORDER BY at, count LIMIT ?)",
	// A week of sign-outs and of credentials with sockets, at a sign-out or a credential's first socket.
	"DELETE FROM access_ended WHERE until < ?",
	"DELETE FROM access_socket WHERE until < ?",
	// Where a cluster is deleted: a row a step.
	"SELECT DISTINCT part FROM schema_step",
];

/** A method and a path are none. */
const STATEMENT = /(["`])((?:SELECT|INSERT|REPLACE|UPDATE|DELETE|WITH)\s(?!\/)(?:(?!\1)[\s\S])*)\1/g;
const oneLine = (text: string) => text.replace(/\s+/g, " ");
const sources = projectFiles().filter((path) => /^(durable|worker|colony-bridge)\/.*\.ts$/.test(path));
const textOf = (path: string) => readFileSync(join(ROOT, path), "utf8");
const literals = (path: string) => Array.from(textOf(path).matchAll(STATEMENT), ([, , text = ""]) => oneLine(text));

/** Texts of exported constants named `..._SQL`, by the file that exports them. */
async function exportedTexts(): Promise<Map<string, string[]>> {
	const found = new Map<string, string[]>();
	for (const path of sources) {
		if (!/^export const \w*SQL\b/m.test(textOf(path))) continue;
		const module = (await import(pathToFileURL(join(ROOT, path)).href)) as Record<string, unknown>;
		found.set(
			path,
			Object.entries(module)
				.filter(([name]) => name.endsWith("SQL"))
				.flatMap(([, value]) => textsOf(value)),
		);
	}
	return found;
}

function textsOf(value: unknown): string[] {
	if (typeof value === "string") return [oneLine(value)];
	return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

const PLACE = /\$\{\w+\}/;
/** A text that is made for several tables is made for each. */
const isOneOf = (literal: string, texts: readonly string[]): boolean => {
	const [before = "", after] = literal.split(PLACE);
	return texts.some((text) => (after === undefined ? text === before : text.startsWith(before) && text.endsWith(after)));
};

test("every statement is a text of an exported constant", async () => {
	const exported = await exportedTexts();
	expect(exported.size).toBeGreaterThan(8);
	const elsewhere = sources.flatMap((path) =>
		literals(path)
			.filter((literal) => /\b(FROM|INTO|SET)\b/.test(literal) && !/pragma_/.test(literal) && !isOneOf(literal, exported.get(path) ?? []))
			.map((literal) => `${path}: ${literal}`),
	);
	// The outbox of bridges and the gateway's store keep their texts where they run, in a file each; the test below explains them, too.
	expect(elsewhere.filter((found) => !/^(colony-bridge\/bridge\/outbox|worker\/node\/gateway)\//.test(found))).toEqual([]);
});

test("no statement reads a table whole", async () => {
	const sql = openNodeSql(":memory:");
	sql.transaction(() => {
		for (const part of [LOG, HISTORY, TASKS, AUDIT, ACCESS, GATEWAY]) createPart(sql, part);
		for (const table of SPOOL_TABLES) if (table !== FRAMES_TABLE) sql.run(table);
	});
	const exported = [...(await exportedTexts()).values()].flat();
	const others = sources.flatMap(literals).filter((text) => !PLACE.test(text) && !/sqlite_schema|pragma_|total_changes/.test(text));
	const statements = [...new Set([...exported, ...others])].filter(
		(text) => /^(SELECT|INSERT|UPDATE|DELETE)\b/.test(text) && text.includes(" "),
	);
	expect(statements.length).toBeGreaterThan(100);
	const scans = statements.flatMap((text) => {
		const parameters = Array.from(text.matchAll(/\?/g), () => 0);
		const plan = sql.all(`EXPLAIN QUERY PLAN ${text}`, ...parameters).map(({ detail }) => String(detail));
		return plan.some((line) => /SCAN (?!CONSTANT ROW)/.test(line)) ? [text] : [];
	});
	expect(scans.filter((text) => !WHOLE.includes(text) && !/sqlite_schema/.test(text))).toEqual([]);
});
