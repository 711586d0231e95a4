/** One stream's page asks for that stream alone, whatever it is called; its checkpoints are remembered over the colony's runs. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { streamOf, streamPage } from "../../colony-bridge/protocol/pages/pages.ts";
import { MOST_CHECKPOINTS } from "../../colony-bridge/protocol/wire/state.ts";
import { wholly } from "../../durable/work/work.ts";
import { layered } from "../../web/pages/stream/graph.ts";
import { hello, Rig, START } from "./cluster-rig.ts";

const IDS = ["s*", "s1", "a/b", 'say "hi"', "__proto__", "%2F", "workers/w1"];

const checkpoint = (id: string, startedAt: number, status = "completed") => ({
	id,
	status,
	startedAt,
	...(status !== "running" && { endedAt: startedAt + 5 }),
});

const subtask = (id: string, busy: number, recordsIn: number) => ({ id, busy, idle: 1 - busy, recordsIn, watermark: START - recordsIn });
const OPERATORS = [
	{ id: "source", name: "read", subtasks: [{ id: "0", backPressured: 0.7 }] },
	{ id: "sum", name: "sum", inputs: ["source"], subtasks: [subtask("0", 0.2, 100), subtask("1", 0.4, 100), subtask("2", 0.9, 400)] },
	{ id: "sum", name: "the same id again" },
];

function rigWithStreams(): Rig {
	const rig = new Rig();
	rig.push(
		hello(),
		{
			type: "state",
			seq: 1,
			at: START,
			streams: {
				replace: true,
				set: IDS.map((id, i) => ({
					id,
					status: "running",
					operators: OPERATORS,
					checkpoints: [checkpoint(`c${i}`, START, "failed")],
				})),
			},
		},
		{
			type: "events",
			seq: 2,
			events: IDS.flatMap((id) => [
				{ type: "log", at: START, level: "ERROR", source: "queen", stream: id, message: `of ${id}` },
				{ type: "log", at: START, level: "ERROR", source: id, message: "of what is called so, and no stream" },
				{ type: "mark", at: START, kind: "restore", text: `of ${id}`, stream: id },
			]),
		},
	);
	return rig;
}

describe.each(IDS)("the page of %j", (id) => {
	test("shows only its own data", () => {
		expect(streamOf(streamPage(id))).toBe(id);
		const { snapshot } = wholly(rigWithStreams().cluster.reader.page(streamPage(id)));
		const rows = Object.groupBy(
			(snapshot?.answers ?? []).flatMap((answer) => ("rows" in answer ? [answer] : [])),
			({ kind }) => kind,
		);
		expect(rows.streams?.[0]?.rows).toMatchObject([{ id, checkpoints: { completed: 0, failed: 1 } }]);
		expect(rows.checkpoints?.[0]?.rows).toMatchObject([{ checkpoint: `c${IDS.indexOf(id)}`, status: "failed" }]);
		expect(rows.logs?.[0]?.rows).toMatchObject([{ message: `of ${id}` }]);
		expect(rows.errors?.[0]?.rows).toMatchObject([{ message: `of ${id}` }]);
		expect(rows.marks?.[0]?.rows).toMatchObject([{ text: `of ${id}` }]);
	});
});

test("a stream the colony does not list has no page", () => {
	const { position, queries } = wholly(rigWithStreams().cluster.reader.page(streamPage("s2")));
	expect(position).toBeGreaterThan(0);
	expect(queries).toBeUndefined();
});

test("operators have the median and the maximum of their subtasks; repeated ids count once", () => {
	const rig = rigWithStreams();
	expect(rig.ask({ kind: "operators", stream: "s1", limit: 100 })).toMatchObject({
		total: 2,
		rows: [
			{ id: "source", subtasks: 1, backPressured: { median: 0.7, max: 0.7 } },
			{
				id: "sum",
				subtasks: 3,
				busy: { median: 0.4, max: 0.9 },
				recordsIn: { sum: 600, median: 100, max: 400 },
				watermark: START - 400,
			},
		],
	});
	const cut = rig.ask({ kind: "subtasks", stream: "s1", limit: 2 });
	// Those in most trouble, in their own order.
	expect(cut).toMatchObject({ total: 4, rows: [{ operator: "source" }, { operator: "sum", subtask: "2" }] });
	expect(rig.ask({ kind: "subtasks", stream: "s1", operator: "sum", limit: 100 }).total).toBe(3);
	const [row] = rig.ask({ kind: "streams", stream: "s1", limit: 1 }).rows;
	expect(row?.load).toEqual({
		bottleneck: { operator: "sum", share: 0.9, waiting: ["read"], more: 0 },
		operators: 3,
		subtasks: 4,
		busy: { share: 0.9, operator: "sum" },
		backPressured: { share: 0.7, operator: "read" },
	});
	expect(row).not.toHaveProperty("operators");
});

test("an operator's records per second are those between its last two reports; of totals that begin anew there is none", () => {
	const rig = new Rig();
	let seq = 0;
	const report = (recordsIn: number, recordsOut: number, afterMs = 5000) => {
		rig.now += afterMs;
		const operators = [{ id: "sum", name: "sum", subtasks: [{ id: "0", recordsIn, recordsOut }] }];
		const streams = { set: [{ id: "s", status: "running", operators }] };
		rig.push(hello(), { type: "state", seq: ++seq, at: rig.now, streams });
		return rig.ask({ kind: "operators", stream: "s", limit: 10 }).rows[0];
	};
	expect(report(1000, 900)).not.toHaveProperty("inPerSecond");
	expect(report(2000, 1400)).toMatchObject({ inPerSecond: 200, outPerSecond: 100 });
	// Two reports of one moment are one.
	expect(report(2010, 1410, 10)).toMatchObject({ inPerSecond: 200, outPerSecond: 100 });
	const anew = report(10, 1900, 4990);
	expect(anew).not.toHaveProperty("inPerSecond");
	expect(anew).toMatchObject({ outPerSecond: 100 });
	// What is not reported again is at rest.
	rig.now += 60_000;
	rig.push(hello(), { type: "state", seq: ++seq, at: rig.now, checks: { set: [] } });
	expect(rig.ask({ kind: "operators", stream: "s", limit: 10 }).rows[0]?.outPerSecond).toBeLessThan(10);
});

test("streams in trouble come first", () => {
	const rig = new Rig();
	const held = [{ id: "a", name: "a", subtasks: [{ id: "0", backPressured: 0.6 }] }];
	rig.push(hello(), {
		type: "state",
		seq: 1,
		at: START,
		streams: {
			replace: true,
			set: [
				{ id: "a-stopped", status: "stopped" },
				{ id: "b-running", status: "running" },
				{ id: "c-paused", status: "paused" },
				{ id: "d-held", status: "running", operators: held },
				{ id: "e-lame", status: "running", checkpoint: checkpoint("1", START, "failed") },
				{ id: "f-failed", status: "failed" },
			],
		},
	});
	const ids = rig.ask({ kind: "streams", limit: 100 }).rows.map(({ id }) => id);
	expect(ids).toEqual(["f-failed", "d-held", "e-lame", "c-paused", "b-running", "a-stopped"]);
});

test("the last 100 checkpoints of a stream are kept, newest first, over restarts of cluster and colony", () => {
	const rig = new Rig();
	let seq = 0;
	const push = (checkpoints: object[], epoch = 1) =>
		rig.push(hello({ epoch }), {
			type: "state",
			seq: ++seq,
			at: START,
			streams: { set: [{ id: "s", status: "running", checkpoint: checkpoints[0], checkpoints }] },
		});
	const kept = () => rig.ask({ kind: "checkpoints", stream: "s", limit: 500 }).rows;
	for (let i = 0; i < 130; i++) push([checkpoint(String(i), START + i * 10, "running"), checkpoint(String(i - 1), START + i * 10 - 10)]);
	expect(kept().map(({ checkpoint }) => checkpoint)).toEqual(Array.from({ length: MOST_CHECKPOINTS }, (_, i) => String(129 - i)));
	expect(kept().map(({ status }) => status)).toEqual(["running", ...Array.from({ length: MOST_CHECKPOINTS - 1 }, () => "completed")]);
	rig.restart();
	expect(kept()).toHaveLength(MOST_CHECKPOINTS);

	// A checkpoint is its id, whenever it is said to have started.
	for (const shift of [1, 2, 3]) push([checkpoint("129", START + 1_290 + shift, "running"), checkpoint("128", START + 1_280 + shift)]);
	expect(kept().map(({ checkpoint }) => checkpoint)).toEqual(Array.from({ length: MOST_CHECKPOINTS }, (_, i) => String(129 - i)));
	expect(kept()[1]).toMatchObject({ startedAt: START + 1_283 });

	// A run that has no memory counts from one again; what the run before left under way never ends.
	seq = 0;
	push([checkpoint("1", START + 9_999)], 2);
	expect(
		kept()
			.slice(0, 2)
			.map(({ checkpoint, status }) => [checkpoint, status]),
	).toEqual([
		["1", "completed"],
		["128", "completed"],
	]);
	expect(new Set(kept().map(({ id }) => id)).size).toBe(kept().length);
});

test("the newest checkpoint is the list's first where it is not told by itself", () => {
	const rig = new Rig();
	const set = (stream: object, seq: number) =>
		rig.push(hello(), { type: "state", seq, at: START, streams: { set: [{ id: "s", status: "running", ...stream }] } });
	const newest = () => rig.ask({ kind: "streams", limit: 1 }).rows[0]?.checkpoint?.id;
	set({}, 1);
	expect(newest()).toBeUndefined();
	set({ checkpoints: [checkpoint("2", START + 20), checkpoint("1", START)] }, 2);
	expect(newest()).toBe("2");
	set({}, 3);
	expect(newest()).toBe("2");
	set({ checkpoint: checkpoint("3", START + 30), checkpoints: [checkpoint("2", START + 20)] }, 4);
	expect(newest()).toBe("3");
});

describe("the graph of operators", () => {
	const graphs = fc
		.uniqueArray(fc.nat({ max: 12 }), { maxLength: 10 })
		.chain((ids) =>
			fc.tuple(
				...ids.map((id) =>
					fc.array(fc.nat({ max: 13 }), { maxLength: 4 }).map((inputs) => ({ id: String(id), inputs: inputs.map(String) })),
				),
			),
		);

	test("has each operator once, and every edge from one layer to the next or back", () => {
		fc.assert(
			fc.property(graphs, (nodes) => {
				const { layers, back } = layered(nodes);
				const ids = layers.flat().flatMap(({ operator }) => operator ?? []);
				expect(ids.toSorted()).toEqual(nodes.map(({ id }) => id).sort());
				// Follow each line back to where it comes from, past the layers it only passes.
				const drawn = new Set<string>();
				for (const [depth, layer] of layers.entries()) {
					for (const { operator, from } of layer) {
						for (const at of from) {
							let [origin, level] = [layers[depth - 1]?.[at], depth - 1];
							while (origin && origin.operator === undefined) origin = layers[--level]?.[origin.from[0] as number];
							if (operator !== undefined) drawn.add(`${origin?.operator} ${operator}`);
						}
					}
				}
				const known = new Set(ids);
				const told = nodes.flatMap(({ id, inputs }) => inputs.filter((input) => known.has(input)).map((input) => `${input} ${id}`));
				expect(new Set([...drawn, ...back.map(([from, to]) => `${from} ${to}`)])).toEqual(new Set(told));
				expect(layered(nodes)).toEqual({ layers, back, undrawn: 0 });
			}),
		);
	});

	test("is in as many layers as its longest way, with a place for an edge that passes one", () => {
		const node = (id: string, ...inputs: string[]) => ({ id, inputs });
		const { layers, back } = layered([node("a"), node("b", "a"), node("c", "b", "a"), node("d", "nowhere")]);
		expect(layers.map((layer) => layer.map(({ operator }) => operator ?? "|"))).toEqual([["a", "d"], ["b", "|"], ["c"]]);
		expect(layers[2]?.[0]?.from.toSorted()).toEqual([0, 1]);
		expect(back).toEqual([]);
		expect(layered([node("a", "b"), node("b", "a")]).back).toEqual([["b", "a"]]);
	});

	test("of operators that all feed each other has its operators, and says how many lines there would be", () => {
		// Drawn it would be 10 million.
		const nodes = Array.from({ length: 400 }, (_, i) => ({ id: String(i), inputs: Array.from({ length: i }, (_, j) => String(j)) }));
		const { layers, back, undrawn } = layered(nodes);
		expect(layers).toEqual(nodes.map(({ id }) => [{ operator: id, from: [] }]));
		expect([back, undrawn]).toEqual([[], (400 * 399) / 2]);
	});
});
