/** An object that Cloudflare reports as unavailable is answered with 503 and Retry-After. */
import * as v from "valibot";
import { afterEach, expect, test, vi } from "vitest";
import { DashboardConfig } from "../../colony-bridge/protocol/http/config.ts";
import type { ClusterPort } from "../../durable/port.ts";
import { createApp } from "../../worker/app.ts";
import { openNodeAccess } from "../../worker/node/clusters/access.ts";

afterEach(() => vi.restoreAllMocks());

/** A dashboard whose cluster fails like this, whatever it is asked. */
function failing(error: Error) {
	const fail = () => Promise.reject(error);
	const port = { reads: () => ({ view: fail, page: fail }), push: fail } as object as ClusterPort;
	return createApp({
		clusters: { get: () => port, refuse: () => new Response(), list: fail },
		access: openNodeAccess(),
		config: v.parse(DashboardConfig, {}),
		bridgeToken: "token",
		defaultCluster: "default",
	});
}
const fault = (flags: object) => Object.assign(new Error("inside words"), flags);

test.each([
	[{ overloaded: true }, "10"],
	[{ overloaded: true, retryable: true }, "10"],
	[{ retryable: true }, "1"],
	[{ durableObjectReset: true }, "1"],
])("%j is answered 503, to look or to push, as data or as a page", async (flags, after) => {
	const logged = vi.spyOn(console, "error").mockImplementation(() => {});
	const app = failing(fault({ remote: true, ...flags }));
	const asked = [
		new Request("https://dash.example/api/workers"),
		new Request("https://dash.example/", { headers: { accept: "text/html" } }),
		new Request("https://dash.example/api/bridge", { method: "POST", body: "{}", headers: { authorization: "Bearer token" } }),
	];
	for (const request of asked) {
		const response = await app.fetch(request);
		expect(response.status).toBe(503);
		expect(response.headers.get("retry-after")).toBe(after);
		expect(await response.text()).not.toContain("inside words");
	}
	expect(logged).toHaveBeenCalledTimes(asked.length);
});

test("any other fault is 500, without Retry-After", async () => {
	vi.spyOn(console, "error").mockImplementation(() => {});
	const response = await failing(fault({ remote: true })).fetch(new Request("https://dash.example/api/workers"));
	expect(response.status).toBe(500);
	expect(response.headers.has("retry-after")).toBe(false);
});
