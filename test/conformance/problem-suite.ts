import * as v from "valibot";
import { beforeAll, describe, expect, test } from "vitest";
import { Problem } from "../../colony-bridge/protocol/wire/problem.ts";
import { helloOf, lines, push, pushExample, T0 } from "./example-colony.ts";
import type { Host } from "./host.ts";
import { TextSocket } from "./text-socket.ts";

const BASE = "/clusters/problems";
const upgrade = {
	connection: "upgrade",
	upgrade: "websocket",
	"sec-websocket-version": "13",
	"sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
};

/** Every way to be refused over HTTP: the status, the form of RFC 9457, and words that say what to do. */
export function problemSuite(host: () => Host): void {
	beforeAll(() => pushExample(host(), BASE, "problems"));

	async function refused(response: Response, status: number, words: RegExp): Promise<Problem> {
		const text = await response.text();
		expect(response.status, text).toBe(status);
		expect(response.headers.get("content-type")).toBe("application/problem+json");
		expect(response.headers.get("cache-control")).toBe("no-store");
		const problem = v.parse(Problem, JSON.parse(text));
		expect(problem.status).toBe(status);
		expect(problem.detail).toMatch(words);
		return problem;
	}

	test.each([
		["metrics", 400, /^names: give one or more metric names/],
		["metrics?names=", 400, /^names: /],
		["metrics?names=,%20,", 400, /^names: /],
		["metrics?names=cpu%7B", 400, /"cpu\{" is no metric/],
		["metrics?names=a%20b", 400, /"a b" is no metric/],
		["metrics?names=tasks_total&range=banana", 400, /^range: a duration is a number and a unit, such as "30s"/],
		["metrics?names=tasks_total&range=-1h", 400, /^range: /],
		["metrics?names=tasks_total&range=1h&range=2h", 400, /^range: /],
		["metrics?names=tasks_total&start=yesterday", 400, /^start: write ISO 8601/],
		["metrics?names=tasks_total&start=2024-01-15T10:00:00", 400, /^start: write ISO 8601 with a zone/],
		["metrics?names=tasks_total&start=2024-13-45T99:00:00Z", 400, /^start: /],
		["metrics?names=tasks_total&end=-5", 400, /^end: /],
		["metrics?names=tasks_total&start=2000&end=1000", 400, /^start: start is before end/],
		["metrics?names=tasks_total&start=1000&range=1h", 400, /^start: give start or range, not both/],
		["metrics?names=tasks_total&step=0s", 400, /^step: /],
		["metrics?names=tasks_total&step=1ms", 400, /^step: a step is 1s or longer/],
		["metrics?names=tasks_total&aggregation=median", 400, /^aggregation: /],
		["metrics?names=tasks_total&points=0", 400, /^points: write a whole number from 1 to/],
		["export?names=", 400, /^names: give one or more/],
		["export?names=cpu%7B", 400, /"cpu\{" is no metric/],
		["export?format=xml", 400, /^format: "xml" is no format; one of csv, json, openmetrics/],
		["export?format=csv&format=json", 400, /^format: /],
		["export?start=1000&range=1h", 400, /^start: give start or range, not both/],
		["export?start=2000&end=1000", 400, /^start: start is before end/],
		["logs?level=LOUD", 400, /^level: "LOUD" is no level; one of DEBUG, INFO/],
		["errors?order=worst", 400, /^order: write recent or count/],
		["errors?limit=201", 400, /^limit: write a whole number from 1 to 200/],
		["logs?limit=-1", 400, /^limit: write a whole number from 1 to/],
		["logs?limit=1e3", 400, /^limit: /],
		["logs?limit=99999999", 400, /^limit: /],
		["workers?limit=many", 400, /^limit: /],
		["workers?limt=5", 400, /^unknown parameter "limt"; did you mean limit\?/],
		["workers?page=5", 400, /^unknown parameter "page"; it takes sort, filter, offset, limit, at$/],
		["cluster?x=5", 400, /^unknown parameter "x"; it takes at$/],
		["workers?filter=cpu%3E%3E3", 400, /^filter: "cpu>>3" compares with no number; write cpu>80, or "cpu>>3" in quotes for the words$/],
		["streams?filter=lag%3C", 400, /^filter: "lag<" compares with no number/],
		["checks?sort=", 400, /^sort: name a column/],
		["tasks?status=running", 400, /^status: /],
		["view", 400, /^queries: write a JSON array of queries/],
		["view?queries=%5B", 400, /^queries: write a JSON array of queries/],
		["view?queries=%7B%7D", 400, /^queries: write a JSON array of queries/],
		["view?queries=%5B%7B%22kind%22:%22secrets%22%7D%5D", 400, /^queries\.0/],
		["live", 426, /is a WebSocket/],
		["nothing", 404, /page not found: /],
		["cluster/scale", 405, /takes POST, OPTIONS, not GET/],
	])("GET /api/%s is refused with %i", async (path, status, words) => {
		await refused(await fetch(`${host().url}${BASE}/api/${path}`), status, words);
	});

	test("3,000 names are counted and refused", async () => {
		const names = Array.from({ length: 3_000 }, (_, i) => `m${i.toString(36)}`).join(",");
		await refused(await fetch(`${host().url}${BASE}/api/metrics?names=${names}`), 400, /^names: 3000 names; ask for at most 100/);
	});

	test.each([
		"api/metrics?names=",
		"api/workers?filter=",
		"workers?filter=",
		"api/view?queries=",
		"?exclude.1=",
		"nothing?x=",
		"api/bridge?received=",
	])("an address of 60 kB (%s) is refused, and its answer repeats nothing of it", async (path) => {
		const response = await fetch(`${host().url}${BASE}/${path}${"x".repeat(60_000)}`, { headers: { accept: "text/html" } });
		const body = await response.text();
		expect(response.status).toBe(414);
		expect(body).toMatch(/the address has 600\d\d characters, and (16|48)000 are the most/);
		expect(body.length).toBeLessThan(30_000);
	});

	test("the page of an unknown cluster links to pages that exist", async () => {
		const response = await fetch(`${host().url}/clusters/nothing/`, { headers: { accept: "text/html" } });
		const links = Array.from((await response.text()).matchAll(/<a [^>]*href="([^"]*)"/g), ([, href]) => href);
		expect(response.status).toBe(404);
		expect(links).toContain("/");
		expect(links.filter((href) => href?.startsWith("/clusters/"))).toEqual([]);
	});

	test("an address just as long as it may be is answered, and its page is bounded", async () => {
		const path = `${BASE}/workers?exclude.1=`;
		const response = await fetch(`${host().url}${path}${"x".repeat(16_000 - path.length)}`);
		expect(response.status).toBe(200);
		expect((await response.text()).length).toBeLessThan(1_000_000);
	});

	test.each([
		["spaces", "a%20b", 400],
		["a slash", "a%2Fb", 400],
		["a path out", "..%2f..%2fetc", 400],
		["markup", "%3Cscript%3E", 400],
		["nothing but a dash", "-", 400],
		["too many letters", "a".repeat(64), 400],
		["broken UTF-8", "%E0%A4%A", 400],
	])("a cluster name with %s is refused", async (_, name, status) => {
		for (const path of ["/api/cluster", "/api/live", "/workers"]) {
			await refused(await fetch(`${host().url}/clusters/${name}${path}`), status, /is no cluster|begins no UTF-8/);
		}
		await refused(await push(host(), `/clusters/${name}`, lines(helloOf("x"))), status, /is no cluster|begins no UTF-8/);
	});

	test.each(["cluster", "workers", "metrics?names=a", "tasks", "streams", "checks", "logs", "pages", "view?queries=%5B%5D"])(
		"GET /api/%s of a cluster nobody pushed to is 404",
		async (path) => {
			await refused(await fetch(`${host().url}/clusters/never-pushed/api/${path}`), 404, /there is no cluster "never-pushed"/);
		},
	);

	test("a viewer's socket to a cluster nobody pushed to is 404", async () => {
		await refused(await fetchUpgrade(`${host().url}/clusters/never-pushed/api/live`), 404, /there is no cluster/);
	});

	test("a page, which cannot read the status of a refused upgrade, gets the reason on the socket", async () => {
		const socket = await TextSocket.open(`${host().url}/clusters/never-pushed/api/live`, { origin: host().url });
		expect(JSON.parse(await socket.text())).toMatchObject({
			type: "error",
			problem: { status: 404, kind: "not-found", detail: expect.stringMatching(/there is no cluster "never-pushed"/) },
		});
		await expect(socket.text()).rejects.toThrow("closed instead: 1013");
	});

	test("another site's page cannot open the viewers' socket", async () => {
		const problem = await refused(
			await fetchUpgrade(`${host().url}${BASE}/api/live`, { origin: "https://evil.example" }),
			403,
			/a page of https:\/\/evil\.example cannot read/,
		);
		expect(problem.kind).toBe("forbidden");
	});

	test.each([
		["POST", "/api/cluster", "GET, DELETE, HEAD, OPTIONS"],
		["DELETE", "/api/workers", "GET, HEAD, OPTIONS"],
		["PUT", "/api/bridge", "GET, POST, HEAD, OPTIONS"],
		["POST", "/workers", "GET, HEAD, OPTIONS"],
		["PATCH", "/", "GET, HEAD, OPTIONS"],
	])("%s %s is not allowed", async (method, path, allow) => {
		const response = await fetch(`${host().url}${BASE}${path}`, { method });
		expect(response.headers.get("allow")).toBe(allow);
		await refused(response, 405, new RegExp(`takes ${allow}, not ${method}`));
	});

	test("OPTIONS lists the methods", async () => {
		const response = await fetch(`${host().url}${BASE}/api/bridge`, { method: "OPTIONS" });
		expect(response.status).toBe(204);
		expect(response.headers.get("allow")).toBe("GET, POST, HEAD, OPTIONS");
	});

	describe("a push over HTTP", () => {
		const good = () => lines(helloOf("problems", { bridge: "other" }));

		test.each([
			["without a token", {}, /send the bridge's token/],
			// Nobody signs in here: no page makes tokens.
			["with a wrong token", { authorization: "Bearer wrong" }, /is not this dashboard's(?!.*access)/],
			["with another scheme", { authorization: "Basic d3Jvbmc6d3Jvbmc=" }, /send the bridge's token/],
		])("%s is 401", async (_, headers, words) => {
			const response = await fetch(`${host().url}${BASE}/api/bridge`, { method: "POST", headers, body: good() });
			expect(response.headers.get("www-authenticate")).toMatch(/^Bearer/);
			await refused(response, 401, words);
			await refused(await fetchUpgrade(`${host().url}${BASE}/api/bridge`, headers), 401, words);
		});

		test("to the socket's address without an upgrade is 426", async () => {
			const response = await fetch(`${host().url}${BASE}/api/bridge`, { headers: { authorization: `Bearer ${host().token}` } });
			await refused(response, 426, /is a WebSocket/);
		});

		test.each([
			["that is no JSON", "{", 400, "no-hello"],
			["that is empty", "", 400, "no-hello"],
			["without hello", lines({ type: "tick", seq: 1, at: T0, ids: [], values: [] }), 400, "no-hello"],
			["of an unknown protocol version", lines({ ...helloOf("problems"), protocol: 999 }), 400, "protocol"],
			[
				"that jumps ahead in the sequence",
				lines(helloOf("problems", { bridge: "jumping" }), { type: "tick", seq: 9, at: T0, ids: [], values: [] }),
				409,
				"sequence",
			],
			["of an older run", lines(helloOf("problems", { epoch: 1 })), 409, "superseded"],
		])("%s is refused", async (_, body, status, kind) => {
			const problem = await refused(await push(host(), BASE, body), status, /./);
			expect(problem.kind).toBe(kind);
		});

		test("of more bytes than a push may have is 413", async () => {
			const problem = await refused(
				await push(host(), BASE, `${good()}\n${" ".repeat(1_000_001)}`),
				413,
				/at most 1000000 bytes: send it in several/,
			);
			expect(problem.kind).toBe("too-large");
		});
	});

	/** A handshake that is answered with plain HTTP. `fetch` cannot ask for an upgrade. */
	async function fetchUpgrade(url: string, headers: Record<string, string> = {}): Promise<Response> {
		const { request } = await import("node:http");
		return new Promise((resolve, reject) => {
			const asked = request(url, { headers: { ...upgrade, ...headers } }, async (answer) => {
				const chunks: Buffer[] = [];
				for await (const chunk of answer) chunks.push(chunk);
				const all = Object.entries(answer.headers).map(([name, value]): [string, string] => [name, String(value)]);
				resolve(new Response(Buffer.concat(chunks), { status: answer.statusCode ?? 0, headers: all }));
			});
			asked.on("upgrade", (_, socket) => {
				socket.destroy();
				reject(new Error(`${url} was upgraded`));
			});
			asked.on("error", reject);
			asked.end();
		});
	}
}
