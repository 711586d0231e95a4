import type { IncomingMessage } from "node:http";
import { describe, expect, test } from "vitest";
import { ClientRates, networkOf } from "../../worker/access/client.ts";
import { safeNext } from "../../worker/access/session.ts";
import { corsHeaders, requireAllowedHost } from "../../worker/guard/origins.ts";
import { nodePeer } from "../../worker/node/http/server.ts";

describe("the host a request names", () => {
	const answers = (host: string, config: { allowedHosts?: string[]; authEnabled?: boolean }, loopback = true): boolean => {
		const request = new Request("http://ignored.example/", { headers: { host } });
		try {
			requireAllowedHost(request, new URL(request.url), { authEnabled: false, ...config }, { loopback });
			return true;
		} catch {
			return false;
		}
	};

	test.each(["localhost:8080", "127.0.0.1:8080", "[::1]:8080", "10.1.2.3", "dashboard", "app.localhost:1", "LOCALHOST", "localhost."])(
		"%s is this machine's own",
		(host) => {
			expect(answers(host, {})).toBe(true);
			expect(answers(host, { allowedHosts: [] })).toBe(true);
		},
	);

	test.each(["evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example", "127.0.0.1.nip.io:8080"])(
		"%s is not, over a connection from this machine, where nobody signs in",
		(host) => {
			expect(answers(host, {})).toBe(false);
			expect(answers(host, {}, false)).toBe(true);
			expect(answers(host, { authEnabled: true })).toBe(true);
			expect(answers(host, { authEnabled: true, allowedHosts: ["dash.example"] })).toBe(false);
		},
	);

	test("is one of those that were named", () => {
		const config = { allowedHosts: ["dash.example", "*.apps.example"] };
		expect(["dash.example", "dash.example:443", "DASH.example.", "one.apps.example"].map((host) => answers(host, config, false))).toEqual(
			Array(4).fill(true),
		);
		expect(["apps.example", "evil-apps.example", "dash.example.evil"].map((host) => answers(host, config, false))).toEqual(
			Array(3).fill(false),
		);
	});
});

test.each([
	["192.0.2.1", "192.0.2.1"],
	["::ffff:192.0.2.1", "192.0.2.1"],
	["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
	["2001:0db8:1:2::1", "2001:db8:1:2::/64"],
	["2001:db8::1", "2001:db8:0:0::/64"],
	["::1", "0:0:0:0::/64"],
	["fe80::1%eth0", "fe80:0:0:0::/64"],
	["", "unknown"],
])("the network of %j is %j", (address, network) => expect(networkOf(address)).toBe(network));

test("behind proxies of one's own, the client is the last but so many", () => {
	const peer = (proxies: number, forwarded?: string, remoteAddress = "127.0.0.1") =>
		nodePeer(
			{ socket: { remoteAddress }, headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded } } as unknown as IncomingMessage,
			proxies,
		).address;
	expect(peer(0, "6.6.6.6")).toBe("127.0.0.1");
	expect(peer(1, "6.6.6.6, 192.0.2.1")).toBe("192.0.2.1");
	expect(peer(2, "6.6.6.6, 192.0.2.1, 10.0.0.1")).toBe("192.0.2.1");
	expect(peer(1, "192.0.2.1:4711")).toBe("192.0.2.1");
	expect(peer(1, "[2001:db8::1]:4711")).toBe("2001:db8::1");
	expect(peer(1, "[2001:db8::1]")).toBe("2001:db8::1");
	expect(peer(1, "2001:db8::1")).toBe("2001:db8::1");
	expect(peer(1, "nonsense")).toBe("127.0.0.1");
	expect(peer(1, "nonsense:80")).toBe("127.0.0.1");
	expect(peer(3, "192.0.2.1")).toBe("127.0.0.1");
	expect(peer(1)).toBe("127.0.0.1");
});

describe("rates", () => {
	const refused = (work: () => void): boolean => {
		try {
			work();
			return false;
		} catch {
			return true;
		}
	};

	test("let a burst through, then as many as the rate; one client does not use up another's", () => {
		const rates = new ClientRates(60);
		const taken = (address: string, at: number) => !refused(() => rates.take({ address }, at));
		expect(Array.from({ length: 30 }, () => taken("192.0.2.1", 0)).filter(Boolean)).toHaveLength(20);
		expect(taken("192.0.2.2", 0)).toBe(true);
		expect(taken("192.0.2.1", 999)).toBe(false);
		expect(taken("192.0.2.1", 1001)).toBe(true);
		expect(taken("192.0.2.1", 1002)).toBe(false);
	});

	test("survive a clock that is set back", () => {
		const rates = new ClientRates(60);
		rates.take({ address: "192.0.2.1" }, 3_600_000);
		rates.take({ address: "192.0.2.1" }, 0);
	});

	test("take bounded room", () => {
		const rates = new ClientRates(60);
		for (let n = 0; n < 30_000; n++) rates.take({ address: `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}` }, 0);
	});
});

test.each([
	["/workers?x=1", "/workers?x=1"],
	["/clusters/a/tasks#x", "/clusters/a/tasks"],
	[null, "/"],
	["", "/"],
	["workers", "/"],
	["https://evil.example/", "/"],
	["//evil.example/", "/"],
	["/\\evil.example/", "/"],
	["/.//evil.example/", "/"],
	["/x/..//evil.example/", "/"],
	["/\t/evil.example/", "/"],
	["\\\\evil.example", "/"],
	["javascript:alert(1)", "/"],
	["/access/sign-in?next=/x", "/"],
	[`/${"a".repeat(3000)}`, "/"],
])("after signing in, %j leads to %j", (wanted, next) =>
	expect(safeNext(wanted, new URL("https://dash.example/access/sign-in"))).toBe(next),
);

test.each([
	["/hive/workers?x=1", "/hive/workers?x=1"],
	["/hive", "/hive/"],
	["/workers", "/hive/"],
	["/hives/workers", "/hive/"],
	["/hive/../workers", "/hive/"],
	["/hive//evil.example/", "/hive//evil.example/"],
	["/hive/access/sign-in", "/hive/"],
	["https://evil.example/hive/", "/hive/"],
])("after signing in under /hive, %j leads to %j", (wanted, next) =>
	expect(safeNext(wanted, new URL("https://dash.example/access/sign-in"), "/hive")).toBe(next),
);

test("no other origin gets an answer, unless it is configured", () => {
	const request = new Request("https://dash.example/api/cluster", { headers: { origin: "https://tools.example" } });
	expect(corsHeaders(request, {})).toEqual({});
	expect(corsHeaders(request, { corsOrigins: ["https://other.example"] })).toEqual({ Vary: "Origin" });
	expect(corsHeaders(request, { corsOrigins: ["https://tools.example"] })).toMatchObject({
		"Access-Control-Allow-Origin": "https://tools.example",
	});
});
