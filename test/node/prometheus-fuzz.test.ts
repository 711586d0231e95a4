/** Whatever is asked of Prometheus' API is answered in its form, and never by a fault. The Grafana dashboard asks what can be answered. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "../../colony-bridge/protocol/promql/parse.ts";
import { exampleFrames, helloOf, lines } from "../conformance/example-colony.ts";
import { accessRig } from "./access-rig.ts";
import { ROOT } from "./house-imports.ts";

const TOKEN = "token-of-a-fuzz";
const rig = accessRig({ authEnabled: false }, { bridgeToken: TOKEN });

beforeAll(async () => {
	const body = lines(helloOf("fuzz"), ...exampleFrames());
	const pushed = await rig.ask("/api/bridge", { method: "POST", headers: { authorization: `Bearer ${TOKEN}` }, body });
	expect(pushed.status).toBe(200);
});
afterAll(() => rig.close());

const PATHS = ["query", "query_range", "series", "labels", "label/worker/values", "label/%00/values", "metadata", "query_exemplars"];
const NAMES = ["query", "time", "start", "end", "step", "timeout", "limit", "lookback_delta", "match[]", "stats", "metric"];
const word = fc.oneof(
	fc.string({ unit: "binary", maxLength: 20 }),
	fc.constantFrom("", "0", "-1", "1e3", "NaN", "+Inf", "5m", "1h30m", "99999999999y", "2026-01-01T00:00:00Z", "1e308", "true"),
	fc.constantFrom(
		"cpu_percent",
		"rate(tasks_total[1m])",
		"sum by (worker) (cpu_percent)",
		"{}",
		'{__name__=~".+"}',
		"(((",
		'"a',
		"up offset -1y",
	),
);
const parameters = fc.array(fc.tuple(fc.constantFrom(...NAMES), word), { maxLength: 7 });

test("any parameters, in the address or posted, are answered as the API answers", async () => {
	await fc.assert(
		fc.asyncProperty(fc.constantFrom(...PATHS, "parse_query", "format_query"), parameters, fc.boolean(), async (path, given, posted) => {
			const query = new URLSearchParams(given);
			const canPost = posted && !/label\/|metadata/.test(path);
			const address = `/prometheus/api/v1/${path}`;
			const answer = canPost ? await rig.ask(address, { method: "POST", body: query }) : await rig.ask(`${address}?${query}`);
			expect([200, 400, 422]).toContain(answer.status);
			const { status, errorType, error } = (await answer.json()) as Record<string, string>;
			expect(status).toBe(answer.status === 200 ? "success" : "error");
			if (status === "error")
				expect([errorType, error?.length]).toEqual([answer.status === 400 ? "bad_data" : "execution", expect.any(Number)]);
		}),
		{ numRuns: 200 },
	);
});

test("the Grafana dashboard's queries are understood, and its own numbers are there", async () => {
	const { panels } = JSON.parse(readFileSync(join(ROOT, "worker/grafana/hiveframe-colony.json"), "utf8")) as {
		panels: { targets?: { expr: string }[] }[];
	};
	const queries = panels.flatMap(({ targets = [] }) =>
		targets.map(({ expr }) => expr.replaceAll("$__rate_interval", "1m").replaceAll("$worker", ".*")),
	);
	expect(queries.length).toBeGreaterThan(20);
	const exposed = await (await rig.ask("/metrics")).text();
	for (const query of queries) {
		parse(query);
		for (const [name] of query.matchAll(/hiveframe_dashboard_\w+/g))
			if (!name.endsWith("_limit_bytes")) expect(exposed).toContain(`\n${name}`);
	}
});
