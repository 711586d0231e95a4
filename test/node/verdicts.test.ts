/** A cluster's health over time, and since when each finding holds: stored with pushes, and the same after a restart. */
import { expect, test } from "vitest";
import type { ClusterView } from "../../colony-bridge/protocol/query/view.ts";
import type { Stream } from "../../colony-bridge/protocol/wire/state.ts";
import { bottleneck } from "../../durable/view/streams.ts";
import { hello, Rig, START } from "./cluster-rig.ts";

const SECOND = 1000;

function colony() {
	const rig = new Rig({ keyframes: { soonest: 2, latest: 5, large: 1 } });
	let seq = 0;
	const push = (...frames: object[]) =>
		rig.push(hello({ capabilities: ["restart"] }), ...frames.map((frame) => ({ seq: ++seq, ...frame })));
	return {
		rig,
		push,
		state: (parts: object) => push({ type: "state", at: rig.now, ...parts }),
		/** Goes on saying nothing new, every five seconds. */
		quiet(seconds: number) {
			for (let i = 0; i < seconds / 5; i++) {
				rig.pass(5 * SECOND);
				push({ type: "tick", at: rig.now, ids: [], values: [] });
			}
		},
		view: (): ClusterView => rig.ask({ kind: "cluster" }).view,
		verdicts: () => rig.ask({ kind: "statusChanges", limit: 100 }).rows.map(({ at, status }) => [(at - START) / SECOND, status]),
	};
}
const workers = (...statuses: string[]) => ({
	workers: {
		replace: true,
		set: statuses.map((status, i) => ({ id: `w-${i}`, status, ...(status === "failed" && { message: `exit ${i}` }) })),
	},
});

test("a cluster remembers how it was judged, over restarts and silence; what stays the same is written once", () => {
	const { rig, push, state, quiet, view, verdicts } = colony();
	state(workers("idle", "idle"));
	quiet(30);
	expect(verdicts()).toEqual([[0, "healthy"]]);
	const { position } = view();
	state(workers("failed", "idle"));
	quiet(60);
	expect(verdicts()).toEqual([
		[35, "degraded"],
		[0, "healthy"],
	]);
	expect(view().position, "no entry of its own").toBe(position + 13);
	expect(view()).toMatchObject({ status: "degraded", since: START + 35 * SECOND });
	rig.restart();
	expect(view()).toMatchObject({ status: "degraded", since: START + 35 * SECOND });
	rig.pass(3600 * SECOND);
	rig.cluster.alarm();
	expect(verdicts()[0]).toEqual([90, "silent"]);
	expect(view()).toMatchObject({ status: "silent", since: START + 90 * SECOND, silentSince: START + 90 * SECOND });
	const back = (rig.now - START) / SECOND;
	push({ type: "tick", at: rig.now, ids: [], values: [] });
	quiet(20);
	expect(verdicts().slice(0, 2)).toEqual([
		[back, "degraded"],
		[90, "silent"],
	]);
	state(workers("idle", "idle"));
	quiet(20);
	expect(verdicts()[0]?.[1]).toBe("healthy");
});

test("a finding tells since when it holds, in the colony's words, and what can be done", () => {
	const { rig, state, quiet, view } = colony();
	state(workers("idle", "idle", "idle"));
	rig.pass(5 * SECOND);
	state(workers("failed", "idle", "idle"));
	rig.pass(5 * SECOND);
	const disk = { id: "disk", status: "failed", message: "0 bytes left", runbook: "https://wiki.example/disk" };
	state({ ...workers("failed", "failed", "idle"), checks: { set: [disk] } });
	quiet(20);
	expect(view().findings).toEqual([
		{
			id: "checks-failed/bridge-1/disk",
			kind: "check",
			status: "unhealthy",
			text: "check disk failed",
			since: START + 10 * SECOND,
			message: "0 bytes left",
			page: "/#checks",
			runbook: "https://wiki.example/disk",
		},
		{
			id: "workers-failed/bridge-1",
			kind: "worker",
			status: "degraded",
			text: "2 of 3 workers failed (w-0, w-1)",
			since: START + 5 * SECOND,
			message: "w-1: exit 1",
			page: "/workers",
			params: { filter: "status=failed" },
			restart: { workers: ["w-0", "w-1"], more: 0 },
		},
	]);
});

test("what says nothing itself of when it began holds since it was first found, and anew when it comes again", () => {
	const { rig, state, quiet, view } = colony();
	const held = (backPressured: number) => ({
		streams: { set: [{ id: "s", status: "running", operators: [{ id: "o", name: "o", subtasks: [{ id: "0", backPressured }] }] }] },
	});
	state(held(0.9));
	expect(view().findings).toMatchObject([{ kind: "pressure" }]);
	quiet(60);
	expect(view().findings).toMatchObject([{ id: "pressure/s", since: START }]);
	rig.restart();
	expect(view().findings).toMatchObject([{ id: "pressure/s", since: START }]);
	state(held(0));
	quiet(20);
	const again = rig.now + 5 * SECOND;
	state(held(0.8));
	quiet(20);
	expect(view().findings).toMatchObject([{ id: "pressure/s", since: again }]);
});

test("a runbook is a page of the web, or the check is refused", () => {
	const { rig, push, view } = colony();
	const check = (runbook: string) => push({ type: "state", at: rig.now, checks: { set: [{ id: "c", status: "failed", runbook }] } });
	expect(JSON.stringify(check("javascript:alert(1)"))).toContain("an absolute URL of http or https");
	expect(view().findings).toBeUndefined();
	check("HTTPS://wiki.example/c");
	expect(view().findings).toMatchObject([{ runbook: "HTTPS://wiki.example/c" }]);
});

test("the bottleneck is the busiest operator right after one that is held back, and not held back itself", () => {
	const operator = (id: string, inputs: string[] | undefined, busy: number | undefined, backPressured = 0) => ({
		id,
		name: `${id}!`,
		...(inputs && { inputs }),
		subtasks: [{ id: "0", ...(busy !== undefined && { busy }), backPressured }],
	});
	const of = (...operators: NonNullable<Stream["operators"]>) => bottleneck(operators);
	const line = [
		operator("read", [], 0.1, 0.9),
		operator("parse", ["read"], 0.2, 0.8),
		operator("sum", ["parse"], 0.98),
		operator("write", ["sum"], 0.99),
	];
	expect(of(...line)).toEqual({ id: "sum", operator: "sum!", share: 0.98, waiting: ["parse!", "read!"], more: 0 });
	// Branches: the busier one.
	expect(of(...line, operator("count", ["parse"], 0.99))).toMatchObject({ id: "count" });
	// Without inputs, in order.
	expect(of(operator("a", undefined, 0.1, 0.9), operator("b", undefined, 0.9), operator("c", undefined, 1))).toMatchObject({ id: "b" });
	expect(of(operator("a", [], 0.9), operator("b", ["a"], 0.9))).toBeUndefined();
	expect(of(operator("a", [], 0.1, 0.9), operator("b", ["a"], undefined))).toBeUndefined();
	expect(of()).toBeUndefined();
});

test("trouble comes with what changed within a quarter of an hour before it, each with the way to the page as of then", () => {
	const rig = new Rig();
	let seq = 0;
	const push = (status: string, ...events: object[]) => {
		rig.now += 5_000;
		const state = {
			type: "state",
			seq: ++seq,
			at: rig.now,
			workers: {
				set: [
					{ id: "a", status },
					{ id: "b", status: "idle" },
				],
			},
		};
		rig.push(hello(), state, ...(events.length > 0 ? [{ type: "events", seq: ++seq, events }] : []));
	};
	const notes = () => (rig.ask<"cluster">({ kind: "cluster" }).view.findings ?? []).filter(({ kind }) => kind === "change");
	push("idle", { type: "mark", at: rig.now, kind: "scale", text: "long ago" });
	for (let i = 0; i < 12 * 20; i++) push("idle");
	const deployed = rig.now - 60_000;
	const ci = { name: "ci", role: "viewer", via: "token", address: "" } as const;
	rig.cluster.control.annotate({ request: { text: "deployed 1.4.2", kind: "deploy", at: deployed }, actor: ci });
	rig.cluster.control.annotate({ request: { text: "lunch", kind: "note", at: deployed }, actor: ci });
	expect(notes()).toEqual([]);
	push("failed", { type: "mark", at: rig.now, kind: "restart", text: "restart of a" });
	for (let i = 0; i < 5; i++) push("failed");
	// Too late to be a cause.
	push("failed", { type: "mark", at: rig.now, kind: "restart", text: "restart of b" });
	expect(notes()).toMatchObject([
		{ text: "just before: restart of a", status: "healthy" },
		{ text: "just before: deployed 1.4.2", since: deployed, page: "/", params: { at: new Date(deployed).toISOString() } },
	]);
	for (let i = 0; i < 6; i++) push("idle");
	expect(notes()).toEqual([]);
});
