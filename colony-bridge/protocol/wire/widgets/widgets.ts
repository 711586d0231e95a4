/** Every kind of widget: its definition is in the file of its name. What its class, page and query are follows from this list. */
import * as v from "valibot";
import { chart } from "./chart.ts";
import { custom } from "./custom.ts";
import { isEither } from "./definition.ts";
import { gauge } from "./gauge.ts";
import { log } from "./log.ts";
import { metric } from "./metric.ts";
import { status } from "./status.ts";
import { table } from "./table.ts";

export const WIDGETS = { metric, chart, table, gauge, status, log, custom };

type Widgets = typeof WIDGETS;
export type WidgetKind = keyof Widgets;
/** The widgets of a page. */
export const WidgetSpec = v.pipe(
	v.variant(
		"kind",
		Object.values(WIDGETS).map(({ spec }) => spec),
	),
	v.check(
		(spec) => spec.kind !== "chart" || isEither(spec.metrics, spec.query),
		"a chart has metrics, or a query with PromQL, and not both",
	),
	v.check(
		(spec) => (spec.kind !== "metric" && spec.kind !== "gauge") || isEither(spec.metric, spec.query),
		"it has a metric, or a query with PromQL, and not both",
	),
);
export type WidgetSpec = v.InferOutput<typeof WidgetSpec>;
export type WidgetSpecOf<K extends WidgetKind> = Extract<WidgetSpec, { kind: K }>;
/** The kind of a widget's query. */
export type WidgetQueryKind<K extends WidgetKind> = ReturnType<Widgets[K]["query"]>["kind"];

/** A kind's definition, whose query takes the specs of this kind. */
export const widgetOf = ({
	kind,
}: WidgetSpec): { query(spec: WidgetSpec): ReturnType<Widgets[WidgetKind]["query"]>; marked?: boolean; windowed?: boolean } =>
	WIDGETS[kind] as never;
