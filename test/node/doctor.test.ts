/** `hiveframe-dashboard doctor` against real servers: a dashboard, and what may stand between it and the world. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders, request } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createServer as createTlsServer } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DashboardServer } from "../../worker/node/dashboard-server.ts";
import { type Check, exitCodeOf, textOf } from "../../worker/node/doctor/check.ts";
import { clockLead } from "../../worker/node/doctor/clock.ts";
import { examine } from "../../worker/node/doctor/examination.ts";
import { Authority, noOpenssl } from "./certificates.ts";
import { ROOT } from "./house-imports.ts";
import { afterwards, serve } from "./source-rig.ts";

const TOKEN = "a-token-for-bridges";
let dashboard: DashboardServer;
let folder: string;

beforeAll(async () => {
	dashboard = new DashboardServer({ bridgeToken: TOKEN });
	await dashboard.start({ host: "127.0.0.1", port: 0 });
	folder = await mkdtemp(join(tmpdir(), "hive-doctor-"));
	await writeFile(join(folder, "token"), `${TOKEN}\n`);
});
afterAll(async () => {
	await dashboard.stop();
	await rm(folder, { recursive: true });
});

const named = (checks: readonly Check[]) => Object.fromEntries(checks.map((check) => [check.name, check]));
const statuses = (checks: readonly Check[]) => Object.fromEntries(checks.map(({ name, status }) => [name, status]));

/** A proxy before the dashboard that knows no upgrades; `change` rewrites the headers of its answers. */
async function proxy(change: (headers: IncomingHttpHeaders) => IncomingHttpHeaders): Promise<string> {
	const server = createServer({ shouldUpgradeCallback: () => false }, (asked, reply) => {
		const { upgrade: _, connection: __, ...headers } = asked.headers;
		const target = new URL(asked.url ?? "/", dashboard.url);
		asked.pipe(
			request(target, { method: asked.method ?? "GET", headers }, (answer) => {
				reply.writeHead(answer.statusCode ?? 502, change(answer.headers));
				answer.pipe(reply);
			}),
		);
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	afterwards(() => {
		server.closeAllConnections();
		server.close();
	});
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function run(args: string[], env: NodeJS.ProcessEnv = {}) {
	const child = spawn(process.execPath, ["worker/node/commands/main.ts", "doctor", ...args], {
		cwd: ROOT,
		env: { ...process.env, ...env },
	});
	const said = { out: "", err: "" };
	child.stdout.setEncoding("utf8").on("data", (text: string) => {
		said.out += text;
	});
	child.stderr.setEncoding("utf8").on("data", (text: string) => {
		said.err += text;
	});
	return once(child, "close").then(([code]) => ({ code: code as number, ...said }));
}

describe("a dashboard that is well", () => {
	test("is told so, a line a check, and nothing of it has changed", async () => {
		const { code, out, err } = await run(["--to", dashboard.url, "--cluster", "looked-at", "--token-file", join(folder, "token")]);
		expect([code, err], out).toEqual([0, ""]);
		expect(
			out
				.trim()
				.split("\n")
				.map((line) => line.split(/ +/).slice(0, 2).join(" ")),
		).toEqual([
			"ok node",
			"ok address",
			"ok certificate",
			"ok health",
			"ok version",
			"ok clock",
			"ok proxy",
			"ok token",
			"ok websocket",
			"0 faults,",
		]);
		expect(out).toMatch(/websocket +opens, and answers in \d+ ms/);
		expect(out).not.toContain(TOKEN);
		expect(await (await fetch(`${dashboard.url}/api/clusters`)).text()).not.toContain("looked-at");
	});

	test("is told to programs, also without a token", async () => {
		const { code, out } = await run(["--to", dashboard.url, "--json"]);
		expect(code).toBe(0);
		expect(JSON.parse(out)).toMatchObject({
			status: "ok",
			checks: expect.arrayContaining([expect.objectContaining({ name: "token", status: "ok" })]),
		});
	});
});

describe("the way to the dashboard", () => {
	test("a proxy that drops Upgrade is named", async () => {
		const checks = await examine({ url: await proxy((headers) => ({ ...headers, server: "oldproxy/0.9" })), token: TOKEN });
		expect(named(checks).websocket).toMatchObject({
			status: "warning",
			says: expect.stringMatching(/\(oldproxy\/0\.9\) drops the header Upgrade/),
		});
		expect(exitCodeOf(checks)).toBe(1);
		const without = await examine({ url: await proxy((headers) => headers) });
		expect(named(without).websocket).toMatchObject({ status: "warning", says: expect.stringContaining("drops the header Upgrade") });
	});

	test("a proxy that stores answers, rewrites how they are kept, compresses or takes headers off", async () => {
		const proxied = async (change: Parameters<typeof proxy>[0]) => named(await examine({ url: await proxy(change) })).proxy;
		expect(await proxied((headers) => ({ ...headers, age: "12" }))).toMatchObject({
			status: "fault",
			says: expect.stringContaining("from a cache"),
		});
		expect(await proxied((headers) => ({ ...headers, "cache-control": "public, max-age=300" }))).toMatchObject({
			status: "warning",
			says: expect.stringContaining('is now "public, max-age=300"'),
		});
		expect(await proxied((headers) => ({ ...headers, "content-encoding": "identity" }))).toMatchObject({
			says: expect.stringContaining("compresses"),
		});
		expect(await proxied(({ "content-security-policy": _, ...headers }) => headers)).toMatchObject({
			says: expect.stringContaining("takes off headers: content-security-policy"),
		});
	});

	test("a clock that is wrong, by seconds and by minutes, ahead and behind", async () => {
		const skewed = async (ms: number) =>
			named(
				await examine({
					url: await proxy((headers) => ({ ...headers, date: new Date(Date.parse(headers.date ?? "") + ms).toUTCString() })),
				}),
			).clock;
		expect(await skewed(20_000)).toMatchObject({
			status: "warning",
			says: expect.stringMatching(/clock is (19|20)\.\d s ahead of this one/),
		});
		expect(await skewed(-180_000)).toMatchObject({
			status: "fault",
			says: expect.stringMatching(/clock is (179|180)\.\d s behind this one/),
		});
	});

	test("a slow way makes the clock less sure, not wrong", () => {
		const date = (ms: number) => ({ date: new Date(ms).toUTCString() });
		const slow = clockLead([{ headers: date(10_000), sentAt: 2_000, answeredAt: 12_000 }]);
		expect(slow).toEqual({ lead: 3_500, error: 5_500 });
		const both = clockLead([
			{ headers: date(10_000), sentAt: 2_000, answeredAt: 12_000 },
			{ headers: date(12_000), sentAt: 12_900, answeredAt: 12_950 },
		]);
		expect(both).toEqual({ lead: -425, error: 525 });
		expect(clockLead([{ headers: {}, sentAt: 0, answeredAt: 1 }])).toBeUndefined();
		expect(clockLead([0, 5_000].map((at) => ({ headers: date(0), sentAt: at, answeredAt: at })))).toBeUndefined();
	});

	test("nobody, another server, a redirect, and a dashboard that does not answer for the host", async () => {
		expect(statuses(await examine({ url: "http://127.0.0.1:1", token: TOKEN }))).toEqual({ node: "ok", address: "fault" });
		let shown = "";
		const other = await serve(({ headers }, response) => {
			shown += JSON.stringify(headers);
			response.end("<h1>hello\u001b[31m</h1>");
		});
		expect(named(await examine({ url: other, token: TOKEN })).health).toMatchObject({
			status: "fault",
			says: expect.stringContaining("another server"),
		});
		expect(shown).not.toContain(TOKEN);
		const moved = await serve((_, response) => response.writeHead(301, { location: `${dashboard.url}/` }).end());
		expect(named(await examine({ url: moved })).health).toMatchObject({ says: expect.stringContaining(`redirects to ${dashboard.url}`) });
		const refusing = await serve((_, response) => response.writeHead(403).end(JSON.stringify({ detail: `no: ${TOKEN}\n\u001b[2J` })));
		const text = textOf(await examine({ url: refusing, token: TOKEN }));
		expect(text).toContain("no: [token]");
		expect(text).not.toContain("\u001b");
	});

	test("a wrong token is refused, and said with what to do", async () => {
		await writeFile(join(folder, "wrong"), "not-this-one");
		const { code, out } = await run(["--to", dashboard.url, "--token-file", join(folder, "wrong")]);
		expect(code).toBe(2);
		expect(out).toMatch(/^fault +token +the dashboard refuses the token: the bridge's token is not this dashboard's/m);
		expect(out).not.toContain("not-this-one");
	});

	test.skipIf(noOpenssl)("a certificate that ends soon, and one that nobody trusts", async () => {
		const authority = Authority.make(folder, "authority");
		const { cert, key } = await authority.sign("dash", "IP:127.0.0.1");
		const [certText, keyText] = await Promise.all([readFile(cert), readFile(key)]);
		const { port } = new URL(dashboard.url);
		const server = createTlsServer({ cert: certText, key: keyText }, (socket) => {
			const behind = connect(Number(port), "127.0.0.1");
			socket.pipe(behind).pipe(socket);
			for (const end of [socket, behind]) end.on("error", () => socket.destroy()).on("close", () => behind.destroy());
		});
		server.listen(0, "127.0.0.1");
		await once(server, "listening");
		afterwards(() => void server.close());
		const to = ["--to", `https://127.0.0.1:${(server.address() as AddressInfo).port}`, "--token-file", join(folder, "token")];
		const trusted = await run(to, { NODE_EXTRA_CA_CERTS: authority.cert });
		expect(trusted.out).toMatch(/^warning +certificate +.* is trusted, 1 day left; renew it/m);
		expect(trusted.out).toMatch(/^ok +websocket +opens/m);
		expect(trusted.code).toBe(1);
		const strange = await run(to);
		expect(strange.out).toMatch(/^fault +certificate +.* is not trusted \(UNABLE_TO_VERIFY/m);
		expect(strange.code).toBe(2);
	});
});

describe("a storage folder", () => {
	test("in use, then at rest, damaged, and of a newer version", async () => {
		const storage = join(folder, "storage");
		const kept = new DashboardServer({ bridgeToken: TOKEN, storage, cluster: "kept" });
		await kept.start({ host: "127.0.0.1", port: 0 });
		const hello = { type: "hello", protocol: 1, bridge: "b", epoch: 1, colony: "c", capabilities: [], intervalMs: 60_000 };
		const state = { type: "state", seq: 1, at: Date.now(), workers: { replace: true, set: [{ id: "w", status: "idle" }] } };
		const pushed = await fetch(`${kept.url}/api/bridge`, {
			method: "POST",
			headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/x-ndjson" },
			body: `${JSON.stringify(hello)}\n${JSON.stringify(state)}`,
		});
		expect(pushed.status).toBe(200);
		const inUse = await run(["--storage", storage]);
		expect(inUse.out).toMatch(/^ok +cluster-kept\.sqlite +in use by a dashboard that runs/m);
		expect(inUse.code).toBe(0);
		await kept.stop();
		const file = join(storage, "cluster-kept.sqlite");
		const before = await readFile(file);
		const found = await readdir(storage);
		const rest = await examine({ storage });
		expect(statuses(rest)).toMatchObject({ folder: "ok", "cluster-kept.sqlite": "ok" });
		expect(named(rest)["cluster-kept.sqlite"]?.says).toBe("sound, of this version");
		expect((await readFile(file)).equals(before)).toBe(true);
		expect(await readdir(storage)).toEqual(found);
		const again = new DashboardServer({ storage, cluster: "kept" });
		await again.start({ host: "127.0.0.1", port: 0 });
		const untouched = await readdir(storage);
		expect((await run(["--storage", storage])).out).toMatch(/^ok +cluster-kept\.sqlite +in use by a dashboard that runs/m);
		expect(await readdir(storage)).toEqual(untouched);
		await again.stop();
		const newer = new DatabaseSync(file);
		newer.exec("INSERT INTO schema_step (part, step, id, oldest) SELECT part, 900, 'of tomorrow', 900 FROM schema_step LIMIT 1");
		newer.close();
		expect(named(await examine({ storage }))["cluster-kept.sqlite"]).toMatchObject({
			status: "fault",
			says: expect.stringContaining("newer version"),
		});
		await writeFile(join(storage, "cluster-broken.sqlite"), "no database at all, but long enough to be taken for one".repeat(40));
		const broken = await examine({ storage });
		expect(named(broken)["cluster-broken.sqlite"]).toMatchObject({ status: "fault", says: expect.stringContaining("is damaged") });
		expect(exitCodeOf(broken)).toBe(2);
	});

	test("that is not there, and a call that asks for nothing", async () => {
		expect(named(await examine({ storage: join(folder, "nowhere") })).folder).toMatchObject({ status: "fault" });
		const nothing = await run([]);
		expect([nothing.code, nothing.err]).toEqual([2, expect.stringContaining("nothing to look at")]);
		expect(await run(["--to", "dashboard"])).toMatchObject({ code: 2, err: expect.stringContaining("invalid dashboard URL") });
	});
});
