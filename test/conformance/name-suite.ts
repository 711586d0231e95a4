import { beforeAll, expect, test } from "vitest";
import { applyChange } from "../../colony-bridge/protocol/query/delta.ts";
import type { Rows } from "../../colony-bridge/protocol/query/rows.ts";
import type { Answer, Delta, Snapshot } from "../../colony-bridge/protocol/query/view.ts";
import { seriesKey } from "../../colony-bridge/protocol/wire/selector.ts";
import { helloOf, lines, push, T0 } from "./example-colony.ts";
import { readCsv, readJson, readOpenMetrics } from "./export-readers.ts";
import type { Host } from "./host.ts";
import { TextSocket } from "./text-socket.ts";

const BASE = "/clusters/names.1";
/** Properties of every JavaScript object, which are names like any other to a colony. */
const NAMES = ["constructor", "prototype", "__proto__", "toString"];
/** Not a literal: there `__proto__` would be the prototype. */
const labelled = (label: string, value: string) => Object.fromEntries([[label, value]]);

/** Series that differ in such a label's name alone, and everything else that has a name. */
const series = [
	...NAMES.map((name, id) => ({ id, name: "jobs", labels: labelled(name, "a"), type: "gauge", unit: name })),
	...NAMES.map((name, i) => ({ id: NAMES.length + i, name, labels: { worker: name }, type: "gauge", unit: name })),
];
const state = (message: string, seq: number) => ({
	type: "state",
	seq,
	at: T0 + seq,
	workers: { set: NAMES.map((id) => ({ id, status: "busy", role: id, message })) },
	tasks: { set: NAMES.map((name) => ({ id: name, name, kind: name, status: "running", worker: name })) },
	streams: { set: NAMES.map((id) => ({ id, status: "running" })) },
	checks: { set: NAMES.map((id) => ({ id, status: "ok" })) },
});

/** Names that are also names of an object's own parts are kept everywhere: nothing is dropped, nothing merges. */
export function nameSuite(host: () => Host): void {
	const hello = helloOf("names");
	const get = async (path: string): Promise<Response> => {
		const response = await fetch(`${host().url}${BASE}${path}`, { headers: { accept: "text/html,*/*;q=0.8" } });
		expect(response.status).toBe(200);
		return response;
	};

	beforeAll(async () => {
		const ids = series.map(({ id }) => id);
		const ends = NAMES.map((name) => ({
			type: "taskEnd",
			id: `${name}-0`,
			name,
			status: "failed",
			endedAt: T0,
			error: { type: name, message: name },
		}));
		const logs = NAMES.map((name) => ({ type: "log", at: T0, level: "ERROR", source: name, message: name }));
		const frames = [
			{ type: "series", seq: 1, series },
			{ type: "tick", seq: 2, at: T0, ids, values: ids.map((id) => id + 1) },
			state("first", 3),
			{ type: "events", seq: 4, events: [...ends, ...logs] },
		];
		const answer = await push(host(), BASE, lines(hello, ...frames));
		expect(await answer.text()).not.toContain('"error"');
	});

	test("as labels they distinguish series, in metrics and in every export", async () => {
		const found = (await (await get("/api/metrics?names=jobs&fold=each&range=1h")).json()) as Record<string, { value: number }[]>;
		const each = NAMES.map((name, i): [string, number] => [seriesKey("jobs", labelled(name, "a")), i + 1]);
		expect(Object.entries(found).map(([key, samples]) => [key, samples[0]?.value])).toEqual(each);
		for (const [key, value] of each) {
			const one = (await (await get(`/api/metrics?names=${encodeURIComponent(key)}&range=1h`)).json()) as typeof found;
			expect(Object.values(one)[0]?.[0]?.value, key).toBe(value);
		}
		for (const [format, read] of Object.entries({ csv: readCsv, json: readJson, openmetrics: readOpenMetrics })) {
			const exported = read(await (await get(`/api/export?format=${format}&names=jobs&start=0`)).text());
			expect(
				exported.map(({ name, labels, samples }) => [seriesKey(name, labels), samples[0]?.value]),
				format,
			).toEqual(each);
		}
	});

	test("as metrics, units, workers and tasks they are there in the REST", async () => {
		const series = (await (await get("/api/series?match=jobs")).json()) as { labels: object; unit: string }[];
		expect(series.map(({ labels, unit }) => [Object.keys(labels), unit])).toEqual(NAMES.map((name) => [[name], name]));
		const workers = (await (await get("/api/workers")).json()) as { id: string; metrics: object }[];
		expect(workers.map(({ id, metrics }) => [id, Object.entries(metrics)]).sort()).toEqual(
			NAMES.map((name, i) => [name, [[name, NAMES.length + i + 1]]]).sort(),
		);
		for (const path of ["/api/tasks", "/api/tasks/history", "/api/streams", "/api/checks", "/api/logs"]) {
			const text = await (await get(path)).text();
			for (const name of NAMES) expect(text, path).toContain(`"${name}`);
		}
		const byName = (await (await get(`/api/metrics?names=${NAMES.join(",")}&range=1h`)).json()) as object;
		expect(Object.keys(byName).sort()).toEqual([...NAMES].sort());
	});

	test("a viewer's deltas add up to the current answer, and pages show it", async () => {
		const queries = [{ kind: "workers" }, { kind: "tasks" }, { kind: "streams" }, { kind: "checks" }, { kind: "series" }];
		const socket = await TextSocket.open(`${host().url}${BASE}/api/live`);
		socket.send({ type: "watch", queries });
		const snapshot = await socket.frame<Snapshot>("snapshot");
		const answers: Answer[] = [...snapshot.answers];
		const ids = (answer: Answer | undefined) => (answer as Rows).rows.map(({ id }) => id).sort();
		for (const answer of answers.slice(0, 4)) expect(ids(answer)).toEqual([...NAMES].sort());
		await push(host(), BASE, lines(hello, state("second", 5)));
		const delta = await socket.frame<Delta>("delta");
		await socket.close();
		for (const one of delta.changes) answers[one.index] = applyChange(answers[one.index], one);
		const workers = (answers[0] as Rows<"workers">).rows;
		expect(workers.map(({ message }) => message)).toEqual(NAMES.map(() => "second"));
		for (const { id, values } of workers) expect(Object.keys(values)).toEqual([id]);
		for (const path of ["/workers", "/tasks", "/streaming", "/metrics?q=jobs", ...NAMES.map((name) => `/workers/${name}`)]) {
			const html = await (await get(path)).text();
			for (const name of path.startsWith("/workers/") ? [path.slice(9)] : NAMES) expect(html, path).toContain(name);
		}
	});
}
