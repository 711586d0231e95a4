/** Sign-in by Cloudflare Access, whose keys come from a server on this machine. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { accessRig, type Rig } from "./access-rig.ts";

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;

const AUDIENCE = "f00d".repeat(16);
const published = new Map<string, Pair>();
let fetched = 0;
let server: Server;
let team: string;
let rig: Rig;

async function publish(kid: string): Promise<Pair> {
	const pair = await generateKeyPair("RS256");
	published.set(kid, pair);
	return pair;
}

beforeAll(async () => {
	server = createServer(async (request, reply) => {
		if (request.url !== "/cdn-cgi/access/certs") return void reply.writeHead(404).end();
		fetched++;
		const keys = await Promise.all(
			[...published].map(async ([kid, { publicKey }]) => ({ ...(await exportJWK(publicKey)), kid, alg: "RS256", use: "sig" })),
		);
		reply.setHeader("content-type", "application/json").end(JSON.stringify({ keys }));
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	team = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	await publish("one");
	rig = accessRig({
		authUsers: {},
		cloudflareAccess: {
			team,
			audience: AUDIENCE,
			roles: { "ann@example.com": "operator", "*@example.com": "viewer", sre: "operator", "robot.access": "viewer" },
		},
	});
});
afterAll(() => {
	rig?.close();
	server.close();
});

interface Claims {
	kid?: string;
	key?: CryptoKey | Uint8Array;
	alg?: string;
	issuer?: string;
	audience?: string | string[];
	expires?: string | number;
	[claim: string]: unknown;
}

async function word({
	kid = "one",
	key,
	alg = "RS256",
	issuer = team,
	audience = [AUDIENCE],
	expires = "5m",
	...claims
}: Claims): Promise<string> {
	const signed = new SignJWT(claims)
		.setProtectedHeader({ alg, kid })
		.setIssuer(issuer)
		.setAudience(audience)
		.setIssuedAt()
		.setExpirationTime(expires);
	return signed.sign(key ?? (published.get(kid) as Pair).privateKey);
}

async function ask(assertion: string, path = "/api/session"): Promise<{ status: number; body: Record<string, unknown> }> {
	const response = await rig.ask(path, { headers: { "cf-access-jwt-assertion": assertion } });
	return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe("Cloudflare Access", () => {
	test.each([
		["an e-mail address", { email: "ann@example.com" }, "operator"],
		["one in other letters", { email: "Ann@Example.com" }, "operator"],
		["a domain", { email: "bob@example.com" }, "viewer"],
		["a group", { email: "bob@example.com", groups: ["dev", "sre"] }, "operator"],
		["a group as an object", { email: "bob@example.com", groups: [{ id: "1", name: "sre" }] }, "operator"],
		["a group of the identity provider's claims", { email: "bob@example.com", custom: { groups: ["sre"] } }, "operator"],
		["a service's name", { common_name: "robot.access" }, "viewer"],
	])("gives %s its role", async (_, claims: Claims, role) => {
		const { status, body } = await ask(await word(claims));
		expect(status).toBe(200);
		expect(body).toMatchObject({ name: claims.email ?? claims.common_name, role, via: "cloudflare-access" });
	});

	test.each([
		["of nobody with a role", { email: "eve@evil.example" }, 403],
		["of a domain that only ends alike", { email: "eve@notexample.com" }, 403],
		["of nobody", {}, 401],
		["for another application", { email: "ann@example.com", audience: ["other"] }, 401],
		["of another team", { email: "ann@example.com", issuer: "https://evil.cloudflareaccess.com" }, 401],
		["that has expired", { email: "ann@example.com", expires: 1 }, 401],
		["signed by nobody's key", { email: "ann@example.com", kid: "unheard" }, 401],
		["signed with a secret", { email: "ann@example.com", alg: "HS256", key: new Uint8Array(32) }, 401],
	])("does not let in a word %s", async (_, claims: Claims, status) => {
		const key = claims.kid ? (await generateKeyPair("RS256")).privateKey : claims.key;
		expect((await ask(await word({ ...claims, ...(key && { key }) }))).status).toBe(status);
	});

	test.each(["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.eyJlbWFpbCI6ImFubkBleGFtcGxlLmNvbSJ9."])("does not let in %j", async (text) => {
		expect((await ask(text)).status).toBe(401);
	});

	test("asks for its keys once, and again when they change", async () => {
		const before = fetched;
		for (let n = 0; n < 5; n++) expect((await ask(await word({ email: "ann@example.com" }))).status).toBe(200);
		expect(fetched).toBe(before);
		const two = await publish("two");
		vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 60_000 });
		try {
			expect((await ask(await word({ email: "ann@example.com", kid: "two", key: two.privateKey }))).status).toBe(200);
			expect(fetched).toBe(before + 1);
		} finally {
			vi.useRealTimers();
		}
	});

	test("has no password page, and a page says so", async () => {
		expect((await rig.ask("/access/sign-in", { headers: { accept: "text/html" } })).status).toBe(404);
		const page = await rig.ask("/workers", { headers: { accept: "text/html" } });
		expect(page.status).toBe(401);
		expect(page.headers.get("location")).toBeNull();
	});
});
