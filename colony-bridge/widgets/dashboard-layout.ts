import * as v from "valibot";
import { checkOptions } from "../option-check.ts";
import { Layout, PageSpec } from "../protocol/wire/layout.ts";
import { LIMITS } from "../protocol/wire/limits.ts";
import { WidgetSpec } from "../protocol/wire/widgets/widgets.ts";
import { type AnyWidget, type CustomWidget, isCustom, Widget } from "./widget.ts";

const Position = v.strictTuple(
	[v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(999)), v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(11))],
	"write [row, column], both from 0",
);

/** The widgets and pages a program has added. What is refused changes nothing. */
export class DashboardLayout {
	#layout: Layout = { widgets: [], pages: [] };
	readonly #custom = new Map<string, CustomWidget>();

	get current(): Layout {
		return this.#layout;
	}

	/** Custom widgets by their ids. */
	get custom(): ReadonlyMap<string, CustomWidget> {
		return this.#custom;
	}

	/** @throws TypeError where the widget cannot be drawn, or its place is taken. */
	addWidget(widget: AnyWidget, position?: readonly [row: number, column: number]): void {
		const spec = specOf("addWidget", widget);
		const placed = position === undefined ? spec : { ...spec, position: [...checkOptions("addWidget: position", Position, position)] };
		const other = this.#layout.widgets.find((one) => position && one.position?.join() === position.join());
		if (other) {
			throw new TypeError(
				`addWidget: "${widget.title}" cannot stand at [${position?.join(", ")}]: "${other.title}" stands there; choose another place, or none`,
			);
		}
		this.#replace("addWidget", { ...this.#layout, widgets: [...this.#layout.widgets, placed] }, [widget]);
	}

	/** @throws TypeError where the name is taken or no page can have it. */
	addPage(name: string, title: string, widgets: readonly AnyWidget[]): void {
		if (!Array.isArray(widgets)) throw new TypeError(`addPage: the widgets of "${name}" are a list: [new ChartWidget({ ... })]`);
		const specs = widgets.map((widget) => specOf("addPage", widget));
		const page = checkOptions("addPage", PageSpec, { name, title, widgets: specs });
		const other = this.#layout.pages.find((one) => one.name === page.name);
		if (other) throw new TypeError(`addPage: "${title}" cannot be called "${name}": the page "${other.title}" is; choose another name`);
		this.#replace("addPage", { ...this.#layout, pages: [...this.#layout.pages, page] }, widgets);
	}

	#replace(owner: string, layout: unknown, added: readonly AnyWidget[]): void {
		const checked = checkOptions(owner, Layout, layout);
		const bytes = new TextEncoder().encode(JSON.stringify(checked)).length;
		// The frame around it takes a little, too.
		if (bytes > LIMITS.pushBytes - 10_000) {
			throw new TypeError(
				`${owner}: all pages and widgets together have ${bytes} bytes, more than fits into one push (${LIMITS.pushBytes})`,
			);
		}
		this.#layout = checked;
		for (const widget of added) {
			const spec = widget.spec();
			if (spec.kind === "custom" && isCustom(widget)) this.#custom.set(spec.id, widget);
		}
	}
}

function specOf(owner: string, widget: unknown): WidgetSpec {
	if (!(widget instanceof Widget)) {
		throw new TypeError(
			`${owner}: a widget is an object of a widget class, such as new ChartWidget({ title, metrics }), not ${typeof widget}`,
		);
	}
	return checkOptions(`${owner}: ${widget.constructor.name} "${widget.title}"`, WidgetSpec, widget.spec());
}
