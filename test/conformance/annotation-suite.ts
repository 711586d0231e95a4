/** Annotations: written, changed and deleted by who may, and seen in the present and in the past, the same on every host. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AuditAnswer } from "../../colony-bridge/protocol/http/audit.ts";
import type { AnnotationAnswer } from "../../colony-bridge/protocol/http/rest-record.ts";
import type { Snapshot } from "../../colony-bridge/protocol/query/view.ts";
import type { GuardedHost, StartGuarded } from "./access-suite.ts";
import { helloOf, lines, push } from "./example-colony.ts";

const USERS = {
	ann: { password: "correct horse", role: "operator" },
	ben: { password: "only looking", role: "viewer" },
	cleo: { password: "looking too", role: "viewer" },
} as const;
type User = keyof typeof USERS;
const BASE = "/clusters/annotated";
const HOSTILE = "<script>alert(1)</script>";

export function annotationSuite(name: string, start: StartGuarded): void {
	describe(`${name}, annotations`, () => {
		let host: GuardedHost;
		/** An instant before any annotation was written. */
		let before: string;
		beforeAll(async () => {
			host = await start({ authEnabled: true, authUsers: USERS });
			const workers = { set: [{ id: "w", status: "idle" }] };
			const body = lines(helloOf("annotated"), { type: "state", seq: 1, at: Date.now(), workers });
			expect((await push(host, BASE, body)).status).toBe(200);
			before = new Date().toISOString();
		});
		afterAll(() => host?.stop());

		const headersOf = (user: User) => ({
			authorization: `Basic ${btoa(`${user}:${USERS[user].password}`)}`,
			"content-type": "application/json",
		});
		const ask = (method: string, path: string, user: User, body?: unknown) =>
			fetch(`${host.url}${BASE}${path}`, { method, headers: headersOf(user), ...(body !== undefined && { body: JSON.stringify(body) }) });
		const json = async <T>(response: Promise<Response>, status = 200): Promise<T> => {
			const answer = await response;
			const text = await answer.text();
			expect(answer.status, text).toBe(status);
			return JSON.parse(text) as T;
		};
		const write = (body: unknown, user: User = "ben") => json<AnnotationAnswer>(ask("POST", "/api/annotations", user, body), 201);
		const list = (query = "") => json<AnnotationAnswer[]>(ask("GET", `/api/annotations${query}`, "ben"));
		const marks = async (query = "") => {
			const queries = encodeURIComponent('[{"kind":"marks"}]');
			const { answers } = await json<Snapshot>(ask("GET", `/api/view?queries=${queries}${query}`, "ben"));
			const [answer] = answers;
			return answer?.kind === "marks" ? answer.rows : [];
		};

		test("a viewer writes one; it stands beside the time axis of every chart, as text, and a repeat is the same one", async () => {
			const at = new Date(Date.now() - 1000).toISOString();
			const body = { text: `  ${HOSTILE} `, kind: "deploy", at, until: Date.now(), worker: "w" };
			const written = await write(body);
			expect(written).toMatchObject({ text: HOSTILE, kind: "deploy", at, worker: "w", by: "ben" });
			expect(await write(body)).toEqual(written);
			expect((await list()).filter(({ text }) => text === HOSTILE)).toEqual([written]);
			expect((await marks()).filter(({ text }) => text === HOSTILE)).toMatchObject([{ kind: "deploy", written: { by: { name: "ben" } } }]);
			const page = await (await fetch(`${host.url}${BASE}/`, { headers: { ...headersOf("ben"), accept: "text/html" } })).text();
			expect(page).toContain("alert(1)");
			expect(page).not.toContain(HOSTILE);
		});

		test("its author and an operator change and delete it, no other viewer; the audit has who did", async () => {
			const { id } = await write({ text: "disk was full" });
			const path = `/api/annotations/${id}`;
			expect(await json(ask("PUT", path, "cleo", { text: "mine now" }), 403)).toMatchObject({
				detail: expect.stringContaining('by "ben"'),
			});
			await json(ask("DELETE", path, "cleo"), 403);
			const changed = await json<AnnotationAnswer>(ask("PUT", path, "ben", { text: "disk of w was full", worker: "w" }));
			expect(changed).toMatchObject({ id, text: "disk of w was full", worker: "w", by: "ben", edited_at: expect.any(String) });
			expect(await json(ask("PUT", path, "ann", { text: "the disk of w was full" }))).toMatchObject({ by: "ben" });
			expect((await ask("DELETE", path, "ann")).status).toBe(204);
			await json(ask("DELETE", path, "ann"), 404);
			expect((await list()).map((each) => each.id)).not.toContain(id);
			const { entries } = await json<AuditAnswer>(ask("GET", "/api/audit", "ann"));
			expect(entries.filter(({ target }) => target === id).map(({ action, actor }) => [action, actor.name])).toEqual([
				["annotation-delete", "ann"],
				["annotation-change", "ann"],
				["annotation-change", "ben"],
				["annotate", "ben"],
			]);
		});

		test("one that is written today about yesterday is in yesterday's view, and none about a later time", async () => {
			const about = new Date(Date.parse(before) - 1).toISOString();
			const { id } = await write({ text: "the switch of rack 3 failed", at: about });
			const later = await write({ text: "all well again" });
			const then = (await list(`?at=${before}`)).map((each) => each.id);
			expect(then).toContain(id);
			expect(then).not.toContain(later.id);
			const seen = (await marks(`&at=${before}`)).map((row) => row.text);
			expect(seen).toContain("the switch of rack 3 failed");
			expect(seen).not.toContain("all well again");
		});

		test.each([
			[{}, /text: write \{"text"/],
			[{ text: " " }, /text: write 1 to 300 characters/],
			[{ text: "x".repeat(301) }, /text: write 1 to 300 characters/],
			[{ text: "x", kind: "Deploy!" }, /kind: a kind has/],
			[{ text: "x", at: "yesterday" }, /at: .*no instant/],
			[{ text: "x", until: 5 }, /until: give/],
			[{ text: "x", at: "2099-01-01T00:00:00Z" }, /30 days at most/],
			[{ text: "x", colour: "red" }, /colour/],
		])("%j is refused, and says why", async (body, words) => {
			const count = (await list()).length;
			expect((await json<{ detail: string }>(ask("POST", "/api/annotations", "ann", body), 400)).detail).toMatch(words);
			expect(await list()).toHaveLength(count);
		});

		test("a cluster that nobody has pushed to cannot be annotated", async () => {
			const post = (base: string) =>
				fetch(`${host.url}${base}/api/annotations`, { method: "POST", headers: headersOf("ann"), body: '{"text":"x"}' });
			for (const base of ["", "/clusters/nothing"]) expect((await json<{ kind: string }>(post(base), 404)).kind).toBe("not-found");
		});
	});
}
