/** A widget as a program writes it. */
import * as v from "valibot";
import { checkOptions } from "../option-check.ts";
import { parse, STOCK_SYNTAX } from "../protocol/promql/parse.ts";
import { QueryError } from "../protocol/promql/terms.ts";
import { frame } from "../protocol/wire/widgets/definition.ts";
import { TableExpr } from "../protocol/wire/widgets/table.ts";
import { WIDGETS, type WidgetKind, type WidgetSpec } from "../protocol/wire/widgets/widgets.ts";

/** Input of a custom widget's `render`. */
export interface WidgetContext<Data = Record<string, unknown>> {
	title: string;
	/** Now, ms since 1970. */
	at: number;
	/** Result of `getData()`; empty without one. */
	data: Data;
}

/**
 * Base of all widgets. A class of your own that has `render` is a custom widget: it runs in the program that made it and is
 * shown wherever the dashboard is, its HTML in a frame of its own, where no script runs and nothing from outside is loaded.
 */
export class Widget<Data = Record<string, unknown>> {
	readonly title: string;
	/** Which drawings are its own, in whatever cluster they end up. */
	readonly #id: string = globalThis.crypto.randomUUID();
	/** Time between two drawings, ms. Absent: as often as the colony is asked. */
	readonly refreshIntervalMs?: number;

	constructor(title: string) {
		this.title = checkOptions(new.target.name, frame.title, title);
	}

	/** @returns the widget's HTML, 16,000 characters at most. What it throws is shown in the widget's place. */
	render?(context: WidgetContext<Data>): string | Promise<string>;

	/** Data for `render`, fetched before each drawing. */
	getData?(): Data | Promise<Data>;

	/** The widget's definition, as sent to the pages. */
	spec(): WidgetSpec {
		if (isCustom(this)) return { kind: "custom", title: this.title, id: this.#id };
		const classes = OF_OPTIONS.map((kind) => `${kind.charAt(0).toUpperCase()}${kind.slice(1)}Widget`);
		throw new TypeError(
			`${this.constructor.name} "${this.title}" does not say what to draw: give it a render() that returns HTML, or use ` +
				`${classes.slice(0, -1).join(", ")} or ${classes.at(-1)}`,
		);
	}
}

/** A widget, whatever it shows. */
export type AnyWidget = Widget<unknown>;
export type CustomWidget = AnyWidget & Required<Pick<AnyWidget, "render">>;
export const isCustom = (widget: AnyWidget): widget is CustomWidget => typeof widget.render === "function";

/** Kinds that have a class with options: all but `custom`. */
type OptionKind = Exclude<WidgetKind, "custom">;
const OF_OPTIONS = Object.keys(WIDGETS).filter((kind): kind is OptionKind => kind !== "custom");

export type WidgetOptions<K extends OptionKind> = v.InferInput<(typeof WIDGETS)[K]["options"]>;

/** Refuses PromQL that does not parse, with its place. It is not in the schemas, so that pages do not load the parser. @throws TypeError */
function checkPromql(owner: string, option: string, expr: string | undefined): void {
	try {
		if (expr !== undefined) parse(expr, STOCK_SYNTAX);
	} catch (error) {
		throw error instanceof QueryError ? new TypeError(`${owner}: ${option}: ${error.message}`) : error;
	}
}

/** The class of a kind of widget: its options are checked, and become its definition with their defaults. */
export const widgetClass = <K extends OptionKind>(kind: K): (new (options: WidgetOptions<K>) => Widget) =>
	class extends Widget {
		readonly #spec: WidgetSpec;

		constructor(options: WidgetOptions<K>) {
			const schema = WIDGETS[kind].options as v.GenericSchema<unknown, { title: string; query?: string; dataSource?: unknown }>;
			const checked = checkOptions(new.target.name, schema, options);
			checkPromql(new.target.name, "query", checked.query);
			if (v.is(TableExpr, checked.dataSource)) checkPromql(new.target.name, "dataSource.query", checked.dataSource.query);
			super(checked.title);
			this.#spec = { kind, ...checked } as WidgetSpec;
		}

		override spec(): WidgetSpec {
			return this.#spec;
		}
	};
