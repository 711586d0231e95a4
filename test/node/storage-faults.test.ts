/** Storage that fails: what can be shown is shown, what is wrong is said with the file and what to do, and other clusters go on. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Access } from "../../durable/access/access.ts";
import { storageFault } from "../../durable/storage/storage-fault.ts";
import { openNodeAccess } from "../../worker/node/clusters/access.ts";
import { openNodeSql } from "../../worker/node/clusters/sql.ts";
import { DashboardServer } from "../../worker/node/dashboard-server.ts";
import { hello, Line, Rig, Watcher } from "./cluster-rig.ts";

const state = (rig: Rig, seq: number) => ({
	type: "state",
	seq,
	at: rig.now,
	health: { status: "healthy" },
	workers: { replace: true, set: [{ id: `worker-${seq}`, status: "idle" }] },
});

let said: string[];
beforeEach(() => {
	said = [];
	vi.spyOn(console, "error").mockImplementation((...words) => void said.push(words.join(" ")));
	vi.spyOn(console, "warn").mockImplementation((...words) => void said.push(words.join(" ")));
});
afterEach(() => vi.restoreAllMocks());

test.each(["cluster object", "access object"] as const)(
	"a fault of a %s names no file, disk or owner that somebody could look after",
	(kind) => {
		for (const words of [
			"database or disk is full",
			"unable to open database file",
			"disk I/O error",
			"database disk image is malformed",
		]) {
			for (const doing of ["read", "written"] as const) {
				const { message } = storageFault("the storage", new Error(words), doing, kind);
				expect(message.replace(`(${words})`, "")).not.toMatch(/\bfile\b|its disk|move it|copy|who owns/);
			}
		}
		expect(storageFault("the database", new Error("database disk image is malformed"), "read", "file").message).toMatch(/move it away/);
	},
);

test("C6: with a full disk frames are refused with the reason, stored data is shown, and frames are accepted again once there is room", () => {
	const sql = openNodeSql(":memory:");
	const rig = new Rig({}, sql);
	const pages = (most: number) => sql.all(`PRAGMA max_page_count = ${most}`);
	rig.push(hello(), state(rig, 1));
	pages(1);
	const long = (seq: number) => ({ type: "events", seq, events: [{ type: "log", at: rig.now, level: "INFO", message: "x".repeat(8000) }] });
	const bridge = new Line(rig, "bridge");
	bridge.say(hello());
	let seq = 1;
	let refused: unknown[] = [];
	while (refused.length === 0) {
		bridge.take();
		bridge.say(long(++seq));
		refused = bridge.take().filter(({ type }) => type === "error");
	}
	expect(refused).toEqual([expect.objectContaining({ kind: "internal", fatal: true })]);
	// Who looks is not sent away at every push.
	const watcher = new Watcher(rig, [{ kind: "cluster" }]);
	for (let i = 0; i < 3; i++) {
		rig.pass(1000);
		expect(rig.push(hello(), long(seq)).at(-1)).toMatchObject({
			kind: "internal",
			detail: expect.stringMatching(/it is full: .* delete clusters/),
		});
	}
	expect(watcher.closedWith).toBeUndefined();
	expect(rig.ask({ kind: "cluster" }).view).toMatchObject({
		status: "unhealthy",
		reason: expect.stringMatching(/accepts no data: .*it is full/),
		workers: { total: 1 },
	});
	expect(said.filter((words) => words.includes("it is full"))).toHaveLength(1);
	pages(1_000_000);
	rig.pass(5_000);
	expect(rig.push(hello(), long(seq)).at(-1)).toEqual({ type: "ack", seq });
	expect(rig.ask({ kind: "cluster" }).view.status).toBe("healthy");
	expect(rig.ask({ kind: "logs", limit: 500 }).overall).toBe(seq - 1);
});

test("C6: an entry or a keyframe that cannot be read is left out and reported; later frames are accepted", () => {
	const rig = new Rig({ keyframes: { soonest: 5, latest: 5, large: 1e9 } });
	for (let seq = 1; seq <= 23; seq++) rig.push(hello(), state(rig, seq), { type: "nothing" });
	rig.sql.run("UPDATE log SET entry = substr(entry, 1, 20) WHERE position = 22");
	rig.restart();
	expect(rig.ask({ kind: "workers", limit: 5 }).rows.map(({ id }) => id)).toEqual(["worker-23"]);
	expect(rig.ask({ kind: "marks", limit: 5 }).rows.map(({ text }) => text)).toContainEqual(
		expect.stringMatching(/1 entries of the log \(the first is 22: /),
	);
	rig.sql.run("UPDATE keyframe SET body = x'00'");
	rig.restart();
	expect(rig.ask({ kind: "workers", limit: 5 }).rows.map(({ id }) => id)).toEqual(["worker-23"]);
	expect(rig.push(hello(), state(rig, 24)).at(-1)).toEqual({ type: "ack", seq: 24 });
	rig.restart();
	expect(rig.ask({ kind: "workers", limit: 5 }).rows.map(({ id }) => id)).toEqual(["worker-24"]);
	expect(said.join("\n")).toMatch(/cluster test: the storage of cluster "test": the storage is damaged: /);
});

describe("a dashboard whose default cluster", () => {
	let storage: string;
	let server: DashboardServer | undefined;
	const here = { host: "127.0.0.1", port: 0 };
	const file = () => join(storage, "cluster-main.sqlite");
	beforeEach(async () => {
		storage = mkdtempSync(join(tmpdir(), "hiveframe-faults-"));
		const first = new DashboardServer({ storage, cluster: "main", bridgeToken: "t" });
		await first.start(here);
		for (const base of ["", "/clusters/other"]) {
			const body = [
				hello(),
				{ type: "series", seq: 1, series: [{ id: 0, name: "load", type: "gauge" }] },
				{ type: "tick", seq: 2, at: Date.now(), ids: [0], values: [1] },
				{ type: "state", seq: 3, at: Date.now(), workers: { set: [{ id: "w", status: "idle" }] } },
			];
			const answer = await fetch(`${first.url}${base}/api/bridge`, {
				method: "POST",
				headers: { authorization: "Bearer t" },
				body: body.map((frame) => JSON.stringify(frame)).join("\n"),
			});
			expect(answer.status).toBe(200);
		}
		await first.stop();
	});
	afterEach(async () => {
		await server?.stop();
		server = undefined;
		rmSync(storage, { recursive: true, force: true });
	});
	const change = (text: string) => {
		const database = new DatabaseSync(file());
		database.exec(text);
		database.close();
	};

	test.each<[string, () => void, RegExp]>([
		[
			"is of a newer version",
			() => change("INSERT INTO schema_step VALUES ('log', 2, 'later', 2)"),
			/its log was written by a newer version \(schema 2.*run that version/,
		],
		[
			"is no database",
			() => writeFileSync(file(), "x".repeat(5000)),
			/is damaged \(file is not a database\): put a copy from before in its place/,
		],
		["is cut off", () => truncateSync(file(), Math.floor(statSync(file()).size / 8192) * 4096), /is damaged \(.*malformed.*\)/],
		["is a directory", () => void [rmSync(file()), mkdirSync(file())], /cannot be opened or written .*check that it is a file/],
		["has a damaged history", () => change("UPDATE history_state SET state = '{'"), /is damaged \(.*JSON.*\): put a copy/],
		["has damaged series", () => change("UPDATE history_series SET definitions = 'x'"), /is damaged \(.*JSON.*\): put a copy/],
	])("%s starts, says which file and what to do, and shows the others", async (_, harm, words) => {
		harm();
		server = new DashboardServer({
			storage,
			cluster: "main",
			bridgeToken: "t",
			colony: { name: "mine", snapshot: () => ({ workers: [{ id: "w", status: "idle" }] }) },
		});
		await server.start(here);
		const api = await fetch(`${server.url}/api/workers`);
		expect(api.status).toBe(503);
		const { detail } = (await api.json()) as { detail: string };
		expect(detail).toContain("cluster-main.sqlite");
		expect(detail).toMatch(words);
		expect(said.join("\n")).toMatch(words);
		const page = await fetch(server.url, { headers: { accept: "text/html" } });
		expect(page.status).toBe(503);
		expect(await page.text()).toContain("cluster-main.sqlite");
		expect(await (await fetch(`${server.url}/clusters/other/api/workers`)).json()).toMatchObject([{ id: "w" }]);
		expect((await fetch(`${server.url}/api/health`)).status).toBe(200);
	});
});

describe("a dashboard with an unreadable access database", () => {
	let storage: string;
	let server: DashboardServer | undefined;
	const file = () => join(storage, "access.sqlite");
	const make = () =>
		new DashboardServer({
			storage,
			cluster: "main",
			bridgeToken: "t",
			config: { authEnabled: true, authUsers: { ann: { password: "a password of hers", role: "operator" } } },
		});
	const as = (headers: Record<string, string>, path = "/api/workers") => fetch(`${server?.url}${path}`, { headers, redirect: "manual" });
	const ann = { authorization: `Basic ${btoa("ann:a password of hers")}` };
	const push = () =>
		fetch(`${server?.url}/api/bridge`, {
			method: "POST",
			headers: { authorization: "Bearer t" },
			body: [hello(), { type: "state", seq: 1, at: Date.now(), workers: { set: [{ id: "w", status: "idle" }] } }]
				.map((frame) => JSON.stringify(frame))
				.join("\n"),
		});
	let good: Buffer;
	beforeEach(async () => {
		storage = mkdtempSync(join(tmpdir(), "hiveframe-faults-"));
		server = make();
		await server.start({ host: "127.0.0.1", port: 0 });
		expect((await as(ann)).status).toBe(200);
		await server.stop();
		good = readFileSync(file());
	});
	afterEach(async () => {
		await server?.stop();
		server = undefined;
		rmSync(storage, { recursive: true, force: true });
	});

	test.each<[string, () => void, RegExp]>([
		["is no database", () => writeFileSync(file(), "x".repeat(5000)), /access\.sqlite" is damaged \(file is not a database\): put a copy/],
		["has damaged tables", () => writeFileSync(file(), Buffer.from(good).fill(0x41, 4096)), /access\.sqlite" is damaged \(.*malformed\)/],
		[
			"is of a newer version",
			() => {
				const database = new DatabaseSync(file());
				database.exec("INSERT INTO schema_step VALUES ('access', 2, 'later', 2)");
				database.close();
			},
			/access\.sqlite" cannot be read, its access was written by a newer version \(schema 2.*run that version, or move it away/,
		],
		[
			"is a directory",
			() => void [rmSync(file()), mkdirSync(file())],
			/access\.sqlite" cannot be opened or written .*check that it is a file/,
		],
	])("since its file %s, lets nobody in, takes in what is pushed, and goes on once the file is mended", async (_, harm, words) => {
		harm();
		server = make();
		await server.start({ host: "127.0.0.1", port: 0 });
		expect(said.join("\n")).toMatch(words);
		expect((await as({})).status).toBe(401);
		const refused = await as(ann);
		expect(refused.status).toBe(503);
		// Whoever asks has not got in.
		expect(await refused.text()).not.toContain(storage);
		expect((await as({ authorization: "Bearer hfd_1_x" })).status).toBe(401);
		expect((await as({}, "/api/health")).status).toBe(200);
		expect((await push()).status).toBe(200);
		rmSync(file(), { recursive: true });
		writeFileSync(file(), good);
		expect(await (await as(ann)).json()).toMatchObject([{ id: "w" }]);
	});

	test("needs a restart after its file was replaced: the old file has the ended sessions", async () => {
		let access = openNodeAccess(storage);
		const key = await access.signingKey();
		writeFileSync(file(), Buffer.alloc(good.length));
		await expect(access.tokens()).rejects.toThrow(/the dashboard's log says why/);
		for (const end of ["", "-wal"]) rmSync(file() + end, { force: true });
		await expect(access.hasEnded(1)).rejects.toThrow(/the dashboard's log says why/);
		expect(said.at(-1)).toMatch(/access\.sqlite" is another one now: restart the dashboard/);
		access.close();
		access = openNodeAccess(storage);
		expect(await access.signingKey()).not.toBe(key);
		access.close();
	});
});

test("a token is good though its use cannot be noted", () => {
	const sql = openNodeSql(":memory:");
	const access = new Access(sql, () => 1_800_000_000_000);
	const token = access.mint({ hash: "h".repeat(64), name: "ci", kind: "api", role: "viewer", createdBy: "ann" });
	sql.all("PRAGMA query_only = 1");
	expect(access.useToken(token?.id ?? 0, "h".repeat(64))).toMatchObject({ name: "ci" });
	expect(access.useToken(token?.id ?? 0, "x".repeat(64))).toBeUndefined();
});
