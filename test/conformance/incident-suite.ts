/** Links to incidents: one report, for who has no account, and nothing else; the same on every host. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TokenAnswer } from "../../colony-bridge/protocol/http/access.ts";
import type { GuardedHost, StartGuarded } from "./access-suite.ts";
import { HOSTILE, helloOf, lines, push } from "./example-colony.ts";

const USERS = { ann: { password: "correct horse", role: "operator" }, ben: { password: "only looking", role: "viewer" } } as const;
const BASE = "/clusters/incident";
/** All of these are names or words of the colony. */
const SECRETS = [
	"colony-of-secrets",
	"worker-alpha",
	"host-beta",
	"bridge-gamma",
	"task-delta",
	"fold-epsilon",
	"zeta happened",
	"stack-eta",
	"check-theta",
	"label-iota",
	"source-kappa",
	"ErrorLambda",
	"role-mu",
	"MarkNu",
	"stream-xi",
	"taskkind-omicron",
	"unit-pi",
	"mark-rho",
	"secerr",
	"secannot",
];

export function incidentSuite(name: string, start: StartGuarded): void {
	describe(`${name}, incidents`, () => {
		let host: GuardedHost;
		let at: number;
		beforeAll(async () => {
			host = await start({ authEnabled: true, authUsers: USERS });
			const now = Date.now();
			const workers = {
				set: [
					{ id: "worker-alpha", status: "failed", host: "host-beta", role: "role-mu", message: "zeta happened" },
					{ id: "w2", status: "idle" },
				],
			};
			const failure = { type: "ErrorLambda", message: `zeta happened ${HOSTILE}`, stack: "stack-eta" };
			const frames = lines(
				{ ...helloOf("colony-of-secrets"), bridge: "bridge-gamma" },
				{
					type: "series",
					seq: 1,
					series: [
						{ id: 0, name: "cpu_percent", type: "gauge", unit: "unit-pi", labels: { worker: "worker-alpha", kind: "label-iota" } },
						{ id: 1, name: "memory_mb", type: "gauge", unit: "unit-pi", labels: { worker: "worker-alpha", status: "label-iota" } },
					],
				},
				{ type: "tick", seq: 2, at: now, ids: [0, 1], values: [42, 7] },
				{
					type: "state",
					seq: 3,
					at: now,
					workers,
					checks: { set: [{ id: "check-theta", status: "failed", message: "zeta happened" }] },
					streams: { set: [{ id: "stream-xi", status: "running" }] },
				},
				{
					type: "events",
					seq: 4,
					events: [
						{
							type: "taskEnd",
							id: "task-delta",
							name: "fold-epsilon",
							kind: "taskkind-omicron",
							status: "failed",
							endedAt: now,
							worker: "worker-alpha",
							error: failure,
						},
						{ type: "log", at: now, level: "ERROR", source: "source-kappa", message: "zeta happened" },
						{ type: "mark", at: now, kind: "MarkNu", text: "zeta happened" },
						{ type: "mark", at: now, kind: "mark-rho", text: "1 of 3 workers secannot" },
						{ type: "log", at: now, level: "ERROR", source: "source-kappa", message: "2 of 3 secerr secannot" },
					],
				},
			);
			const pushed = await push(host, BASE, frames);
			expect(pushed.status).toBe(200);
			expect(await pushed.text()).not.toContain('"error"');
			const view = await fetch(`${host.url}${BASE}/api/view?queries=[]`, { headers: basic("ann") });
			at = ((await view.json()) as { at: number }).at;
		});
		afterAll(() => host?.stop());

		const basic = (user: keyof typeof USERS) => ({ authorization: `Basic ${btoa(`${user}:${USERS[user].password}`)}` });
		const mint = (wanted: object, user: keyof typeof USERS = "ann") =>
			fetch(`${host.url}/api/tokens`, {
				method: "POST",
				headers: { ...basic(user), "content-type": "application/json" },
				body: JSON.stringify({ kind: "incident", name: "night of the 1st", cluster: "incident", at, ...wanted }),
			});
		async function link(wanted: object = {}): Promise<TokenAnswer & { address: string }> {
			const response = await mint(wanted);
			const answer = (await response.json()) as TokenAnswer & { address: string };
			expect(response.status, JSON.stringify(answer)).toBe(201);
			return answer;
		}
		/** Without any account. */
		const open = (path: string, headers: Record<string, string> = {}) => fetch(host.url + path, { headers, redirect: "manual" });

		test("shows the cluster as of then to who has no account, with a title that says what is wrong, and no search engine keeps it", async () => {
			const { address, incident, expires_at = "" } = await link({ range: "15m" });
			expect(incident).toMatchObject({ range: "15m", redacted: false });
			expect(Date.parse(expires_at) - Date.now()).toBeGreaterThan(6.9 * 86_400_000);
			const response = await open(address);
			const html = await response.text();
			expect(response.status).toBe(200);
			expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
			expect(response.headers.get("x-robots-tag")).toContain("noindex");
			expect(response.headers.get("referrer-policy")).toBe("no-referrer");
			expect(html).toContain("worker-alpha");
			expect(html).not.toContain(HOSTILE);
			expect(html).toMatch(/<meta property="og:title" content="colony-of-secrets unhealthy[^"]*: [^"]+">/);
			// Nothing in it leads back into the dashboard.
			expect(html).not.toMatch(/(?:href|src|action)="(?!#)/);
		});

		test("opens nothing else, as an account or as a bridge", async () => {
			const { token = "" } = await link();
			const bearer = { authorization: `Bearer ${token}` };
			for (const path of [`${BASE}/api/workers`, `${BASE}/`, "/api/clusters", "/api/tokens", `${BASE}/api/report`, `${BASE}/api/live`]) {
				const answer = await open(path, bearer);
				expect([401, 403], path).toContain(answer.status);
				await answer.arrayBuffer();
			}
			const pushed = await fetch(`${host.url}${BASE}/api/bridge`, { method: "POST", headers: bearer, body: lines(helloOf("x")) });
			expect(pushed.status).toBe(401);
			expect((await open(`${BASE}/api/workers?token=${token}`)).status).toBe(401);
		});

		test("without names and texts it has none of them, in its data neither", async () => {
			const { address } = await link({ redacted: true });
			const html = await (await open(address)).text();
			// Not `toContain`: it would print the document.
			const told = [...SECRETS, "night of the 1st"].map((secret) => ({
				secret,
				around: html.slice(Math.max(0, html.indexOf(secret) - 80), html.indexOf(secret) + 40),
			}));
			expect(told.filter(({ secret }) => html.includes(secret))).toEqual([]);
			expect(html).toContain("worker 1");
			expect(html).toContain("Names are numbered");
			expect(html).toContain("cpu_percent");
			expect(html).toContain("1 of 2 workers failed");
		});

		test("of another cluster of its name, begun anew, of a later time, and of annotations written later it shows nothing", async () => {
			const base = "/clusters/incident-again";
			const first = lines(helloOf("first tenant"), { type: "state", seq: 1, at: Date.now(), queued: 1 });
			expect((await push(host, base, first)).status).toBe(200);
			const view = async () =>
				((await (await fetch(`${host.url}${base}/api/view?queries=[]`, { headers: basic("ann") })).json()) as { at: number }).at;
			const { address } = await link({ cluster: "incident-again", at: await view() });
			expect((await open(address)).status).toBe(200);
			const later = await link({ cluster: "incident-again", at: await view() });
			const written = await fetch(`${host.url}${base}/api/annotations`, {
				method: "POST",
				headers: { ...basic("ben"), "content-type": "application/json" },
				body: JSON.stringify({ text: "written later", at: Date.now() - 60_000 }),
			});
			expect(written.status).toBe(201);
			expect(await (await open(later.address)).text()).not.toContain("written later");
			const ahead = await mint({ cluster: "incident-again", at: Date.now() + 60_000 });
			expect(ahead.status).toBe(400);
			expect((await mint({ cluster: "never-pushed" })).status).toBe(404);
			// The document of a moment ago may be shown for a minute more; that of another link is not there yet.
			const unopened = await link({ cluster: "incident-again", at: await view() });
			await fetch(`${host.url}${base}/api/cluster?confirm=incident-again`, { method: "DELETE", headers: basic("ann") });
			await expect.poll(async () => (await open(unopened.address)).status).toBe(404);
			const second = lines(helloOf("second tenant"), { type: "state", seq: 1, at: Date.now(), queued: 1 });
			expect((await push(host, base, second)).status).toBe(200);
			const answer = await open(unopened.address, { accept: "text/html" });
			const html = await answer.text();
			expect(answer.status).toBe(404);
			expect(html).not.toMatch(/tenant|incident-again/);
			expect(answer.headers.get("x-robots-tag")).toContain("noindex");
			expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
		});

		test("opened by many at once it is made once", async () => {
			const { address } = await link();
			const texts = await Promise.all(Array.from({ length: 60 }, async () => (await open(address)).text()));
			expect(new Set(texts).size).toBe(1);
		});

		test("is listed, and gone at once when it is taken back; a viewer cannot make one, and a cut address shows nothing", async () => {
			const { id, address } = await link();
			const listed = (await (await fetch(`${host.url}/api/tokens`, { headers: basic("ann") })).json()) as TokenAnswer[];
			expect(listed.find((each) => each.id === id)).toMatchObject({ kind: "incident", cluster: "incident" });
			expect((await open(address.slice(0, -1))).status).toBe(404);
			expect((await open("/incidents/x")).status).toBe(404);
			expect((await open(address)).status).toBe(200);
			await fetch(`${host.url}/api/tokens/${id}`, { method: "DELETE", headers: basic("ann") });
			expect((await open(address)).status).toBe(404);
			expect((await mint({}, "ben")).status).toBe(403);
		});

		test.each([
			[{ at: undefined }, /at/],
			[{ range: "forever" }, /range: a duration/],
			[{ expires_in_days: 0 }, /expires_in_days/],
			[{ role: "viewer" }, /role/],
		])("%j is refused", async (wanted, words) => {
			const response = await mint(wanted);
			expect(response.status).toBe(400);
			expect(((await response.json()) as { detail: string }).detail).toMatch(words);
		});
	});
}
