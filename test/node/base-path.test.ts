/** A dashboard under a path of a host that others share. */
import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { Bridge, DashboardServer } from "../../worker/node/index.ts";
import { sharedHost } from "./shared-host.ts";

const USERS = { ann: "correct horse" };
const TOKEN = "a-token-for-bridges";
const html = { accept: "text/html" };
const colony = { name: "production", snapshot: () => ({ workers: [{ id: "worker-1", status: "busy" as const }] }) };

const servers: DashboardServer[] = [];
let host: Awaited<ReturnType<typeof sharedHost>>;
beforeAll(async () => {
	for (const basePath of ["/hive", "/other/hive"]) {
		const server = new DashboardServer({ colony, basePath, bridgeToken: TOKEN, config: { authEnabled: true, authUsers: USERS } });
		await server.start({ host: "127.0.0.1", port: 0 });
		servers.push(server);
	}
	const [one, two] = servers.map(({ url }) => new URL(url).origin) as [string, string];
	host = await sharedHost({ "/hive": one, "/other": two });
});
afterAll(async () => {
	await Promise.all(servers.map((server) => server.stop()));
	await host?.close();
});

const ask = (path: string, init: RequestInit = {}) => fetch(host.url + path, { redirect: "manual", ...init });

async function signIn(base: string): Promise<{ set: string; cookie: string }> {
	const body = new URLSearchParams({ user: "ann", password: USERS.ann, next: `${base}/workers` });
	const response = await ask(`${base}/access/sign-in`, { method: "POST", headers: html, body });
	expect([response.status, response.headers.get("location")]).toEqual([303, `${base}/workers`]);
	const set = response.headers.get("set-cookie") ?? "";
	return { set, cookie: set.split(";")[0] ?? "" };
}

test("the address has the path, and nothing is outside of it", async () => {
	const { origin, pathname } = new URL(servers[0]?.url ?? "");
	expect(pathname).toBe("/hive");
	for (const path of ["/", "/workers", "/api/health", "/hives/api/health", "/hiveworkers", "/other/hive/"]) {
		const response = await fetch(origin + path);
		expect(response.status, path).toBe(404);
		expect(await response.json()).toMatchObject({ kind: "not-found", detail: expect.stringContaining("this dashboard is at /hive/") });
		expect(response.headers.get("x-content-type-options")).toBe("nosniff");
	}
	for (const path of ["/hive/api/health", "/hive/api/health?"]) expect((await fetch(origin + path)).status).toBe(200);
	const socket = new WebSocket(`${origin.replace("http", "ws")}/api/bridge`, { headers: { authorization: `Bearer ${TOKEN}` } });
	const [, refused] = await once(socket, "unexpected-response");
	expect(refused.statusCode).toBe(404);
	socket.on("error", () => {}).terminate();
});

test("sign-in leads there and back under the path, and the cookie is for it alone", async () => {
	const sent = await ask("/hive/workers?x=1", { headers: html });
	expect([sent.status, sent.headers.get("location")]).toEqual([
		303,
		`/hive/access/sign-in?next=${encodeURIComponent("/hive/workers?x=1")}`,
	]);
	expect((await ask("/hive", { headers: html })).headers.get("location")).toBe("/hive/access/sign-in");
	const form = await (await ask(sent.headers.get("location") ?? "", { headers: html })).text();
	expect(form).toContain('action="/hive/access/sign-in"');
	expect(form).toContain('value="/hive/workers?x=1"');
	const { set } = await signIn("/hive");
	expect(set).toMatch(/^hiveframe-\d+=[\w.-]+; Path=\/hive; Max-Age=\d+; HttpOnly; SameSite=Lax$/);
	// A proxy with TLS before it: `__Host-` would be for the whole host.
	const body = new URLSearchParams({ user: "ann", password: USERS.ann });
	const headers = { ...html, "x-forwarded-proto": "https", "x-forwarded-host": "dash.example" };
	const secure = await ask("/hive/access/sign-in", { method: "POST", headers, body });
	expect(secure.headers.get("set-cookie")).toMatch(/^__Secure-hiveframe=[\w.-]+; Path=\/hive; .*; Secure$/);
	expect(secure.headers.get("location")).toBe("/hive/");
});

test("two dashboards of one host keep both sessions, and signing out of one ends that one", async () => {
	const [one, two] = [await signIn("/hive"), await signIn("/other/hive")];
	const status = async (path: string, cookie: string) => (await ask(`${path}/api/session`, { headers: { cookie } })).status;
	expect([await status("/hive", one.cookie), await status("/other/hive", two.cookie)]).toEqual([200, 200]);
	expect(await status("/hive", two.cookie)).toBe(401);
	// A browser that has one for the whole host beside it sends both.
	expect(await status("/hive", `${two.cookie}; ${one.cookie}`)).toBe(200);
	const out = await ask("/hive/access/sign-out", { method: "POST", headers: { cookie: one.cookie, origin: host.url } });
	expect([out.headers.get("location"), out.headers.get("set-cookie")]).toEqual([
		"/hive/access/sign-in",
		expect.stringContaining("Path=/hive; Max-Age=0"),
	]);
	expect([await status("/hive", one.cookie), await status("/other/hive", two.cookie)]).toEqual([401, 200]);
});

test("every link, file and form of every page is under the path, and is there", async () => {
	const { cookie } = await signIn("/hive");
	const paths = [
		"/hive",
		"/hive/",
		"/hive/workers",
		"/hive/workers/worker-1",
		"/hive/clusters/production/tasks",
		"/hive/audit",
		"/hive/clusters",
		"/hive/api/docs",
		"/hive/access/tokens",
		"/hive/nothing-here",
	];
	await expect.poll(async () => (await ask("/hive/api/workers", { headers: { cookie } })).json()).toHaveLength(1);
	const found = new Set<string>();
	for (const path of paths) {
		const text = await (await ask(path, { headers: { ...html, cookie } })).text();
		const named = [...text.matchAll(/\s(?:href|src|action)="?([^"\s>]+)/g)].map(([, at = ""]) => at.replaceAll("&amp;", "&"));
		expect(
			named.filter((at) => !/^(\/hive(\/|$)|[?#]|data:)/.test(at)),
			path,
		).toEqual([]);
		for (const at of named) if (at.startsWith("/hive/assets/")) found.add(at);
	}
	expect(found.size).toBeGreaterThan(5);
	for (const file of found) expect((await ask(file)).status, file).toBe(200);
	const manifest = await (await ask("/hive/manifest.webmanifest?cluster=production")).json();
	expect(manifest).toMatchObject({ start_url: "/hive/clusters/production/", scope: "/hive/" });
	for (const { src } of manifest.icons) expect((await ask(src)).status, src).toBe(200);
	const pages = await (await ask("/hive/api/pages", { headers: { cookie } })).json();
	expect(pages.pages.map(({ path }: { path: string }) => path)).toContain("/hive/workers");
	expect((await ask("/hive/overview", { headers: { cookie } })).headers.get("location")).toBe("/hive");
	const clusters = await (await ask("/hive/api/clusters", { headers: { cookie } })).json();
	expect(clusters).toMatchObject([{ name: "production", path: "/hive" }]);
	const servers = (path: string) =>
		ask(path).then(async (response) => (await response.json()).servers.map(({ url }: { url: string }) => url));
	expect(await servers("/hive/api/openapi.json")).toEqual(["/hive", "/hive/clusters/{cluster}"]);
	expect(await servers("/other/hive/api/openapi.json")).toEqual(["/other/hive", "/other/hive/clusters/{cluster}"]);
	const token = await ask("/hive/api/tokens", {
		method: "POST",
		headers: { cookie, origin: host.url, "content-type": "application/json" },
		body: JSON.stringify({ kind: "api", name: "ci", role: "viewer" }),
	});
	expect([token.status, token.headers.get("location")]).toEqual([201, expect.stringMatching(/^\/hive\/api\/tokens\/\d+$/)]);
	const incident = await ask("/hive/api/tokens", {
		method: "POST",
		headers: { cookie, origin: host.url, "content-type": "application/json" },
		body: JSON.stringify({ kind: "incident", name: "today", at: Date.now() }),
	});
	const { address } = await incident.json();
	expect(address).toMatch(/^\/hive\/incidents\//);
	expect((await ask(address)).status).toBe(200);
});

test("a bridge pushes to the address with its path, over a socket", async () => {
	const bridge = new Bridge({
		colony: { ...colony, name: "far" },
		to: { url: `${host.url}/hive`, token: TOKEN, cluster: "far" },
		intervalMs: 250,
	});
	bridge.start();
	try {
		const { cookie } = await signIn("/hive");
		const workers = () => ask("/hive/clusters/far/api/workers", { headers: { cookie } }).then((response) => response.json());
		await expect.poll(workers).toMatchObject([{ id: "worker-1" }]);
	} finally {
		await bridge.stop();
	}
});

test.each(["hive", "/hive/", "/", "/../x", '/a"b', "/a b", "//evil.example", 7])("%j is no base path", (basePath) => {
	expect(() => new DashboardServer({ basePath } as never)).toThrow(/basePath.*write a path such as/);
});
