/** Whatever is sent: no 500, and nobody in. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { openSession, SigningKey, safeNext } from "../../worker/access/session.ts";
import { authorizationOf } from "../../worker/access/tokens.ts";
import { ROUTES } from "../../worker/routes.ts";
import { accessRig, basic, type Rig, USERS } from "./access-rig.ts";

let rig: Rig;
let cookie: string;
let token: string;
beforeAll(async () => {
	rig = accessRig(
		{ requestsPerMinute: 10_000_000, cloudflareAccess: { team: "http://127.0.0.1:9", audience: "x", roles: { "a@b": "operator" } } },
		{ bridgeToken: "bridge" },
	);
	cookie = await rig.signIn("ann", USERS.ann);
	const minted = await rig.ask("/api/tokens", {
		method: "POST",
		headers: { authorization: basic("ann", USERS.ann) },
		body: JSON.stringify({ kind: "bridge", name: "north", cluster: "north" }),
	});
	token = ((await minted.json()) as { token: string }).token;
	vi.spyOn(console, "error").mockImplementation(() => {});
});
afterAll(() => {
	rig?.close();
	vi.restoreAllMocks();
});

const path = fc.oneof(
	fc
		.constantFrom(...ROUTES.map(([, route]) => route))
		.chain((route) =>
			fc.array(fc.webSegment(), { minLength: 3, maxLength: 3 }).map((names) => route.replace(/:[a-z]+/g, () => names.pop() || "x")),
		),
	fc.webPath({ size: "small" }).map((text) => text || "/"),
);
const method = fc.constantFrom("GET", "HEAD", "POST", "DELETE", "PUT", "PATCH", "OPTIONS");
/** As a header can hold it. */
const latin = fc.string({ unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)), maxLength: 60 });
const base64 = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString("base64"));
const basicHeader = fc
	.tuple(fc.constantFrom(...Object.keys(USERS), "nobody", ""), fc.string({ maxLength: 20 }))
	.map(([user, password]) => basic(user, password));
const authorization = fc.oneof(
	latin,
	base64.map((text) => `Basic ${text}`),
	basicHeader,
	base64.map((text) => `Bearer ${text}`),
	fc.tuple(fc.nat(), fc.stringMatching(/^[\w-]{43}$/)).map(([id, secret]) => `Bearer hfd_${id.toString(36).slice(0, 7)}_${secret}`),
);
/** The right cookie with something wrong, or none of ours. */
const cookieHeader = fc.oneof(
	latin.map((text) => `__Host-hiveframe=${text}`),
	fc.nat().chain((seed) =>
		fc.constantFrom("A", "z", "0", ".", "-").map((letter) => {
			const at = 17 + (seed % (cookie.length - 17));
			return cookie[at] === letter ? "hiveframe=x" : cookie.slice(0, at) + letter + cookie.slice(at + 1);
		}),
	),
	fc.tuple(base64, base64).map(([one, other]) => `__Host-hiveframe=${one.replaceAll(/[+/=]/g, "")}.${other.replaceAll(/[+/=]/g, "")}`),
);
const headers = fc
	.record(
		{
			authorization,
			cookie: cookieHeader,
			accept: fc.constantFrom("text/html", "*/*", "application/json"),
			origin: fc.oneof(fc.constantFrom("https://dash.example", "https://evil.example", "null"), latin),
			"sec-fetch-site": fc.constantFrom("same-origin", "cross-site", "none", "x"),
			"cf-access-jwt-assertion": fc.oneof(
				latin,
				fc.tuple(base64, base64, base64).map((parts) => parts.join(".")),
			),
			"content-type": fc.constantFrom("application/json", "application/x-www-form-urlencoded", "text/plain"),
			upgrade: fc.constantFrom("websocket", "h2c"),
			"x-forwarded-host": latin,
			host: fc.constantFrom("dash.example", "evil.example", "[", "a:b:c"),
		},
		{ requiredKeys: [] },
	)
	.map((given) => {
		const kept = new Headers();
		for (const [name, value] of Object.entries(given)) kept.set(name, value.trim());
		return kept;
	});
const body = fc.oneof(
	fc.constant(undefined),
	fc.string({ maxLength: 200 }),
	fc.json({ maxDepth: 3 }),
	fc
		.dictionary(fc.constantFrom("user", "password", "next", "name", "kind", "role", "days", "cluster"), fc.string({ maxLength: 30 }))
		.map((fields) => new URLSearchParams(fields).toString()),
);

/** Paths that need no sign-in. */
const isPublic = (verb: string, pathname: string): boolean =>
	verb === "OPTIONS" || ROUTES.some(([, route, needs]) => needs === "public" && route === pathname);

describe("requests of all kinds", () => {
	let sender = 0;
	test("never get a 500, and never in", async () => {
		await fc.assert(
			fc.asyncProperty(method, path, headers, body, async (verb, where, given, text) => {
				// An address of its own for each: waiting for one's turn would hide all else.
				sender++;
				const response = await rig.ask(where, {
					method: verb,
					headers: given,
					from: `10.${sender >> 16}.${(sender >> 8) & 255}.${sender & 255}`,
					...(text !== undefined && verb !== "GET" && verb !== "HEAD" && { body: text }),
				});
				await response.text();
				expect(response.status).toBeLessThan(500);
				if (!isPublic(verb, new URL(`https://dash.example${where}`).pathname)) {
					expect([301, 302, 303, 308, 400, 401, 403, 404, 405, 413, 429]).toContain(response.status);
					if (response.status < 400) expect(response.headers.get("location")).toMatch(/^\/access\/sign-in/);
				}
				expect(response.headers.get("set-cookie") ?? "Max-Age=0").toContain("Max-Age=0");
			}),
			{ numRuns: 600 },
		);
	}, 120_000);

	test("a bridge's token opens no other cluster, however it is written", async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.oneof(fc.webSegment(), fc.constantFrom("North", "north%20", "north.", "%6eorth", "nort%68x", "south")),
				async (cluster) => {
					const response = await rig.ask(`/clusters/${cluster}/api/bridge`, {
						method: "POST",
						headers: { authorization: `Bearer ${token}` },
						body: "{",
					});
					const named = decodeURIComponent(cluster);
					expect(response.status).toBe(named === "north" ? 400 : (await response.json()).kind === "forbidden" ? 403 : response.status);
					if (named !== "north") expect([400, 403, 404, 405]).toContain(response.status);
				},
			),
			{ numRuns: 100 },
		);
	});
});

describe("words", () => {
	const key = new SigningKey(async () => "s".repeat(32));

	test("of Authorization are read or not, never thrown at", () => {
		fc.assert(
			fc.property(authorization, (text) => {
				const found = authorizationOf(new Request("https://x/", { headers: { authorization: text.trim() } }));
				expect(["basic", "bearer", "unknown", undefined]).toContain(found?.scheme);
			}),
		);
	});

	test("of Basic are decoded as written, colons and umlauts too", () => {
		fc.assert(
			fc.property(
				fc.string({ unit: "grapheme" }).filter((text) => !text.includes(":")),
				fc.string({ unit: "grapheme" }),
				(user, password) => {
					const found = authorizationOf(new Request("https://x/", { headers: { authorization: basic(user, password) } }));
					expect(found).toEqual({ scheme: "basic", user, password });
				},
			),
		);
	});

	test("that look like a session are none", async () => {
		await fc.assert(
			fc.asyncProperty(fc.string({ unit: fc.constantFrom(..."abcXYZ019-_."), maxLength: 120 }), async (text) => {
				expect(await openSession(text, key, 0)).toBeUndefined();
			}),
		);
	});

	test("for the page to go to never lead off this origin", () => {
		const url = new URL("https://dash.example/access/sign-in");
		const odd = fc.string({
			unit: fc.constantFrom("/", "\\", ".", "@", ":", "?", "#", "%2f", "%5c", "evil.example", "\t", " ", "a"),
			maxLength: 12,
		});
		fc.assert(
			fc.property(fc.oneof(odd, fc.webUrl(), fc.string()), (text) => {
				expect(new URL(safeNext(text, url), url).origin).toBe(url.origin);
			}),
			{ numRuns: 2000 },
		);
	});
});
