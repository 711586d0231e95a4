import { describe, expect, test } from "vitest";
import type { AuditEntry, AuditPage, AuditQuery } from "../../colony-bridge/protocol/http/audit.ts";
import { wholly } from "../../durable/work/work.ts";
import { hello, Rig } from "./cluster-rig.ts";
import { ANN, flow, Run, restart, settled, TestColony } from "./control-rig.ts";

const DAY_MS = 86_400_000;
const signIn = (more: Partial<AuditEntry> = {}): AuditEntry => ({ actor: ANN, action: "sign-in", result: "done", ...more });
const MALLORY = { name: "", role: "viewer", via: "none", address: "203.0.113.66" } as const;
const refusal = (target = "ann"): AuditEntry => signIn({ actor: MALLORY, target, result: "refused" });

const page = (rig: Rig, more: object = {}) => wholly(rig.cluster.reader.audited({ limit: 100, ...more }));
const record = (rig: Rig, ...entries: AuditEntry[]) => {
	for (const entry of entries) rig.cluster.control.audit(entry);
};

describe("the audit", () => {
	test("lists who did what, when, from where and with what result, newest first", () => {
		const rig = new Rig();
		record(rig, signIn());
		rig.pass(1000);
		record(rig, refusal("root"));
		expect(page(rig).rows).toEqual([
			{ id: 2, at: rig.now, actor: MALLORY, action: "sign-in", target: "root", result: "refused", count: 1 },
			{ id: 1, at: rig.now - 1000, actor: ANN, action: "sign-in", result: "done", count: 1 },
		]);
	});

	test("shows a command's result, also one after a time-out", async () => {
		const rig = new Rig();
		const colony = new TestColony();
		const run = new Run(rig, colony, 1);
		run.connect();
		run.say({ type: "state", at: rig.now, workers: { set: [{ id: "worker-1", status: "idle" }] } });
		await flow(run);
		const { id } = restart(rig, "worker-1");
		expect(page(rig).rows).toMatchObject([{ actor: ANN, action: "restart", target: "worker-1", result: "accepted", command: id }]);
		await flow(run);
		rig.pass(61_000);
		expect(page(rig).rows).toMatchObject([{ result: "timed-out", endedAt: expect.any(Number) }]);
		colony.executions[0]?.finish("late but well", true);
		await settled();
		await flow(run);
		expect(page(rig).rows).toMatchObject([{ result: "done", detail: "late but well", endedAt: rig.now }]);
		rig.restart();
		expect(page(rig).rows).toMatchObject([{ result: "done", detail: "late but well" }]);
	});

	test("an order is not taken where its entry cannot be written, and the other way", async () => {
		const rig = new Rig();
		rig.push(hello({ capabilities: ["restart"] }), {
			type: "state",
			seq: 1,
			at: rig.now,
			workers: { set: [{ id: "worker-1", status: "idle" }] },
		});
		record(rig, signIn());
		rig.sql.run("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'disk full'); END");
		const before = rig.position;
		expect(() => restart(rig, "worker-1")).toThrow(/it is full/);
		expect(rig.position).toBe(before);
		rig.sql.run("DROP TRIGGER full");
		restart(rig, "worker-1");
		expect(page(rig).rows).toHaveLength(2);
	});

	test("rejects a cursor of a deleted audit: the same number is another row", () => {
		const rig = new Rig();
		record(rig, signIn(), signIn(), signIn());
		const { next: before } = page(rig, { limit: 1 });
		rig.restart();
		expect(page(rig, { before }).rows.map(({ id }) => id)).toEqual([2, 1]);
		// Rows past their year are gone, and so are those before them.
		record(rig, signIn());
		rig.sql.run("DELETE FROM audit WHERE id <= 3");
		expect(page(rig, { before })).toEqual({ rows: [] });
		const other = new Rig();
		expect(page(other, { before })).toEqual({ rows: [], gone: true });
		other.pass(1000);
		record(other, signIn(), signIn(), signIn());
		expect(page(other, { before })).toEqual({ rows: [], gone: true });
	});

	test("is read in pages, filtered by actor and action", () => {
		const rig = new Rig();
		for (let i = 0; i < 25; i++) {
			record(rig, signIn(), signIn({ actor: { ...ANN, name: "bob" }, action: "token-create", target: `t${i}` }));
		}
		const seen: number[] = [];
		for (let asked: AuditQuery | undefined = { limit: 7 }; asked; ) {
			const { rows, next }: AuditPage = page(rig, asked);
			seen.push(...rows.map(({ id }) => id));
			asked = next && { limit: 7, before: next };
		}
		expect(seen).toEqual(Array.from({ length: 50 }, (_, i) => 50 - i));
		expect(page(rig, { actor: "bob" }).rows).toHaveLength(25);
		expect(page(rig, { actor: "bob", action: "sign-in" }).rows).toEqual([]);
		expect(page(rig, { action: "sign-in", limit: 25 })).toMatchObject({ rows: { length: 25 } });
		expect(page(rig, { action: "sign-in", limit: 25 }).next).toBeUndefined();
	});

	test("truncates long texts, and stores hostile ones as they are", () => {
		const rig = new Rig();
		record(rig, signIn({ actor: { ...ANN, name: "'); DROP TABLE audit; --" }, target: "<script>", detail: "x".repeat(10_000) }));
		const [row] = page(rig, { actor: "'); DROP TABLE audit; --" }).rows;
		expect(row).toMatchObject({ target: "<script>" });
		expect(row?.detail).toHaveLength(500);
	});

	test("leaves no storage behind where it is only read", () => {
		const rig = new Rig();
		expect(page(rig)).toEqual({ rows: [] });
		expect(rig.sql.all("SELECT name FROM sqlite_schema")).toEqual([]);
	});

	test("is kept for a year, then deleted", { timeout: 60_000 }, () => {
		const rig = new Rig();
		record(rig, signIn({ target: "first" }));
		rig.pass(365 * DAY_MS);
		for (let i = 0; i < 1000; i++) record(rig, signIn());
		expect(page(rig, { limit: 5000 }).rows).toHaveLength(1001);
		rig.pass(2 * DAY_MS);
		for (let i = 0; i < 500; i++) record(rig, signIn());
		const { rows } = page(rig, { limit: 5000 });
		expect(rows).toHaveLength(1500);
		expect(rows.at(-1)?.target).toBeUndefined();
	});
});

describe("a flood of refusals", () => {
	test("of a day use some rows more than 200, and the counts are complete", () => {
		const rig = new Rig();
		for (let i = 0; i < 10_000; i++) record(rig, refusal());
		const { rows } = page(rig, { limit: 500 });
		expect(rows.length).toBeGreaterThan(200);
		expect(rows.length).toBeLessThan(220);
		// What no row stands for yet comes with the next day's first.
		rig.pass(DAY_MS);
		record(rig, refusal());
		expect(page(rig, { limit: 500 }).rows.reduce((sum, { count }) => sum + count, 0)).toBe(10_001);
	});

	test("are counted on after a restart, and hide no completed action", () => {
		const rig = new Rig();
		for (let i = 0; i < 300; i++) record(rig, refusal());
		rig.restart();
		const before = page(rig, { limit: 500 }).rows.length;
		for (let i = 0; i < 300; i++) record(rig, refusal());
		record(rig, signIn());
		const { rows } = page(rig, { limit: 500 });
		expect(rows.length - before).toBeLessThan(15);
		expect(rows[0]).toMatchObject({ result: "done", count: 1 });
	});
});
