/** Where no directory is given, data is in a file without a name. */
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openNodeSql, TEMPORARY, tryTemporary } from "../../worker/node/clusters/sql.ts";

const before = process.env.SQLITE_TMPDIR;
let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "hiveframe-temporary-"));
	process.env.SQLITE_TMPDIR = folder;
});
afterEach(() => {
	if (before === undefined) delete process.env.SQLITE_TMPDIR;
	else process.env.SQLITE_TMPDIR = before;
	rmSync(folder, { recursive: true, force: true });
});

/** Files in the folder that this process has open, with a name or without. */
function open(): number {
	const links = readdirSync("/proc/self/fd").flatMap((descriptor) => {
		try {
			return readlinkSync(`/proc/self/fd/${descriptor}`);
		} catch {
			return [];
		}
	});
	return links.filter((path) => path.startsWith(folder)).length;
}

test.runIf(process.platform === "linux")("a temporary database is on the disk, under no name, and gone when it is closed or erased", () => {
	const fill = () => {
		sql.run("CREATE TABLE filler (bytes BLOB)");
		for (let i = 0; i < 8; i++) sql.transaction(() => sql.run("INSERT INTO filler VALUES (zeroblob(1000000))"));
	};
	const sql = openNodeSql(TEMPORARY);
	fill();
	expect(sql.databaseBytes).toBeGreaterThan(8_000_000);
	expect(open()).toBeGreaterThan(0);
	expect(readdirSync(folder)).toEqual([]);
	sql.erase([]);
	expect(sql.databaseBytes).toBe(0);
	expect(open()).toBe(0);
	fill();
	expect(sql.all("SELECT count(*) AS n FROM filler")).toEqual([{ n: 8 }]);
	sql.close();
	expect(open()).toBe(0);
	tryTemporary();
	expect(open()).toBe(0);
});
