/** Custom widgets: drawn by the program that made them, kept by the cluster as long as the layout has them. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { Bridge } from "../../colony-bridge/bridge/bridge.ts";
import { LIMITS } from "../../colony-bridge/protocol/wire/limits.ts";
import type { WidgetDrawing } from "../../colony-bridge/protocol/wire/up.ts";
import type { WidgetSpec } from "../../colony-bridge/protocol/wire/widgets/widgets.ts";
import { DashboardLayout } from "../../colony-bridge/widgets/dashboard-layout.ts";
import { Drawings } from "../../colony-bridge/widgets/drawings.ts";
import { type AnyWidget, Widget, type WidgetContext } from "../../colony-bridge/widgets/widget.ts";
import { clusterLink } from "../../worker/node/own-colony.ts";
import { ask, freshCluster, TestColony } from "./bridge-rig.ts";
import { hello, Rig, START, Watcher } from "./cluster-rig.ts";

/** The specification's example. */
class Counter extends Widget<{ value: number }> {
	draws = 0;
	value = 1;

	override getData() {
		return { value: this.value };
	}
	override render({ title, data }: WidgetContext<{ value: number }>): string {
		this.draws++;
		return `<h3>${title}</h3><p>${data.value}</p>`;
	}
}
class Broken extends Widget {
	override render(): string {
		throw new RangeError("no such honey");
	}
}
class Given extends Widget {
	what: unknown;
	constructor(what: unknown) {
		super("given");
		this.what = what;
	}
	override render = () => this.what as string;
}

const idOf = (widget: AnyWidget): string => (widget.spec() as Extract<WidgetSpec, { kind: "custom" }>).id;

/** All drawings of these widgets once they are there. */
async function drawn(...widgets: AnyWidget[]): Promise<WidgetDrawing[]> {
	const layout = new DashboardLayout();
	for (const widget of widgets) layout.addWidget(widget);
	const drawings = new Drawings(layout);
	drawings.begin();
	return vi.waitFor(() => {
		const all = drawings.everything().flatMap((frame) => frame.widgets);
		expect(all).toHaveLength(widgets.length);
		return all;
	});
}

describe("a drawing", () => {
	test("is the result of render() with the data of getData()", async () => {
		const widget = new Counter("Honey");
		expect(await drawn(widget)).toEqual([{ type: "html", id: idOf(widget), html: "<h3>Honey</h3><p>1</p>" }]);
	});

	test("goes out only when it differs from the one before", async () => {
		const widget = new Counter("Honey");
		const layout = new DashboardLayout();
		layout.addWidget(widget);
		const drawings = new Drawings(layout);
		const draw = async () => {
			const before = widget.draws;
			drawings.begin();
			await vi.waitFor(() => expect(widget.draws).toBe(before + 1));
			await Promise.resolve();
			return drawings.take().flatMap((frame) => frame.widgets);
		};
		expect(await draw()).toHaveLength(1);
		expect(await draw()).toEqual([]);
		widget.value = 2;
		expect(await draw()).toMatchObject([{ html: "<h3>Honey</h3><p>2</p>" }]);
	});

	test("waits for refreshIntervalMs, and is never begun twice at once", async () => {
		class Rare extends Counter {
			override readonly refreshIntervalMs = 3_600_000;
		}
		const [often, rare] = [new Counter("often"), new Rare("rare")];
		const layout = new DashboardLayout();
		layout.addWidget(often);
		layout.addWidget(rare);
		const drawings = new Drawings(layout);
		drawings.begin();
		drawings.begin();
		await vi.waitFor(() => expect([often.draws, rare.draws]).toEqual([1, 1]));
		await vi.waitFor(() => {
			drawings.begin();
			expect(often.draws).toBeGreaterThan(2);
		});
		expect(rare.draws).toBe(1);
	});

	test.each([
		["what it throws", new Broken("broken"), /^RangeError: no such honey$/],
		["no text", new Given(undefined), /^TypeError: render\(\) returned undefined; it must return HTML as text$/],
		["too long a text", new Given("x".repeat(LIMITS.htmlChars + 1)), /16001 characters; a widget has 16000 at most/],
	])("that fails says so: %s", async (_, widget, words) => {
		const [drawing] = await drawn(widget);
		expect(drawing).toMatchObject({ type: "failed", message: expect.stringMatching(words) });
	});

	test("of many long widgets goes in frames a push can carry", async () => {
		const widgets = Array.from({ length: 48 }, () => new Given("å".repeat(LIMITS.htmlChars)));
		await drawn(...widgets);
		const layout = new DashboardLayout();
		for (const widget of widgets) layout.addWidget(widget);
		const drawings = new Drawings(layout);
		drawings.begin();
		await vi.waitFor(() => expect(drawings.everything().flatMap((frame) => frame.widgets)).toHaveLength(48));
		for (const frame of drawings.everything()) expect(Buffer.byteLength(JSON.stringify(frame))).toBeLessThan(LIMITS.pushBytes);
	});
});

describe("the cluster", () => {
	const custom = (id: string) => ({ kind: "custom", title: id, id });
	const layout = (seq: number, ...ids: string[]) => ({ type: "layout", seq, layout: { widgets: ids.map(custom), pages: [] } });
	const html = (seq: number, id: string, text: string) => ({ type: "html", seq, at: START, widgets: [{ type: "html", id, html: text }] });
	const shown = (rig: Rig, id: string) => rig.ask<"html">({ kind: "html", id }).drawing;

	test("keeps the newest drawing, over a restart too, and removes it with the layout", () => {
		const rig = new Rig();
		rig.push(hello(), layout(1, "a", "b"), html(2, "a", "one"), html(3, "a", "two"), html(4, "b", "bee"));
		rig.restart();
		expect(shown(rig, "a")).toEqual({ type: "html", id: "a", html: "two" });
		rig.push(hello(), layout(5, "b"));
		expect(shown(rig, "a")).toBeUndefined();
		expect(shown(rig, "b")).toMatchObject({ html: "bee" });
		// A new run has the drawings of the one before until it says another layout.
		rig.push(hello({ epoch: 2 }));
		expect(shown(rig, "b")).toMatchObject({ html: "bee" });
		rig.push(hello({ epoch: 2 }), layout(1, "c"));
		expect(shown(rig, "b")).toBeUndefined();
	});

	test("refuses a drawing of no widget of the bridge's, and one that is too long; the frames after it count", () => {
		const rig = new Rig();
		const answers = rig.push(
			hello(),
			layout(1, "a"),
			html(2, "stranger", "x"),
			html(3, "a", "x".repeat(LIMITS.htmlChars + 1)),
			html(4, "a", "well"),
		);
		expect(answers.filter(({ type }) => type === "error")).toMatchObject([
			{ seq: 2, kind: "invalid", fatal: false, detail: expect.stringContaining('has the id "stranger": send the layout first') },
			{ seq: 3, kind: "invalid", fatal: false },
		]);
		expect(answers.at(-1)).toEqual({ type: "ack", seq: 4 });
		expect(shown(rig, "a")).toMatchObject({ html: "well" });
		// Another bridge's widget is not this one's to draw.
		expect(rig.push(hello({ bridge: "other" }), html(1, "a", "mine now"))).toContainEqual(
			expect.objectContaining({ type: "error", seq: 1 }),
		);
		expect(shown(rig, "a")).toMatchObject({ html: "well" });
	});

	test("sends viewers a new drawing, and nothing else", () => {
		const rig = new Rig();
		rig.push(hello(), layout(1, "a", "b"), html(2, "a", "one"), html(3, "b", "bee"));
		const watcher = new Watcher(rig, [
			{ kind: "html", id: "a" },
			{ kind: "html", id: "b" },
		]);
		watcher.take();
		rig.push(hello(), html(4, "a", "two"));
		rig.pass(1000);
		expect(watcher.take<{ changes: { index: number }[] }>().flatMap(({ changes }) => changes.map(({ index }) => index))).toEqual([0]);
		expect(watcher.answers[0]).toMatchObject({ kind: "html", drawing: { html: "two" } });
	});
});

test("a drawing asked for without its content has its instant, and a failure in short", () => {
	const rig = new Rig();
	rig.push(hello(), {
		type: "layout",
		seq: 1,
		layout: { widgets: ["a", "b", "c"].map((id) => ({ kind: "custom", title: id, id })), pages: [] },
	});
	const widgets = [
		{ type: "html", id: "a", html: "x".repeat(LIMITS.htmlChars) },
		{ type: "failed", id: "b", message: "y".repeat(5000) },
	];
	rig.push(hello(), { type: "html", seq: 2, at: START, widgets });
	const brief = (id: string) => rig.ask<"html">({ kind: "html", id, content: false });
	expect(brief("a")).toEqual({ kind: "html", at: START, drawn: true });
	expect(brief("b")).toEqual({ kind: "html", at: START, drawing: { type: "failed", id: "b", message: `${"y".repeat(500)}…` } });
	expect(brief("c")).toEqual({ kind: "html" });
	expect(rig.ask<"html">({ kind: "html", id: "a" }).drawing).toEqual(widgets[0]);
});

describe("a bridge that is given a DashboardLayout", () => {
	let bridge: Bridge | undefined;
	afterEach(() => bridge?.stop());

	test("draws its custom widgets for the cluster, those added later too", async () => {
		const cluster = freshCluster();
		const layout = new DashboardLayout();
		const first = new Counter("first");
		layout.addWidget(first, [0, 0]);
		bridge = new Bridge({ colony: new TestColony(), to: clusterLink(() => cluster), intervalMs: 100, layout });
		bridge.start();
		const shown = (widget: AnyWidget) => ask(cluster, { kind: "html", id: idOf(widget) }).drawing;
		await vi.waitFor(() => expect(shown(first)).toMatchObject({ html: "<h3>first</h3><p>1</p>" }), { timeout: 5000 });
		first.value = 7;
		await vi.waitFor(() => expect(shown(first)).toMatchObject({ html: "<h3>first</h3><p>7</p>" }), { timeout: 5000 });
		const later = new Broken("later");
		layout.addPage("mine", "Mine", [later]);
		bridge.setLayout(layout);
		await vi.waitFor(() => expect(shown(later)).toMatchObject({ type: "failed" }), { timeout: 5000 });
	});
});
