/** The Node host: files, compression, and answers to invalid requests. */
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { Agent, type IncomingMessage, request } from "node:http";
import { connect, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { DashboardServer } from "../../worker/node/dashboard-server.ts";

const token = "secret";
let server: DashboardServer;
let port: number;
beforeAll(async () => {
	server = new DashboardServer({ bridgeToken: token });
	await server.start({ host: "127.0.0.1", port: 0 });
	port = Number(new URL(server.url).port);
});
afterAll(() => server.stop());

interface Answer {
	status: number;
	headers: IncomingMessage["headers"];
	body: Buffer;
}

/** As it comes over the wire: `fetch` would unpack it. */
async function get(
	path: string,
	headers: Record<string, string> = {},
	options: { method?: string; body?: Iterable<Buffer>; agent?: Agent } = {},
): Promise<Answer> {
	const { body, ...rest } = options;
	const asked = request({ host: "127.0.0.1", port, path, headers, ...rest });
	const answered = Promise.race([once(asked, "response"), once(asked, "upgrade")]);
	for (const chunk of body ?? []) asked.write(chunk);
	asked.end();
	const [message, socket] = (await answered) as [IncomingMessage, Socket?];
	if (socket) {
		socket.destroy();
		return { status: 101, headers: message.headers, body: Buffer.alloc(0) };
	}
	const chunks: Buffer[] = [];
	for await (const chunk of message) chunks.push(chunk);
	return { status: message.statusCode ?? 0, headers: message.headers, body: Buffer.concat(chunks) };
}

/** Bytes as no client would send them. */
async function raw(text: string): Promise<string> {
	const socket = connect(port, "127.0.0.1");
	socket.end(text);
	let answer = "";
	for await (const chunk of socket) answer += chunk;
	return answer;
}

describe("compression", () => {
	const asset = `/assets/${readdirSync(fileURLToPath(new URL("../../dist/public/assets", import.meta.url))).find((name) => name.endsWith(".css"))}`;

	test.each(["/", asset])("%s comes in gzip to those who read it, the same bytes to all", async (path) => {
		const plain = await get(path.replace(/^\/$/, "/workers"));
		const zipped = await get(path.replace(/^\/$/, "/workers"), { "accept-encoding": "br, gzip" });
		expect(plain.headers["content-encoding"]).toBeUndefined();
		expect(zipped.headers["content-encoding"]).toBe("gzip");
		for (const answer of [plain, zipped]) {
			expect(String(answer.headers.vary).split(", ")).toContain("Accept-Encoding");
			expect(answer.headers["content-length"]).toBe(String(answer.body.length));
		}
		const [one, other] = [plain.body, gunzipSync(zipped.body)].map((body) => String(body).replaceAll(/nonce="[^"]+"/g, "").length);
		// The clock on the page goes on.
		expect(Math.abs((one as number) - (other as number))).toBeLessThan(50);
		expect(zipped.body.length).toBeLessThan(plain.body.length / 2);
	});

	test.each([
		["gzip", true],
		["deflate, gzip;q=0.5", true],
		["*", true],
		["gzip;q=0", false],
		["gzip; q=0.0, deflate", false],
		["identity", false],
		["br", false],
	])("Accept-Encoding: %s", async (header, expected) => {
		expect((await get(asset, { "accept-encoding": header })).headers["content-encoding"] === "gzip").toBe(expected);
	});

	test("small answers are not compressed", async () => {
		expect((await get("/api/health", { "accept-encoding": "gzip" })).headers["content-encoding"]).toBeUndefined();
	});

	test("HEAD of a file has its length", async () => {
		const [head, whole] = [await get(asset, {}, { method: "HEAD" }), await get(asset)];
		expect(head.body.length).toBe(0);
		expect(head.headers["content-length"]).toBe(String(whole.body.length));
	});
});

test.each([
	"/assets/../../package.json",
	"/assets/%2e%2e/%2e%2e/package.json",
	"/assets/..%2f..%2fpackage.json",
	"/assets/",
	"/assets/.vite/x",
	"/_headers",
])("%s leads nowhere", async (path) => {
	const answer = await get(path);
	expect(answer.status).toBe(404);
	expect(String(answer.body)).not.toContain("devDependencies");
});

describe("an invalid request", () => {
	test.each([
		["headers past the bound", `GET / HTTP/1.1\r\nHost: x\r\nX: ${"a".repeat(300_000)}\r\n\r\n`, 431],
		["no HTTP at all", "hello\r\n\r\n", 400],
		["no host", "GET / HTTP/1.1\r\n\r\n", 400],
		["a host that is none", "GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n", 400],
	])("%s is answered", async (_, text, status) => {
		expect(await raw(text)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
		expect((await get("/api/health")).status).toBe(200);
	});

	test("an upgrade to something else is an ordinary request", async () => {
		const answer = await get("/api/health", {
			connection: "upgrade, http2-settings",
			upgrade: "h2c",
			"http2-settings": "AAMAAABkAAQAAP__",
		});
		expect(answer.status).toBe(200);
	});

	test("a compressed body is refused as unsupported", async () => {
		const headers = { authorization: `Bearer ${token}`, "content-encoding": "gzip" };
		const answer = await fetch(`${server.url}/api/bridge`, { method: "POST", headers, body: gzipSync("{}") });
		expect(answer.status).toBe(400);
		expect(((await answer.json()) as { detail: string }).detail).toMatch(/^the body has Content-Encoding "gzip"/);
	});

	test.each<[string, string, (socket: WebSocket) => void]>([
		["of 70,000 bytes", "1009", (socket) => socket.send("x".repeat(70_000), { fin: false })],
		["of a hundred fragments", "1008", (socket) => Array.from({ length: 100 }, () => socket.send("x", { fin: false }))],
	])("a viewer's unfinished message %s is not held", async (_, code, send) => {
		const socket = new WebSocket(`${server.url.replace("http", "ws")}/api/live`);
		socket.on("error", () => {});
		const closed = once(socket, "close");
		await once(socket, "open");
		send(socket);
		expect(String((await closed)[0])).toBe(code);
	});

	test("a body that is too long is refused, and the connection stays open", async () => {
		const agent = new Agent({ keepAlive: true, maxSockets: 1 });
		const headers = { authorization: `Bearer ${token}`, "content-type": "application/x-ndjson" };
		const chunk = Buffer.alloc(100_000, " ");
		for (const known of [true, false]) {
			const answer = await get(
				"/api/bridge",
				{ ...headers, ...(known && { "content-length": String(30 * chunk.length) }) },
				{ method: "POST", body: Array(30).fill(chunk), agent },
			);
			expect(answer.status).toBe(413);
			expect(JSON.parse(String(answer.body))).toMatchObject({ kind: "too-large" });
			expect((await get("/api/health", {}, { agent })).status).toBe(200);
		}
		agent.destroy();
	});
});

test("behind a proxy, the page's own origin is the one the proxy names", async () => {
	const upgrade = {
		connection: "upgrade",
		upgrade: "websocket",
		"sec-websocket-version": "13",
		"sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
	};
	const status = async (headers: Record<string, string>) => (await get("/api/live", { ...upgrade, ...headers })).status;
	expect(await status({ origin: "https://dash.example" })).toBe(403);
	expect(await status({ origin: "https://dash.example", "x-forwarded-host": "dash.example", "x-forwarded-proto": "https" })).toBe(101);
	// A proxy that leaves the port out keeps nobody out; another host's page stays out.
	const forwarded = { "x-forwarded-host": "dash.example", "x-forwarded-proto": "wss" };
	expect(await status({ ...forwarded, origin: "https://dash.example:8443" })).toBe(101);
	expect(await status({ ...forwarded, origin: "https://evil.example:8443" })).toBe(403);
	expect(await status({ "x-forwarded-host": "dash.example:8443", origin: "https://dash.example:9443" })).toBe(403);
});

test("a name another site may have led here does not open a dashboard without sign-in", async () => {
	for (const headers of [{ host: "rebound.example" }, { host: "rebound.example:80", "x-forwarded-host": "localhost" }]) {
		const answer = await get("/api/cluster", headers);
		expect(answer.status).toBe(403);
		expect(String(answer.body)).toContain("add it to allowedHosts");
	}
	for (const host of ["localhost:1", "127.0.0.1", "[::1]:8080"]) expect((await get("/api/cluster", { host })).status).toBe(200);
});
