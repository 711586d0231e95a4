import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { Access } from "../../durable/access/access.ts";
import { Guesses } from "../../durable/access/guesses.ts";
import { AccessTables } from "../../durable/access/schema.ts";
import { openNodeSql } from "../../worker/node/clusters/sql.ts";
import { accessRig, form, type Rig, USERS } from "./access-rig.ts";

const closing: (() => void)[] = [];
afterEach(() => {
	for (const close of closing.splice(0)) close();
});

function rig(): Rig {
	const made = accessRig();
	closing.push(made.close);
	return made;
}

function guesses(most?: number): Guesses {
	const sql = openNodeSql(":memory:");
	closing.push(() => sql.close());
	return new Guesses(new AccessTables(sql), most);
}

const HOUR = 3_600_000;

describe("10,000 wrong passwords", () => {
	async function storm(app: Rig, address: (n: number) => string): Promise<Record<number, number>> {
		const seen: Record<number, number> = {};
		for (let n = 0; n < 10_000; n += 50) {
			const answers = await Promise.all(
				Array.from({ length: 50 }, (_, i) =>
					app.ask("/access/sign-in", form({ user: "viewer", password: `guess ${n + i}` }, address(n + i))),
				),
			);
			for (const { status, headers } of answers) {
				seen[status] = (seen[status] ?? 0) + 1;
				expect(headers.get("set-cookie")).toBeNull();
			}
		}
		return seen;
	}

	test("from one address do not get in, are hardly tried, and keep nobody else out", async () => {
		const app = rig();
		const seen = await storm(app, () => "203.0.113.7");
		// Ten free; after that one, two, four ... seconds. The rest may be stopped by the rate of requests before they are.
		expect(seen[401]).toBeLessThanOrEqual(20);
		expect(seen[429]).toBe(10_000 - (seen[401] ?? 0));
		await app.signIn("viewer", USERS.viewer, "198.51.100.1");
		await app.signIn("ann", USERS.ann, "198.51.100.2");
	}, 60_000);
});

test("of a crowd that signs in at once fifty are served at a time, the rest get Retry-After, and signed-in users are not affected", async () => {
	const app = rig();
	const cookie = await app.signIn("ann", USERS.ann);
	const crowd = Array.from({ length: 120 }, (_, n) => app.ask("/access/sign-in", form({ user: "ann", password: "wrong" }, `10.0.0.${n}`)));
	expect((await app.ask("/api/session", { headers: { cookie } })).status).toBe(200);
	const answers = await Promise.all(crowd);
	const tooMany = answers.filter(({ status }) => status === 429);
	expect(answers.filter(({ status }) => status === 401)).toHaveLength(50);
	expect(tooMany).toHaveLength(70);
	expect(tooMany.every(({ headers }) => headers.get("retry-after") === "5")).toBe(true);
	await app.signIn("ann", USERS.ann, "192.0.2.200");
});

test("guesses at one user from many addresses are recorded in the log and in the audit, whatever else is refused", async () => {
	const app = rig();
	const warned: string[] = [];
	const warn = vi.spyOn(console, "warn").mockImplementation((text) => void warned.push(text));
	closing.push(() => warn.mockRestore());
	const tries = Array.from({ length: 24 }, (_, n) =>
		app.ask("/access/sign-in", form({ user: "ann", password: `guess ${n}` }, `10.1.0.${n}`)),
	);
	await Promise.all(tries);
	const detail = "possible password guessing: 20 recent tries, counted over all addresses";
	expect(warned).toEqual([`sign-in as "ann": ${detail}`]);
	const cookie = await app.signIn("ann", USERS.ann, "192.0.2.1");
	const audit = await app.ask("/api/audit?action=password-guessing", { headers: { cookie } });
	const { entries } = (await audit.json()) as { entries: object[] };
	expect(entries).toMatchObject([{ action: "password-guessing", target: "ann", result: "done", detail, actor: { via: "none" } }]);
	// What nobody is called may be a password, and is kept nowhere.
	expect(JSON.stringify(await (await app.ask("/api/audit?limit=500", { headers: { cookie } })).json())).not.toContain("guess 1");
});

describe("guesses", () => {
	const now = Date.UTC(2026, 0, 1);

	test("are worth telling ten times more rarely each time", () => {
		const counted = guesses();
		const told = Array.from({ length: 3000 }, (_, n) => counted.attempt(`address ${n}`, "ann", now).tries ?? []).flat();
		expect(told).toEqual([20, 200, 2000]);
	});

	test("from ten thousand addresses leave each of them one try, and the right user one", () => {
		const counted = guesses();
		let tries = 0;
		for (let n = 0; n < 10_000; n++) for (let i = 0; i < 3; i++) if (counted.attempt(`address ${n}`, "ann", now + n).waitMs === 0) tries++;
		expect(tries).toBeLessThan(13_000);
		expect(counted.attempt("home", "ann", now + 10_000).waitMs).toBe(0);
	});

	test("double the wait each time, up to a quarter of an hour; a right password waits for nothing", () => {
		const counted = guesses();
		let at = now;
		const waits: number[] = [];
		for (let n = 0; n < 24; n++) {
			let wait = counted.attempt("a", "ann", at).waitMs;
			waits.push(wait);
			while (wait > 0) {
				at += wait;
				wait = counted.attempt("a", "ann", at).waitMs;
			}
		}
		expect(waits.slice(0, 10)).toEqual(Array(10).fill(0));
		for (let n = 11; n < 18; n++) expect((waits[n] ?? 0) / (waits[n - 1] ?? 1)).toBeCloseTo(2, 0);
		expect(Math.max(...waits)).toBe(15 * 60_000);
		for (let n = 0; n < 100; n++) {
			expect(counted.attempt("b", "zoë", at).waitMs).toBe(0);
			counted.forgive("b", "zoë", at);
		}
	});

	test("right passwords of one's own among them give no more tries at another's", () => {
		const counted = guesses();
		let tries = 0;
		for (let n = 0; n < 200; n++) {
			if (counted.attempt("a", "eve", now + n).waitMs === 0) counted.forgive("a", "eve", now + n);
			if (counted.attempt("a", "ann", now + n).waitMs === 0) tries++;
		}
		expect(tries).toBeLessThanOrEqual(11);
	});

	test("are forgotten in time", () => {
		const counted = guesses();
		for (let n = 0; n < 10; n++) counted.attempt("a", "ann", now).waitMs;
		expect(counted.attempt("a", "ann", now).waitMs).toBeGreaterThan(0);
		expect(counted.attempt("a", "ann", now + 24 * HOUR).waitMs).toBe(0);
	});

	test("take bounded room, whatever is typed", () => {
		const sql = openNodeSql(":memory:");
		closing.push(() => sql.close());
		const counted = new Guesses(new AccessTables(sql), 200);
		fc.assert(
			fc.property(
				fc.array(fc.tuple(fc.string({ maxLength: 64 }), fc.string({ maxLength: 64 })), { minLength: 1, maxLength: 300 }),
				(tries) => {
					for (const [n, [address, user]] of tries.entries()) counted.attempt(address, user, now + n).waitMs;
					expect(Number(sql.all("SELECT COUNT(*) AS n FROM access_guess")[0]?.n)).toBeLessThanOrEqual(201);
				},
			),
			{ numRuns: 20 },
		);
	});

	test("survive a restart; reading alone stores nothing", () => {
		const folder = mkdtempSync(join(tmpdir(), "access-"));
		closing.push(() => rmSync(folder, { recursive: true }));
		const path = join(folder, "access.sqlite");
		const run = <T>(work: (access: Access) => T): T => {
			const sql = openNodeSql(path);
			try {
				return work(new Access(sql, () => now));
			} finally {
				sql.close();
			}
		};
		expect(run((access) => [access.hasEnded(1), access.tokens(), access.useToken(1, "x"), access.revokeToken(1)])).toEqual([
			false,
			[],
			undefined,
			undefined,
		]);
		expect(() => rmSync(path)).toThrow(/ENOENT/);
		const key = run((access) => access.signingKey());
		run((access) => {
			for (let n = 0; n < 10; n++) access.attempt("a", "ann");
			access.endSession(7, now + HOUR);
			access.mint({ name: "t", kind: "api", role: "viewer", hash: "h", createdBy: "ann" });
		});
		run((access) => {
			expect(access.signingKey()).toBe(key);
			expect(access.attempt("a", "ann").waitMs).toBeGreaterThan(0);
			expect(access.hasEnded(7)).toBe(true);
			expect(access.tokens()).toMatchObject([{ name: "t", kind: "api", role: "viewer", createdBy: "ann" }]);
		});
	});
});
