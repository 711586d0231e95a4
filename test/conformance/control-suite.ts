/** Commands to a colony and the record of who gave them, the same on every host. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { AuditAnswer } from "../../colony-bridge/protocol/http/audit.ts";
import type { CommandAnswer } from "../../colony-bridge/protocol/http/rest.ts";
import type { DownFrame } from "../../colony-bridge/protocol/wire/down.ts";
import type { Capability, Hello } from "../../colony-bridge/protocol/wire/up.ts";
import type { GuardedHost, StartGuarded } from "./access-suite.ts";
import { helloOf, lines, push } from "./example-colony.ts";
import { LIMITED, limitSuite } from "./limit-suite.ts";
import { TextSocket } from "./text-socket.ts";
import { waitingSuite } from "./waiting-suite.ts";

const USERS = { ann: "correct horse", viewer: "only looking" };
/** Sockets of one address. */
const ROOM = 20;
const HOSTILE = "<script>alert(1)</script>";
type CommandFrame = Extract<DownFrame, { type: "command" }>;

let names = 0;
const freshBase = () => `/clusters/control-${names++}`;
const basic = (user: keyof typeof USERS) => ({ authorization: `Basic ${btoa(`${user}:${USERS[user]}`)}` });

export function controlSuite(name: string, start: StartGuarded): void {
	describe(`${name}, control`, () => {
		let host: GuardedHost;
		const sockets: TextSocket[] = [];
		beforeAll(async () => {
			host = await start({ authEnabled: true, authUsers: USERS, socketsPerClient: ROOM });
		});
		afterEach(async () => {
			await Promise.all(sockets.splice(0).map((socket) => socket.close()));
		});
		afterAll(() => host?.stop());

		const get = (path: string, user: keyof typeof USERS = "ann") => fetch(host.url + path, { headers: basic(user), redirect: "manual" });
		const post = (path: string, { body, key, user = "ann" }: { body?: unknown; key?: string; user?: keyof typeof USERS } = {}) =>
			fetch(host.url + path, {
				method: "POST",
				headers: { ...basic(user), ...(key && { "idempotency-key": key }), "content-type": "application/json" },
				...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
			});
		const json = async <T>(response: Response | Promise<Response>) => (await (await response).json()) as T;

		/** A colony and its workers, told of over HTTP. */
		async function colony(base: string, capabilities: Capability[], ...workers: string[]): Promise<Hello> {
			const hello = helloOf("control", { capabilities });
			const set = (workers.length > 0 ? workers : ["worker-1"]).map((id) => ({ id, status: "idle" }));
			const state = { type: "state", seq: 1, at: Date.now(), workers: { replace: true, set } };
			expect((await push(host, base, lines(hello, state))).status).toBe(200);
			return hello;
		}

		async function connect(base: string, hello: Hello): Promise<TextSocket> {
			const socket = await TextSocket.open(`${host.url}${base}/api/bridge`, { authorization: `Bearer ${host.token}` });
			sockets.push(socket);
			socket.send(hello);
			await socket.frame("welcome");
			return socket;
		}

		test("state of a stale bridge is not heard, and it receives no command; its next push restores both", async () => {
			const base = freshBase();
			// Long enough to be seen before, with the machine as it is.
			const hello = helloOf("control", { capabilities: ["restart"], intervalMs: 1500 });
			const state = (seq: number) => ({
				type: "state",
				seq,
				at: Date.now(),
				workers: { replace: true, set: [{ id: "worker-1", status: "busy" }] },
			});
			expect((await push(host, base, lines(hello, state(1)))).status).toBe(200);
			const cluster = () => json<{ status: string; silent_since?: string; workers: object }>(get(`${base}/api/cluster`));
			expect(await cluster()).toMatchObject({ status: "healthy", workers: { ready: 1, not_heard: 0 } });
			await expect.poll(async () => (await cluster()).status).toBe("silent");
			const { silent_since, workers } = await cluster();
			expect(workers).toEqual({ total: 1, ready: 0, busy: 0, not_heard: 1 });
			expect(await json(get(`${base}/api/workers`))).toMatchObject([
				{ status: "not-heard", last_status: "busy", stale_since: silent_since },
			]);
			const refused = await post(`${base}/api/workers/worker-1/restart`);
			expect(refused.status).toBe(503);
			expect(refused.headers.get("retry-after")).toBe("10");
			expect(await json(refused)).toMatchObject({ kind: "not-heard", detail: expect.stringContaining("has not been heard for") });
			expect((await push(host, base, lines({ ...hello, intervalMs: 60_000 }, state(2)))).status).toBe(200);
			expect(await cluster()).toMatchObject({ status: "healthy", workers: { ready: 1, not_heard: 0 } });
			expect((await post(`${base}/api/workers/worker-1/restart`)).status).toBe(202);
		});

		test("a worker with slashes in its name is restarted, encoded or as proxies decode it; one called `..` has an address", async () => {
			const base = freshBase();
			const [plain, encoded] = ["rack-7/plain", "rack-7/encoded"];
			await colony(base, ["restart"], plain, encoded, "..");
			for (const [worker, written] of [
				[plain, plain],
				[encoded, encodeURIComponent(encoded)],
				["..", "..;"],
			]) {
				const answer = await post(`${base}/api/workers/${written}/restart`);
				expect(answer.status, written).toBe(202);
				expect(await json(answer)).toMatchObject({ action: "restart", worker });
			}
			expect((await post(`${base}/api/workers/rack-7/nobody/restart`)).status).toBe(404);
		});

		test("a restart goes to the bridge, and its result is at the command's own address", async () => {
			const base = freshBase();
			const socket = await connect(base, await colony(base, ["restart"]));
			const answer = await post(`${base}/api/workers/worker-1/restart`);
			expect(answer.status).toBe(202);
			const taken = await json<CommandAnswer>(answer);
			expect(taken).toMatchObject({ action: "restart", worker: "worker-1", bridge: "test", state: "delivered", by: "ann" });
			expect(answer.headers.get("location")).toBe(`${base}/api/commands/${taken.id}`);
			const frame = await socket.frame<CommandFrame>("command");
			expect(frame).toEqual({ type: "command", id: taken.id, command: { action: "restart", worker: "worker-1" } });
			const following = get(`${base}/api/commands/${taken.id}?wait=20s`);
			socket.send({ type: "result", seq: 2, command: taken.id, ok: true, message: `back, ${HOSTILE}` });
			expect(await json(following)).toMatchObject({ state: "done", message: `back, ${HOSTILE}`, ended_at: expect.any(String) });
			expect(await json(get(`${base}/api/commands`))).toMatchObject([{ id: taken.id, state: "done" }]);
			const audit = await json<AuditAnswer>(get(`${base}/api/audit`));
			expect(audit.entries).toMatchObject([
				{
					actor: { name: "ann", role: "operator", via: "basic" },
					action: "restart",
					target: "worker-1",
					result: "done",
					command: taken.id,
				},
			]);
			expect(audit.entries[0]?.actor.address).not.toBe("");
			const page = await get(`${base}/audit`);
			expect(page.headers.get("content-type")).toContain("text/html");
			const html = await page.text();
			expect(html).toContain("worker-1");
			expect(html).not.toContain(HOSTILE);
		});

		test("a caller may wait for the result, and the answer has it", async () => {
			const base = freshBase();
			const socket = await connect(base, await colony(base, ["scale"]));
			const answering = post(`${base}/api/cluster/scale?wait=20s`, { body: { workers: 15 } });
			const { id, command } = await socket.frame<CommandFrame>("command");
			expect(command).toEqual({ action: "scale", workers: 15 });
			socket.send({ type: "result", seq: 2, command: id, ok: false, message: "no room" });
			const answer = await answering;
			expect(answer.status).toBe(200);
			expect(await json(answer)).toMatchObject({ id, state: "failed", message: "no room", workers: 15 });
		});

		test("a wait ends with the caller's timeout", async () => {
			const base = freshBase();
			await connect(base, await colony(base, ["scale"]));
			const answer = await post(`${base}/api/cluster/scale?wait=50ms`, { body: { workers: 15 } });
			expect(answer.status).toBe(202);
			expect(await json(answer)).toMatchObject({ state: "delivered" });
		});

		test("a bridge without a socket takes commands with the answer to its push", async () => {
			const base = freshBase();
			const hello = await colony(base, ["restart"]);
			const { id, state } = await json<CommandAnswer>(post(`${base}/api/workers/worker-1/restart`));
			expect(state).toBe("accepted");
			const answered = await (await push(host, base, lines(hello))).text();
			expect(
				answered
					.trim()
					.split("\n")
					.map((line) => JSON.parse(line) as DownFrame),
			).toContainEqual({
				type: "command",
				id,
				command: { action: "restart", worker: "worker-1" },
			});
			await push(host, base, lines(hello, { type: "result", seq: 2, command: id, ok: true }));
			expect(await json(get(`${base}/api/commands/${id}`))).toMatchObject({ state: "done" });
		});

		test("a command is delivered again to a run that reconnects, not to another run", async () => {
			const base = freshBase();
			const hello = await colony(base, ["restart"]);
			const first = await connect(base, hello);
			const { id } = await json<CommandAnswer>(post(`${base}/api/workers/worker-1/restart`));
			await first.frame("command");
			await first.close();
			const again = await connect(base, hello);
			expect(await again.frame<CommandFrame>("command")).toMatchObject({ id });
			await connect(base, helloOf("control", { capabilities: ["restart"] }));
			expect(await json(get(`${base}/api/commands/${id}`))).toMatchObject({
				state: "unknown",
				detail: expect.stringContaining("may have been carried out"),
			});
		});

		test("the same key is the same command, and another command with it a conflict", async () => {
			const base = freshBase();
			await colony(base, ["restart", "scale"]);
			const key = crypto.randomUUID();
			const first = await json<CommandAnswer>(post(`${base}/api/cluster/scale`, { body: { workers: 3 }, key }));
			expect(await json(post(`${base}/api/cluster/scale`, { body: { workers: 3 }, key: `"${key}"` }))).toMatchObject({ id: first.id });
			const other = await post(`${base}/api/cluster/scale`, { body: { workers: 4 }, key });
			expect([other.status, await json(other)]).toMatchObject([409, { kind: "conflict" }]);
			expect(await json(get(`${base}/api/commands`))).toHaveLength(1);
			expect((await post(`${base}/api/cluster/scale`, { body: { workers: 4 }, key: "two words" })).status).toBe(400);
		});

		test.each<[string, string, unknown, number, string]>([
			["a worker nobody has", "/api/workers/worker-9/restart", undefined, 404, "not-found"],
			["what the colony cannot", "/api/cluster/scale", { workers: 3 }, 501, "unsupported"],
			["no number of workers", "/api/cluster/scale", {}, 400, "invalid"],
			["half a worker", "/api/cluster/scale", { workers: 1.5 }, 400, "invalid"],
			["too many workers", "/api/cluster/scale", { workers: 100_001 }, 400, "invalid"],
			["a field nobody knows", "/api/cluster/scale", { workers: 3, now: true }, 400, "invalid"],
			["no JSON", "/api/cluster/scale", "{", 400, "invalid"],
			["a wait of an hour", "/api/workers/worker-1/restart?wait=3600s", undefined, 400, "invalid"],
		])("refuses %s", async (_, path, body, status, kind) => {
			const base = freshBase();
			await colony(base, ["restart"]);
			const answer = await post(base + path, body === undefined ? {} : { body });
			expect([answer.status, await json(answer)]).toMatchObject([status, { kind, detail: expect.stringMatching(/\w/) }]);
			expect(await json(get(`${base}/api/commands`))).toEqual([]);
		});

		test("a restart or a scaling under way is not accepted a second time", async () => {
			const base = freshBase();
			const hello = await colony(base, ["restart", "scale"]);
			const socket = await connect(base, hello);
			const restart = `${base}/api/workers/worker-1/restart`;
			const all = await Promise.all(Array.from({ length: 20 }, () => post(restart)));
			expect(all.map(({ status }) => status).sort()).toEqual([202, ...Array(19).fill(409)]);
			const refused = await json<{ detail: string }>(all.find(({ status }) => status === 409) as Response);
			expect(refused.detail).toMatch(
				/^".*worker-1" is under way already \([0-9a-f-]{36}, (accepted|delivered)\): wait for its end, at most \d+ s$/,
			);
			expect((await post(`${base}/api/cluster/scale`, { body: { workers: 3 } })).status).toBe(202);
			expect((await post(`${base}/api/cluster/scale`, { body: { workers: 4 } })).status).toBe(409);
			const commands = [await socket.frame<CommandFrame>("command"), await socket.frame<CommandFrame>("command")];
			socket.send(...commands.map(({ id }, i) => ({ type: "result", seq: 2 + i, command: id, ok: true })));
			await expect.poll(async () => (await post(restart)).status).toBe(202);
			await expect.poll(async () => (await post(`${base}/api/cluster/scale`, { body: { workers: 4 } })).status).toBe(202);
		});

		test("a cluster nobody pushed to has no commands and no audit", async () => {
			for (const path of ["/api/commands", "/api/commands/x", "/api/audit", "/audit"]) {
				expect((await get(`/clusters/nobody${path}`)).status).toBe(404);
			}
			expect((await post("/clusters/nobody/api/cluster/scale", { body: { workers: 3 } })).status).toBe(404);
		});

		test("a viewer can read but not act, and does not see the audit", async () => {
			const base = freshBase();
			await colony(base, ["restart"]);
			const { id } = await json<CommandAnswer>(post(`${base}/api/workers/worker-1/restart`));
			expect((await get(`${base}/api/commands/${id}`, "viewer")).status).toBe(200);
			expect((await post(`${base}/api/workers/worker-1/restart`, { user: "viewer" })).status).toBe(403);
			for (const path of ["/api/audit", "/audit"]) expect((await get(base + path, "viewer")).status).toBe(403);
			expect(await json(get(`${base}/api/commands`))).toHaveLength(1);
		});

		test("the audit is read in pages", async () => {
			const base = freshBase();
			const hello = await colony(base, ["restart"]);
			const more = {
				type: "state",
				seq: 2,
				at: Date.now(),
				workers: { set: [2, 3, 4, 5].map((n) => ({ id: `worker-${n}`, status: "idle" })) },
			};
			await push(host, base, lines(hello, more));
			for (let i = 1; i <= 5; i++) await post(`${base}/api/workers/worker-${i}/restart`);
			const first = await json<AuditAnswer>(get(`${base}/api/audit?limit=3&actor=ann&action=restart`));
			const second = await json<AuditAnswer>(get(`${base}/api/audit?limit=3&cursor=${first.next}`));
			expect([...first.entries, ...second.entries].map(({ id }) => id)).toEqual([5, 4, 3, 2, 1]);
			expect(second.next).toBeUndefined();
			expect(await json(get(`${base}/api/audit?actor=bob`))).toEqual({ entries: [] });
			expect((await get(`${base}/api/audit?action=dance`)).status).toBe(400);
			const page = await (await get(`${base}/audit?limit=3&actor=ann&action=`)).text();
			expect(page).toContain(`cursor=${first.next}`);
			for (const path of ["api/audit", "audit"]) {
				expect((await get(`${base}/${path}?cursor=3-1`)).status).toBe(409);
				expect((await get(`${base}/${path}?cursor=3`)).status).toBe(400);
			}
		});

		test("an operator who confirms its name deletes a cluster with all its data, and the next push creates it again", async () => {
			const base = freshBase();
			const cluster = base.slice("/clusters/".length);
			const hello = await colony(base, ["restart"]);
			const bridge = await connect(base, hello);
			await post(`${base}/api/workers/worker-1/restart`);
			const path = `${base}/api/cluster`;
			const drop = (query: string, user: keyof typeof USERS) =>
				fetch(`${host.url}${path}${query}`, { method: "DELETE", headers: basic(user) });
			expect((await drop("", "ann")).status).toBe(400);
			expect(await json(drop("?confirm=other", "ann"))).toMatchObject({
				kind: "invalid",
				detail: expect.stringContaining(`confirm=${cluster}`),
			});
			expect((await drop(`?confirm=${cluster}`, "viewer")).status).toBe(403);
			expect((await get(path)).status).toBe(200);
			expect((await drop(`?confirm=${cluster}`, "ann")).status).toBe(204);
			expect(await bridge.end()).toMatchObject({ code: 1012, reason: expect.stringContaining("deleted") });
			for (const gone of ["/api/cluster", "/api/audit", "/api/export", ""]) expect((await get(base + gone)).status, gone).toBe(404);
			expect((await drop(`?confirm=${cluster}`, "ann")).status).toBe(404);
			const { entries } = await json<AuditAnswer>(get("/api/audit?action=cluster-delete"));
			expect(entries[0]).toMatchObject({ action: "cluster-delete", target: cluster, result: "done", actor: { name: "ann" } });
			// What was acknowledged is void: the bridge is told so, and tells all anew.
			expect(await (await push(host, base, lines(hello))).text()).toContain('"lastSeq":0');
			await colony(base, [], "worker-2");
			expect(await json(get(`${base}/api/workers`))).toMatchObject([{ id: "worker-2" }]);
			expect(await json(get(`${base}/api/audit`))).toEqual({ entries: [] });
		});

		test("the default cluster is deleted on its page, and its audit stays", async () => {
			await colony("", ["restart"]);
			const page = await (await get("/audit")).text();
			expect(page).toMatch(/<form[^>]+action="?\/audit\/delete/);
			const submit = (confirm: string) =>
				fetch(`${host.url}/audit/delete`, {
					method: "POST",
					headers: { ...basic("ann"), origin: host.url },
					body: new URLSearchParams({ confirm }),
					redirect: "manual",
				});
			const before = await json<AuditAnswer>(get("/api/audit?limit=500"));
			expect((await submit("Default")).status).toBe(400);
			expect((await submit("default")).status).toBe(303);
			const after = await json<AuditAnswer>(get("/api/audit?limit=500"));
			expect(after.entries[0]).toMatchObject({ action: "cluster-delete", target: "default" });
			expect(after.entries.slice(1)).toEqual(before.entries);
			expect(await json(get("/api/workers"))).toEqual([]);
			expect(await json(get("/api/cluster"))).toMatchObject({ status: "unknown" });
		});

		waitingSuite(() => host, basic("ann"), ROOM, name === "Node");
	});

	describe(`${name}, read-only and limited`, () => {
		let host: GuardedHost;
		beforeAll(async () => {
			host = await start({ readonly: true, ...LIMITED });
		});
		afterAll(() => host.stop());

		test("takes no commands and shows the audit", async () => {
			const hello = helloOf("control", { capabilities: ["restart"] });
			const state = { type: "state", seq: 1, at: Date.now(), workers: { set: [{ id: "worker-1", status: "idle" }] } };
			await push(host, "", lines(hello, state));
			expect((await fetch(`${host.url}/api/workers/worker-1/restart`, { method: "POST" })).status).toBe(403);
			expect((await fetch(`${host.url}/api/cluster/scale`, { method: "POST", body: '{"workers":3}' })).status).toBe(403);
			expect((await fetch(`${host.url}/api/audit`)).status).toBe(200);
			const html = await (await fetch(`${host.url}/workers`)).text();
			expect(html).toContain("worker-1");
			expect(html).not.toContain("Restart worker-1");
		});

		limitSuite(() => host);
	});
}
