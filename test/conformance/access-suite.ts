/** Access: viewing and acting, the same on every host. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { DashboardConfigInput } from "../../colony-bridge/protocol/http/config.ts";
import { ROUTES } from "../../worker/routes.ts";
import { helloOf, lines, pushExample } from "./example-colony.ts";
import type { Host } from "./host.ts";
import { TextSocket } from "./text-socket.ts";

export interface GuardedHost extends Host {
	/** Headers that make a request come from this address. */
	from(address: string): Record<string, string>;
}
export type StartGuarded = (config: DashboardConfigInput) => Promise<GuardedHost>;

const USERS = { ann: "correct horse", viewer: "only looking" };
const BASE = "/clusters/guarded";
const html = { accept: "text/html" };

export function accessSuite(name: string, start: StartGuarded): void {
	describe(`${name}, with sign-in`, () => {
		let host: GuardedHost;
		const sockets: TextSocket[] = [];
		beforeAll(async () => {
			host = await start({ authEnabled: true, authUsers: USERS, corsOrigins: ["https://tools.example"] });
			await pushExample(host, BASE, "guarded");
		});
		afterEach(async () => {
			await Promise.all(sockets.splice(0).map((socket) => socket.close()));
		});
		afterAll(() => host?.stop());

		const ask = (path: string, init: RequestInit = {}) => fetch(`${host.url}${path}`, { redirect: "manual", ...init });
		const form = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
			ask(path, { method: "POST", headers: { ...html, ...headers }, body: new URLSearchParams(fields) });
		const basic = (user: string, password: string) => ({ authorization: `Basic ${btoa(`${user}:${password}`)}` });
		const status = async (response: Promise<Response>) => {
			const answer = await response;
			await answer.arrayBuffer();
			return answer.status;
		};

		async function signIn(user: keyof typeof USERS): Promise<{ cookie: string }> {
			const response = await form("/access/sign-in", { user, password: USERS[user] }, host.from("198.51.100.1"));
			expect(response.status).toBe(303);
			return { cookie: response.headers.get("set-cookie")?.split(";")[0] ?? "" };
		}

		async function open(path: string, headers: Record<string, string>): Promise<TextSocket> {
			const socket = await TextSocket.open(host.url + path, headers);
			sockets.push(socket);
			return socket;
		}

		async function mint(wanted: object): Promise<{ id: string; token: string }> {
			const response = await ask("/api/tokens", {
				method: "POST",
				headers: { ...basic("ann", USERS.ann), "content-type": "application/json" },
				body: JSON.stringify(wanted),
			});
			expect(response.status).toBe(201);
			return (await response.json()) as { id: string; token: string };
		}
		const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

		const addressOf = (path: string) =>
			path
				.replace(":cluster", "guarded")
				.replace(":page", "workers")
				.replace(/:[a-z]+/g, "1");

		describe.each(ROUTES.map(([method, path, needs]) => ({ method, path, needs })))(
			"$method $path needs $needs",
			({ method, path, needs }) => {
				test("and lets nobody in without it", async () => {
					const answer = await ask(addressOf(path), { method });
					const text = await answer.text();
					if (needs === "public") expect([200, 303, 400, 404]).toContain(answer.status);
					else {
						expect(answer.status).toBe(401);
						expect(JSON.parse(text)).toMatchObject({ kind: "unauthorized" });
						expect(answer.headers.get("www-authenticate")).toMatch(/Bearer/);
					}
				});

				test("and no viewer past looking", async () => {
					const code = await status(ask(addressOf(path), { method, headers: basic("viewer", USERS.viewer) }));
					if (needs === "act" || needs === "manage") expect(code).toBe(403);
					if (needs === "annotate") expect([400, 404]).toContain(code);
					if (needs === "bridge") expect(code).toBe(401);
					if (needs === "view") expect([200, 308, 400, 404, 426]).toContain(code);
				});
			},
		);

		test("a page leads to sign-in and back", async () => {
			const sent = await ask(`${BASE}/workers?x=1`, { headers: html });
			expect(sent.status).toBe(303);
			const location = sent.headers.get("location") ?? "";
			expect(location).toBe(`/access/sign-in?next=${encodeURIComponent(`${BASE}/workers?x=1`)}`);
			const page = await (await ask(location, { headers: html })).text();
			expect(page).toContain(`value="${BASE}/workers?x=1"`);
			const back = await form("/access/sign-in", { user: "ann", password: USERS.ann, next: `${BASE}/workers?x=1` });
			expect(back.headers.get("location")).toBe(`${BASE}/workers?x=1`);
			const cookie = back.headers.get("set-cookie") ?? "";
			expect(cookie).toMatch(/^hiveframe-\d+=[\w.-]+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/);
			const shown = await (await ask(`${BASE}/workers`, { headers: { ...html, cookie: cookie.split(";")[0] ?? "" } })).text();
			expect(shown).toContain("worker-1");
			expect(shown).toContain("Sign out");
			expect(shown).toContain("ann");
		});

		test("the answer does not reveal which of user and password was wrong", async () => {
			const plain = (text: string) => text.replaceAll(/nonce="[^"]*"/g, "").replaceAll(/value="(ann|nobody)"/g, "");
			const wrong = await form("/access/sign-in", { user: "ann", password: "x" }, host.from("198.51.100.2"));
			const unknown = await form("/access/sign-in", { user: "nobody", password: "x" }, host.from("198.51.100.2"));
			expect([wrong.status, unknown.status]).toEqual([401, 401]);
			expect(wrong.headers.get("set-cookie")).toBeNull();
			expect(plain(await wrong.text())).toBe(plain(await unknown.text()));
		});

		test("signing out ends the session on the server, and its sockets", async () => {
			const session = await signIn("viewer");
			expect(await status(ask("/api/cluster", { headers: session }))).toBe(200);
			const viewer = await open(`${BASE}/api/live`, session);
			viewer.send({ type: "watch", queries: [{ kind: "cluster" }] });
			await viewer.frame();
			const out = await form("/access/sign-out", {}, session);
			expect(out.status).toBe(303);
			expect(out.headers.get("set-cookie")).toMatch(/^hiveframe-\d+=; .*Max-Age=0/);
			expect((await viewer.end()).code).toBe(4401);
			expect(await status(ask("/api/cluster", { headers: session }))).toBe(401);
			await expect(open(`${BASE}/api/live`, session)).rejects.toThrow("refused with 401");
		});

		test("a changed cookie is none", async () => {
			const { cookie } = await signIn("ann");
			for (const at of [12, 40, cookie.length - 2]) {
				const changed = cookie.slice(0, at) + (cookie[at] === "A" ? "B" : "A") + cookie.slice(at + 1);
				expect(await status(ask("/api/cluster", { headers: { cookie: changed } }))).toBe(401);
			}
		});

		test("Basic is for programs, and no browser is asked for it", async () => {
			expect(await status(ask("/api/cluster", { headers: basic("ann", USERS.ann) }))).toBe(200);
			const wrong = await ask("/api/cluster", { headers: { ...basic("ann", "wrong"), ...host.from("198.51.100.3") } });
			expect(wrong.status).toBe(401);
			expect(wrong.headers.get("www-authenticate")).toMatch(/^Basic realm="dashboard"/);
			const browser = await ask("/api/cluster", { headers: { "user-agent": "Mozilla/5.0" } });
			expect(browser.headers.get("www-authenticate")).toBe('Bearer realm="dashboard"');
		});

		test("guessing is slowed for its address, and the right user gets in from another", async () => {
			const guess = (n: number) => form("/access/sign-in", { user: "viewer", password: `guess ${n}` }, host.from("203.0.113.9"));
			const began = performance.now();
			let wrong = 0;
			let waiting = await guess(wrong);
			for (; waiting.status === 401; waiting = await guess(++wrong)) await waiting.text();
			// After the free ones each waits twice as long as the one before, 1 s first.
			expect(wrong).toBeLessThanOrEqual(11 + Math.log2(1 + (performance.now() - began) / 1000));
			expect(waiting.status).toBe(429);
			expect(Number(waiting.headers.get("retry-after"))).toBeGreaterThan(0);
			await waiting.text();
			expect(await status(form("/access/sign-in", { user: "viewer", password: USERS.viewer }, host.from("203.0.113.10")))).toBe(303);
		});

		test("an API token has its role, is shown once, and can be revoked", async () => {
			const { id, token } = await mint({ kind: "api", name: "ci", role: "viewer" });
			expect(await (await ask("/api/session", { headers: bearer(token) })).json()).toMatchObject({
				name: "ci",
				role: "viewer",
				via: "token",
			});
			expect(await status(ask("/api/tokens", { headers: bearer(token) }))).toBe(403);
			const list = await (await ask("/api/tokens", { headers: basic("ann", USERS.ann) })).text();
			expect(JSON.parse(list)).toContainEqual(expect.objectContaining({ id, name: "ci", created_by: "ann", used_at: expect.any(String) }));
			expect(list).not.toContain(token.slice(-43));
			expect(await status(ask(`/api/tokens/${id}`, { method: "DELETE", headers: basic("ann", USERS.ann) }))).toBe(204);
			expect(await status(ask("/api/session", { headers: bearer(token) }))).toBe(401);
			expect(await status(ask(`/api/tokens/${id}`, { method: "DELETE", headers: basic("ann", USERS.ann) }))).toBe(404);
		});

		test("an operator's token acts, and makes no others", async () => {
			const { token } = await mint({ kind: "api", name: "deploy", role: "operator" });
			const order = await ask(`${BASE}/api/cluster/scale`, { method: "POST", headers: bearer(token), body: '{"workers":3}' });
			// The example's colony can do nothing; it was asked.
			expect(await order.json()).toMatchObject({ kind: "unsupported" });
			const made = ask("/api/tokens", { method: "POST", headers: bearer(token), body: '{"kind":"api","name":"more","role":"operator"}' });
			expect(await status(made)).toBe(403);
			expect(await status(ask("/api/tokens", { headers: bearer(token) }))).toBe(403);
		});

		test("Grafana asks with a password or a token, and posts its queries", async () => {
			const body = new URLSearchParams({ query: "count(cpu_percent)" });
			const query = (headers: Record<string, string>) => ask(`${BASE}/prometheus/api/v1/query`, { method: "POST", headers, body });
			const { id, token } = await mint({ kind: "api", name: "grafana", role: "viewer", expires_in_days: 1 });
			for (const headers of [basic("viewer", USERS.viewer), bearer(token)]) {
				const answer = await query(headers);
				expect(answer.status).toBe(200);
				expect(await answer.json()).toMatchObject({ status: "success", data: { resultType: "vector" } });
			}
			await ask(`/api/tokens/${id}`, { method: "DELETE", headers: basic("ann", USERS.ann) });
			expect(await status(query(bearer(token)))).toBe(401);
			expect(await status(ask(`${BASE}/metrics`))).toBe(401);
		});

		test("a bridge's token is good for its cluster, for pushing, until it is revoked", async () => {
			const { id, token } = await mint({ kind: "bridge", name: "north", cluster: "north" });
			const push = (base: string) =>
				status(ask(`${base}/api/bridge`, { method: "POST", headers: bearer(token), body: lines(helloOf("north")) }));
			expect(await push("/clusters/north")).toBe(200);
			expect(await push("/clusters/south")).toBe(403);
			expect(await push("")).toBe(403);
			expect(await status(ask("/clusters/north/api/cluster", { headers: bearer(token) }))).toBe(401);
			await expect(open("/clusters/south/api/bridge", bearer(token))).rejects.toThrow("refused with 403");
			const bridge = await open("/clusters/north/api/bridge", bearer(token));
			bridge.send(helloOf("north"));
			await bridge.frame();
			expect(await status(ask(`/api/tokens/${id}`, { method: "DELETE", headers: basic("ann", USERS.ann) }))).toBe(204);
			expect((await bridge.end()).code).toBe(4401);
			await expect(open("/clusters/north/api/bridge", bearer(token))).rejects.toThrow("refused with 401");
		});

		test("successful and failed sign-ins, and changes of tokens, are in the audit; no secret is", async () => {
			await form("/access/sign-in", { user: "viewer", password: "a secret typed" }, host.from("198.51.100.7"));
			await form("/access/sign-in", { user: "a secret in the wrong field", password: "x" }, host.from("198.51.100.7"));
			const { cookie } = await signIn("ann");
			const { id } = await mint({ kind: "api", name: "audited", role: "viewer" });
			await ask(`/api/tokens/${id}`, { method: "DELETE", headers: { cookie } });
			await form("/access/sign-out", {}, { cookie });
			const text = await (await ask("/api/audit", { headers: basic("ann", USERS.ann) })).text();
			const entries = (
				JSON.parse(text) as { entries: { action: string; result: string; target?: string; actor: { name: string; address: string } }[] }
			).entries;
			const told = entries.slice(0, 6).map(({ action, result, target, actor }) => [action, result, actor.name, target]);
			expect(told).toEqual([
				["sign-out", "done", "ann", undefined],
				["token-revoke", "done", "ann", "audited"],
				["token-create", "done", "ann", "audited"],
				["sign-in", "done", "ann", undefined],
				["sign-in", "refused", "", undefined],
				["sign-in", "refused", "", "viewer"],
			]);
			expect(entries[5]?.actor.address).toBe("198.51.100.7");
			expect(text).not.toMatch(/a secret|hfd_/);
			expect(await status(ask("/api/audit", { headers: basic("viewer", USERS.viewer) }))).toBe(403);
		});

		test("tokens are made and revoked on their page, without script", async () => {
			const session = await signIn("ann");
			const made = await form("/access/tokens", { kind: "api", name: "by hand <b>", role: "viewer", days: "1" }, session);
			const text = await made.text();
			expect(made.status).toBe(200);
			const token = /hfd_[0-9a-z]+_[\w-]{43}/.exec(text)?.[0] ?? "";
			expect(text).toContain("“<!--$-->by hand &lt;b>");
			expect(await status(ask("/api/session", { headers: bearer(token) }))).toBe(200);
			const page = await (await ask("/access/tokens", { headers: { ...html, ...session } })).text();
			expect(page).not.toContain(token);
			const action = /action="?(\/access\/tokens\/\d+\/revoke)/.exec(page)?.[1] ?? "";
			expect((await form(action, {}, session)).headers.get("location")).toBe("/access/tokens");
			expect((await form("/access/tokens", { kind: "api", name: "", role: "viewer" }, session)).status).toBe(400);
			expect((await form("/access/tokens", { kind: "api", name: "x", role: "viewer", days: "many" }, session)).status).toBe(400);
		});

		test.each([
			["another site by its own word", { "sec-fetch-site": "cross-site" }],
			["another site's origin", { origin: "https://evil.example" }],
			["a neighbour of the same site", { "sec-fetch-site": "same-site" }],
			["no origin to tell", { origin: "null" }],
		])("a change asked for by %s is refused", async (_, headers) => {
			const session = await signIn("ann");
			for (const path of ["/access/tokens", "/access/sign-out", "/access/sign-in", "/api/tokens"])
				expect(await status(form(path, {}, { ...session, ...headers }))).toBe(403);
			expect(await status(ask("/api/session", { headers: session }))).toBe(200);
			expect(await status(form("/access/sign-out", {}, { ...session, "sec-fetch-site": "same-origin" }))).toBe(303);
		});

		test("other origins read nothing, except a configured one with a token", async () => {
			const { token } = await mint({ kind: "api", name: "tools", role: "viewer" });
			const asked = async (origin: string) => (await ask("/api/cluster", { headers: { ...bearer(token), origin } })).headers;
			expect((await asked("https://evil.example")).get("access-control-allow-origin")).toBeNull();
			const named = await asked("https://tools.example");
			expect(named.get("access-control-allow-origin")).toBe("https://tools.example");
			expect(named.get("access-control-allow-credentials")).toBeNull();
			const preflight = await ask("/api/cluster", { method: "OPTIONS", headers: { origin: "https://tools.example" } });
			expect(preflight.headers.get("access-control-allow-headers")).toContain("Authorization");
		});

		test("a body that is too long is refused", async () => {
			const session = await signIn("ann");
			expect(await status(form("/access/sign-in", { user: "x".repeat(20_000), password: "x" }))).toBe(413);
			expect(await status(form("/access/tokens", { name: "x".repeat(20_000) }, session))).toBe(413);
		});
	});

	describe(`${name}, read-only`, () => {
		test("nobody acts while it is readonly, with or without sign-in; requests past the rate are answered with Retry-After", async () => {
			const host = await start({
				readonly: true,
				requestsPerMinute: 240,
				socketsPerClient: 2,
				maxClusters: 2,
				allowedHosts: ["dash.example"],
			});
			try {
				const acting = ROUTES.filter(([, , needs]) => ["act", "annotate", "manage"].includes(needs));
				for (const [method, path] of acting) {
					const answer = await fetch(host.url + path.replace(":cluster", "guarded").replace(/:[a-z]+/g, "1"), { method });
					expect(answer.status, `${method} ${path}`).toBe(403);
					await answer.text();
				}
				const headers = { authorization: `Bearer ${host.token}` };
				const push = (base: string, query = "") =>
					fetch(`${host.url}${base}/api/bridge${query}`, { method: "POST", headers, body: lines(helloOf("x")) });
				for (const base of ["", "/clusters/second", "/clusters/second"]) expect((await push(base)).status).toBe(200);
				for (const query of ["", "?wait=1s"]) {
					const refused = await push("/clusters/third", query);
					expect(refused.status).toBe(409);
					expect(await refused.json()).toMatchObject({ kind: "limit", detail: expect.stringMatching(/has 2 clusters.*raise maxClusters/) });
				}
				await expect(TextSocket.open(`${host.url}/clusters/third/api/bridge`, headers)).rejects.toThrow("refused with 409");
				const opened = [await TextSocket.open(`${host.url}/api/live`), await TextSocket.open(`${host.url}/api/live`)];
				await expect(TextSocket.open(`${host.url}/api/live`)).rejects.toThrow("refused with 429");
				await opened[0]?.close();
				await expect
					.poll(async () =>
						TextSocket.open(`${host.url}/api/live`).then(
							(socket) => opened.push(socket),
							() => 0,
						),
					)
					.toBe(3);
				for (const socket of opened) await socket.close();
				let last = await fetch(`${host.url}/api/health`);
				for (let n = 0; n < 200 && last.status === 200; n++) {
					await last.text();
					last = await fetch(`${host.url}/api/health`);
				}
				expect(last.status).toBe(429);
				expect(last.headers.get("retry-after")).toBe("1");
				expect(await last.json()).toMatchObject({ kind: "too-many" });
			} finally {
				await host.stop();
			}
		});
	});
}
