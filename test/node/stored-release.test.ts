/**
 * Every release from the first on opens what the releases before it stored. `releases/NAME.db` is a cluster as that release wrote it, and
 * `NAME.json` what it answered. `RECORD_RELEASE=NAME npx vitest run ... stored-release` makes both anew: once, when NAME is released; never
 * afterwards. Until the first release, whoever changes a format records `first` again.
 */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { Query } from "../../colony-bridge/protocol/query/query.ts";
import { decodeEntry } from "../../durable/log/entry.ts";
import { LOG } from "../../durable/log/log.ts";
import { openPart, type Part } from "../../durable/storage/sql.ts";
import { wholly } from "../../durable/work/work.ts";
import { type NodeDatabase, openNodeSql } from "../../worker/node/clusters/sql.ts";
import { hello, Rig, START } from "./cluster-rig.ts";

const FOLDER = fileURLToPath(new URL("./releases/", import.meta.url));
const RELEASES = ["first"];
const HOUR = 3_600_000;
const END = START + 5 * HOUR;

const limit = 20;
const QUERIES: Query[] = [
	{ kind: "cluster" },
	{ kind: "layout" },
	{ kind: "workers", limit },
	{ kind: "taskStats", limit },
	{ kind: "streams", limit },
	{ kind: "checks", limit },
	{ kind: "logs", limit },
	{ kind: "errors", limit },
	{ kind: "errorGroups", limit },
	{ kind: "marks", limit },
	{ kind: "ended", limit, stacks: true },
	{ kind: "metrics", selectors: ["cpu_percent", "tasks_total"], range: "5h", end: END, points: 60 },
	{ kind: "samples", selectors: ["cpu_percent"], range: "1h", end: START + HOUR, points: 200 },
];

/** Everything that is stored has something in it: blocks of each tier, late samples, ended tasks, a command, a keyframe. */
function fill(rig: Rig): void {
	const series = ["a", "b", "c"].flatMap((worker, i) => [
		{ id: 2 * i, name: "cpu_percent", labels: { worker }, type: "gauge" },
		{ id: 2 * i + 1, name: "tasks_total", labels: { worker, constructor: "x" }, type: "counter" },
	]);
	const state = {
		workers: { set: ["a", "b", "c"].map((id) => ({ id, status: "busy" })) },
		streams: { set: [{ id: "orders", status: "running" }] },
		checks: { set: [{ id: "disk", status: "ok" }] },
	};
	const first = rig.push(hello({ capabilities: ["restart"], epoch: 0 }));
	const epoch = (first[0] as { epoch: number }).epoch;
	const push = (...frames: object[]) =>
		expect(rig.push(hello({ capabilities: ["restart"], epoch }), ...frames).filter(({ type }) => type === "error")).toEqual([]);
	push({ type: "series", seq: 1, series }, { type: "state", seq: 2, at: rig.now, ...state });
	let seq = 3;
	const ids = series.map(({ id }) => id);
	for (let step = 0; rig.now < END - 60_000; step++) {
		rig.pass(30_000);
		const values = ids.map((id) => (id % 2 === 0 ? Math.round(50 + 40 * Math.sin(step / 20 + id)) / 4 : step * (id + 1)));
		const frames: object[] = [{ type: "tick", seq: seq++, at: rig.now, ids, values }];
		if (step % 60 === 59) {
			const task = { id: `task-${step}`, name: "fold", worker: "a", startedAt: rig.now - 2000, endedAt: rig.now };
			const end =
				step % 120 === 59 ? { ...task, status: "completed" } : { ...task, status: "failed", error: { type: "ValueError", message: "no" } };
			const log = { type: "log", at: rig.now, level: "WARNING", source: "a", message: `step ${step}` };
			frames.push({ type: "events", seq: seq++, events: [{ type: "taskEnd", ...end }, log] });
		}
		if (step === 400) frames.push({ type: "tick", seq: seq++, at: START + HOUR / 2 + 7_000, ids: [0], values: [99] });
		push(...frames);
	}
}

const ask = (rig: Rig) => wholly(rig.cluster.reader.view(QUERIES, true)).answers;

function copied<T>(file: string, work: (sql: NodeDatabase) => T): T {
	const folder = mkdtempSync(join(tmpdir(), "release-"));
	try {
		const copy = join(folder, basename(file));
		copyFileSync(file, copy);
		const sql = openNodeSql(copy);
		const result = work(sql);
		sql.close();
		return result;
	} finally {
		rmSync(folder, { recursive: true });
	}
}

/** This program on a database, as of the end of what was recorded. */
function running(sql: NodeDatabase): Rig {
	const rig = new Rig({ keyframes: { soonest: 100, latest: 200 } }, sql);
	rig.now = END;
	return rig;
}

const opened = <T>(file: string, work: (rig: Rig) => T): T => copied(file, (sql) => work(running(sql)));

const record = process.env.RECORD_RELEASE;
test.runIf(record !== undefined)("is recorded", () => {
	const file = join(FOLDER, `${record}.db`);
	rmSync(file, { force: true });
	const sql = openNodeSql(file);
	fill(new Rig({ keyframes: { soonest: 100, latest: 200 } }, sql));
	sql.run("PRAGMA wal_checkpoint(TRUNCATE)");
	sql.close();
	for (const end of ["-wal", "-shm"]) rmSync(file + end, { force: true });
	writeFileSync(join(FOLDER, `${record}.json`), `${JSON.stringify(opened(file, ask))}\n`);
});

test.each(RELEASES)("C5: a database of release %s is opened, and answers as it did", (name) => {
	const file = join(FOLDER, `${name}.db`);
	expect(existsSync(file)).toBe(true);
	const before = JSON.parse(readFileSync(join(FOLDER, `${name}.json`), "utf8")) as unknown;
	opened(file, (rig) => {
		expect(JSON.parse(JSON.stringify(ask(rig)))).toEqual(before);
		// It goes on, and a restart finds both.
		const answer = rig.push(hello({ bridge: "bridge-2" }), {
			type: "state",
			seq: 1,
			at: rig.now,
			workers: { set: [{ id: "d", status: "idle" }] },
		});
		expect(answer.map(({ type }) => type)).toEqual(["welcome", "ack"]);
		rig.restart();
		expect(rig.ask({ kind: "workers", limit: 10 }).total).toBe(4);
	});
});

/** A made-up next release reads the log's entries from a column of another name, and leaves the old one to this release. */
const NEXT: Part = {
	...LOG,
	steps: [
		...LOG.steps,
		{
			id: "body",
			run: [
				"ALTER TABLE log ADD COLUMN body TEXT",
				"UPDATE log SET body = entry",
				"CREATE TRIGGER log_body AFTER INSERT ON log BEGIN UPDATE log SET body = NEW.entry WHERE slot = NEW.slot; END",
				"CREATE TRIGGER log_body_again AFTER UPDATE OF entry ON log BEGIN UPDATE log SET body = NEW.entry WHERE slot = NEW.slot; END",
			],
			oldest: 1,
		},
	],
};

test("a next release that renames a column opens the database, is rolled back to this one, and is installed again", () => {
	copied(join(FOLDER, "first.db"), (sql) => {
		const bodies = () => {
			expect(openPart(sql, NEXT)).toBe(true);
			return sql.all<{ body: string }>("SELECT body FROM log ORDER BY position").map(({ body }) => decodeEntry(body));
		};
		const entries = () => sql.all<{ entry: string }>("SELECT entry FROM log ORDER BY position").map(({ entry }) => decodeEntry(entry));
		const before = entries();
		expect(before.length).toBeGreaterThan(100);
		// The step runs before anything is read.
		expect(bodies()).toEqual(before);
		// Rolled back: this program opens it, answers as it did, and goes on.
		const rig = running(sql);
		expect(JSON.parse(JSON.stringify(ask(rig)))).toEqual(JSON.parse(readFileSync(join(FOLDER, "first.json"), "utf8")));
		rig.push(hello({ bridge: "bridge-2" }), { type: "state", seq: 1, at: rig.now, workers: { set: [{ id: "d", status: "idle" }] } });
		rig.restart();
		expect(rig.ask({ kind: "workers", limit: 10 }).total).toBe(4);
		// And the next release again has what was written meanwhile.
		expect(bodies()).toEqual(entries());
		expect(bodies().length).toBeGreaterThan(before.length);
	});
});
