/** What a cluster has ever reported, and the pages that follow from it. */
import { describe, expect, test } from "vitest";
import { planPage } from "../../colony-bridge/protocol/pages/plan.ts";
import { REPORTED } from "../../colony-bridge/protocol/query/reported.ts";
import { rankOf } from "../../colony-bridge/protocol/query/telling.ts";
import { folderOf } from "../../web/page/titles.ts";
import { hello, Rig } from "./cluster-rig.ts";

const LAYOUT = { widgets: [], pages: [] };
const viewOf = (rig: Rig) => rig.ask({ kind: "cluster" }).view;
const foldersOf = (rig: Rig) => ["overview", "workers", "tasks", "streaming", "metrics"].map((page) => folderOf(page, viewOf(rig)));

function scraped(rig: Rig, values: number[]) {
	const series = values.map((_, id) => ({ id, name: "up", labels: { instance: `host-${id}:9100`, job: "node" }, type: "gauge" }));
	rig.push(
		hello({ capabilities: [] }),
		{ type: "series", seq: 1, series },
		{ type: "tick", seq: 2, at: rig.now, ids: values.map((_, i) => i), values },
	);
}

describe("kinds of things that a cluster has ever reported", () => {
	test("a cluster of series alone shows its targets, and pages that would be empty say why", () => {
		const rig = new Rig();
		scraped(rig, [1, 1, 0]);
		expect(foldersOf(rig)).toEqual(["series", "lacking", "lacking", "lacking", "metrics"]);
		const { reported, targets, status, findings } = viewOf(rig);
		expect(reported).toEqual({ series: true });
		expect(targets).toEqual({ total: 3, up: 2 });
		expect(status).toBe("degraded");
		expect(findings).toMatchObject([{ kind: "target", text: "1 of 3 targets down (host-2:9100)" }]);
		expect(Object.keys(planPage("overview", LAYOUT, {}, { reported }) ?? {})).toEqual(expect.arrayContaining(["targets", "names"]));
		expect(Object.keys(planPage("workers", LAYOUT, {}, { reported }) ?? {})).toEqual(["cluster", "layout"]);
	});

	test("targets that all answer are healthy, and one with a check of its bridge is one finding", () => {
		const rig = new Rig();
		scraped(rig, [1, 0]);
		const check = { id: "scrape host-1:9100", status: "failed", message: "connection refused" };
		rig.push(hello({ capabilities: [] }), { type: "state", seq: 3, at: rig.now, checks: { set: [check] } });
		expect(viewOf(rig).findings?.map(({ kind }) => kind)).toEqual(["check"]);
		rig.push(
			hello({ capabilities: [] }),
			{ type: "state", seq: 4, at: rig.now, checks: { set: [{ ...check, status: "ok" }] } },
			{ type: "tick", seq: 5, at: rig.now + 1, ids: [1], values: [1] },
		);
		expect(viewOf(rig)).toMatchObject({ status: "healthy", targets: { total: 2, up: 2 } });
	});

	test("each kind is reported from its first entry; one without entries has the time since, also after a restart", () => {
		const rig = new Rig();
		rig.push(hello());
		expect(foldersOf(rig)).toEqual(["overview", "workers", "tasks", "streaming", "metrics"]);
		const state = (seq: number, parts: object) => rig.push(hello(), { type: "state", seq, at: rig.now, ...parts });
		state(1, { checks: { set: [{ id: "disk", status: "ok" }] } });
		expect(viewOf(rig).reported).toEqual({ checks: true });
		expect(foldersOf(rig)).toEqual(["overview", "lacking", "lacking", "lacking", "metrics"]);
		state(2, { workers: { set: [{ id: "a", status: "busy" }] }, streams: { set: [{ id: "s", status: "running" }] } });
		expect(viewOf(rig).reported).toEqual({ workers: true, streams: true, checks: true });
		expect(foldersOf(rig)).toEqual(["overview", "workers", "lacking", "streaming", "metrics"]);
		const end = { type: "taskEnd", id: "t", name: "fold", status: "failed", endedAt: rig.now, error: { message: "lost" } };
		rig.push(hello(), { type: "events", seq: 3, events: [end] });
		expect(viewOf(rig).reported).toEqual(Object.fromEntries(REPORTED.map((kind) => [kind, true])));
		rig.pass(60_000);
		state(4, { workers: { remove: ["a"] } });
		const gone = rig.now;
		rig.pass(60_000);
		state(5, {});
		expect(viewOf(rig).reported).toMatchObject({ workers: gone, tasks: true, errors: true });
		rig.restart();
		expect(viewOf(rig).reported).toMatchObject({ workers: gone, tasks: true, errors: true });
		expect(foldersOf(rig)[1]).toBe("workers");
		state(6, { workers: { set: [{ id: "a", status: "busy" }] } });
		expect(viewOf(rig).reported.workers).toBe(true);
	});
});

test("metrics of failures, queues and work come before those of any program's runtime", () => {
	const names = ["go_goroutines", "http_requests_total", "node_load1", "queue_depth", "http_errors_total", "zebra_stripes", "up"];
	const ranked = names.map((name) => ({ name, rank: rankOf({ name, type: name.endsWith("_total") ? "counter" : "gauge" }) }));
	expect(ranked.sort((a, b) => a.rank - b.rank).map(({ name }) => name)).toEqual([
		"http_errors_total",
		"queue_depth",
		"http_requests_total",
		"node_load1",
		"zebra_stripes",
		"go_goroutines",
		"up",
	]);
});
