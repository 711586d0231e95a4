import type { Sql } from "./sql.ts";

const OTHERS = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*' AND name NOT GLOB '_cf_*'";

/** Drops all tables but these, together or not at all. */
export function dropTables(sql: Sql, keep: readonly string[]): void {
	sql.transaction(() => {
		for (const { name } of sql.all<{ name: string }>(OTHERS)) if (!keep.includes(name)) sql.run(`DROP TABLE "${name}"`);
	});
}
