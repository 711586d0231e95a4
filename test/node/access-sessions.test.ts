import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { DashboardConfigInput } from "../../colony-bridge/protocol/http/config.ts";
import { DashboardServer } from "../../worker/node/dashboard-server.ts";
import { accessRig, form, type Rig, USERS } from "./access-rig.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const sessionKey = "k".repeat(32);
let open: { close(): void }[] = [];
beforeEach(() => {
	vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2026, 5, 1) });
});
afterEach(() => {
	vi.useRealTimers();
	for (const each of open) each.close();
	open = [];
});

function rig(config?: DashboardConfigInput): Rig {
	const made = accessRig(config, { sessionKey });
	open.push(made);
	return made;
}
const later = (ms: number) => vi.setSystemTime(Date.now() + ms);
const status = async (app: Rig, cookie: string, origin?: string) =>
	(await app.ask("/api/session", { headers: { cookie }, ...(origin && { origin }) })).status;

test("protected answers are not stored by proxies, and pages not by browsers", async () => {
	const app = rig();
	const cookie = await app.signIn("ann", USERS.ann);
	const kept = async (path: string) => (await app.ask(path, { headers: { cookie } })).headers.get("cache-control");
	expect(await kept("/api/workers")).toBe("private, no-cache");
	for (const path of ["/", "/api/session", "/api/tokens", "/access/tokens", "/access/sign-in", "/nothing"])
		expect(await kept(path)).toBe("no-store");
});

describe("the cookie", () => {
	test("over https is for this host alone, and never again without https", async () => {
		const app = rig();
		const response = await app.ask("/access/sign-in", form({ user: "ann", password: USERS.ann }));
		expect(response.headers.get("set-cookie")).toMatch(
			/^__Host-hiveframe=[\w.-]+; Path=\/; Max-Age=43200; HttpOnly; SameSite=Lax; Secure$/,
		);
		expect(response.headers.get("strict-transport-security")).toBe("max-age=31536000");
		expect((await app.ask("/", { origin: "http://dash.example" })).headers.get("strict-transport-security")).toBeNull();
	});

	test.each([
		["off", null],
		["subdomains", "max-age=31536000; includeSubDomains"],
	] as const)("strictTransport %s says %s to browsers", async (strictTransport, header) => {
		const app = rig({ strictTransport });
		expect((await app.ask("/access/sign-in")).headers.get("strict-transport-security")).toBe(header);
	});

	test("of one port is not accepted at another, and both can exist", async () => {
		const app = rig();
		const cookieOf = async (origin: string) => {
			const response = await app.ask("/access/sign-in", { ...form({ user: "ann", password: USERS.ann }), origin });
			return response.headers.get("set-cookie")?.split(";")[0] ?? "";
		};
		const cookies = `${await cookieOf("http://localhost:8080")}; ${await cookieOf("http://localhost:8081")}`;
		expect(await status(app, cookies, "http://localhost:8080")).toBe(200);
		expect(await status(app, cookies, "http://localhost:8081")).toBe(200);
	});

	test("is found behind a proxy that calls the scheme wss", async () => {
		const app = rig();
		const cookie = await app.signIn("ann", USERS.ann);
		expect(await status(app, cookie, "wss://dash.example")).toBe(200);
	});

	test("of http is not one over https", async () => {
		const app = rig();
		const response = await app.ask("/access/sign-in", { ...form({ user: "ann", password: USERS.ann }), origin: "http://localhost:8080" });
		const cookie = response.headers.get("set-cookie")?.split(";")[0] ?? "";
		expect(cookie).toMatch(/^hiveframe-8080=/);
		expect(response.headers.get("set-cookie")).not.toContain("Secure");
		expect(await status(app, cookie, "http://localhost:8080")).toBe(200);
		expect(await status(app, cookie)).toBe(401);
	});

	test("planted beside ours does not put it out", async () => {
		const app = rig();
		const cookie = await app.signIn("ann", USERS.ann);
		expect(await status(app, `__Host-hiveframe=planted; theme=light; ${cookie}`)).toBe(200);
	});
});

describe("a session", () => {
	test("is over after half a day without a request", async () => {
		const app = rig();
		const cookie = await app.signIn("ann", USERS.ann);
		later(11 * HOUR);
		expect(await status(app, cookie)).toBe(200);
		later(HOUR + 1);
		expect(await status(app, cookie)).toBe(401);
	});

	test("is renewed by use, not on every request, and is over after a week all the same", async () => {
		const app = rig();
		let cookie = await app.signIn("ann", USERS.ann);
		const use = async () => {
			const response = await app.ask("/workers", { headers: { cookie, accept: "text/html" } });
			const renewed = response.headers.get("set-cookie")?.split(";")[0];
			if (renewed) cookie = renewed;
			return { status: response.status, renewed: renewed !== undefined };
		};
		later(10 * MINUTE);
		expect(await use()).toEqual({ status: 200, renewed: false });
		for (let hours = 0; hours < 7 * 24 - 10; hours += 10) {
			later(10 * HOUR);
			expect(await use()).toEqual({ status: 200, renewed: true });
		}
		later(10 * HOUR);
		expect((await use()).status).toBe(303);
	});

	test("is over when the password or the role has changed, and only then", async () => {
		const cookie = await rig().signIn("ann", USERS.ann);
		expect(await status(rig(), cookie)).toBe(200);
		for (const ann of ["another password", { password: USERS.ann, role: "viewer" }] as const) {
			expect(await status(rig({ authUsers: { ...USERS, ann } }), cookie)).toBe(401);
		}
		expect(await status(rig({ authUsers: { viewer: "x" } }), cookie)).toBe(401);
		expect(await status(rig({ authUsers: { ...USERS, viewer: "changed" } }), cookie)).toBe(200);
	});

	test("ends when its browser signs in again, and no other does", async () => {
		const app = rig();
		const [first, elsewhere] = [await app.signIn("ann", USERS.ann), await app.signIn("ann", USERS.ann)];
		const signedIn = form({ user: "viewer", password: USERS.viewer });
		const response = await app.ask("/access/sign-in", { ...signedIn, headers: { ...signedIn.headers, cookie: first } });
		expect(response.headers.getSetCookie()).toHaveLength(1);
		const second = response.headers.get("set-cookie")?.split(";")[0] ?? "";
		expect([await status(app, first), await status(app, second), await status(app, elsewhere)]).toEqual([401, 200, 200]);
	});

	test("of another dashboard is none", async () => {
		const other = accessRig({}, { sessionKey: "o".repeat(32) });
		open.push(other);
		expect(await status(rig(), await other.signIn("ann", USERS.ann))).toBe(401);
	});

	test("that was signed out of stays so, also for a copy of its cookie that was renewed", async () => {
		const app = rig();
		const first = await app.signIn("ann", USERS.ann);
		later(HOUR);
		const renewed = (await app.ask("/api/session", { headers: { cookie: first } })).headers.get("set-cookie")?.split(";")[0] ?? "";
		expect(await status(app, renewed)).toBe(200);
		const out = await app.ask("/access/sign-out", { ...form({}), headers: { cookie: first } });
		expect(out.headers.getSetCookie()).toHaveLength(1);
		expect(await status(app, renewed)).toBe(401);
		later(11 * HOUR);
		expect(await status(app, renewed)).toBe(401);
	});
});

test("sessions outlive a restart where the storage does", async () => {
	vi.useRealTimers();
	const storage = mkdtempSync(join(tmpdir(), "access-"));
	try {
		let port = 0;
		const run = async <T>(work: (url: string) => Promise<T>): Promise<T> => {
			const server = new DashboardServer({ storage, config: { authEnabled: true, authUsers: { ann: USERS.ann } } });
			await server.start({ host: "127.0.0.1", port });
			port = Number(new URL(server.url).port);
			try {
				return await work(server.url);
			} finally {
				await server.stop();
			}
		};
		const cookie = await run(async (url) => {
			const response = await fetch(`${url}/access/sign-in`, { ...form({ user: "ann", password: USERS.ann }), redirect: "manual" });
			return response.headers.get("set-cookie")?.split(";")[0] ?? "";
		});
		expect(await run(async (url) => (await fetch(`${url}/api/session`, { headers: { cookie } })).status)).toBe(200);
	} finally {
		rmSync(storage, { recursive: true });
	}
});
