/** Retries of a bridge: a dashboard that accepts nothing is not asked at full speed, and Retry-After is respected. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { Bridge } from "../../colony-bridge/bridge/bridge.ts";
import { bridgeAddresses } from "../../colony-bridge/bridge/endpoint.ts";
import { httpLink } from "../../colony-bridge/bridge/http-link.ts";
import type { Connect, LinkEvents } from "../../colony-bridge/bridge/link.ts";
import { retryAfterOf } from "../../colony-bridge/bridge/timing.ts";
import { webSocketLink } from "../../colony-bridge/bridge/web-socket-link.ts";
import { unreadyDashboard } from "./unready-dashboard.ts";

const endings: (() => unknown)[] = [];
afterEach(async () => {
	vi.useRealTimers();
	vi.restoreAllMocks();
	for (const end of endings.splice(0).reverse()) await end();
});

const colony = { name: "c", snapshot: () => ({ metrics: [{ name: "a", value: 1 }] }) };
const WELCOME = JSON.stringify({ type: "welcome", protocol: 1, epoch: 7, lastSeq: 0 });

describe("a bridge", () => {
	test.each<[string, (events: LinkEvents, text: string) => void]>([
		["closes", (events) => events.closed(1011, "no")],
		["misses what came before", (events) => events.message(JSON.stringify({ type: "error", kind: "sequence", detail: "no", fatal: true }))],
		["is full", (events) => events.closed(503, "full")],
	])("whose dashboard welcomes it and then %s at every push waits longer each time", async (_, answer) => {
		vi.useFakeTimers();
		vi.spyOn(Math, "random").mockReturnValue(0.999);
		let links = 0;
		const connect: Connect = (events) => {
			links++;
			queueMicrotask(() => events.open());
			return {
				send: (text) => queueMicrotask(() => (text.startsWith('{"type":"hello"') ? events.message(WELCOME) : answer(events, text))),
				close: () => {},
			};
		};
		const bridge = new Bridge({ colony, to: connect, intervalMs: 100, onError: () => {} });
		bridge.start();
		await vi.advanceTimersByTimeAsync(60_000);
		expect(links).toBeGreaterThan(3);
		expect(links).toBeLessThan(12);
		const stopped = bridge.stop();
		await vi.advanceTimersByTimeAsync(20_000);
		await stopped;
	});

	test.each([
		["requests", httpLink],
		["a WebSocket", webSocketLink],
	] as const)("over %s asks again when Retry-After says", async (_, link) => {
		const dashboard = await unreadyDashboard((response) => response.writeHead(503, { "retry-after": "2" }).end("{}"));
		endings.push(dashboard.close);
		const bridge = new Bridge({ colony, to: link({ url: dashboard.url }), onError: () => {} });
		endings.push(() => bridge.stop());
		bridge.start();
		await expect.poll(() => dashboard.asked.length, { timeout: 15_000 }).toBe(2);
		const [first, second] = dashboard.asked;
		expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(1_990);
	});

	test("reads Retry-After as seconds or a date, within bounds", () => {
		expect(retryAfterOf("7")).toBe(7_000);
		expect(retryAfterOf(new Date(Date.now() + 60_000).toUTCString())).toBeGreaterThan(50_000);
		for (const nothing of [undefined, null, "", "soon", "-5", new Date(0).toUTCString()]) expect(retryAfterOf(nothing)).toBe(0);
		expect(retryAfterOf("99999999999")).toBe(600_000);
	});

	test("never quotes a possible password in an address", () => {
		for (const url of ["ftp://user:pass/word@host", "http//user:pass@wo@rd@host"])
			expect(() => bridgeAddresses({ url })).toThrow(/^(?!.*pass)/);
	});
});
