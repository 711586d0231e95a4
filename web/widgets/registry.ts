/** Every kind of widget: a line here, a folder beside. */
import type { Component } from "solid-js";
import type { WidgetSpec } from "../../colony-bridge/protocol/layout.ts";
import { ChartWidget } from "./chart/ChartWidget.tsx";
import { GaugeWidget } from "./gauge/GaugeWidget.tsx";
import { LogWidget } from "./log/LogWidget.tsx";
import { MetricWidget } from "./metric/MetricWidget.tsx";
import { StatusWidget } from "./status/StatusWidget.tsx";
import { TableWidget } from "./table/TableWidget.tsx";

export type SpecOf<K extends WidgetSpec["kind"]> = Extract<WidgetSpec, { kind: K }>;

/** @param index where the widget's answer stands among the page's answers */
export interface WidgetProps<K extends WidgetSpec["kind"] = WidgetSpec["kind"]> {
	spec: SpecOf<K>;
	index: number;
}

export const WIDGETS: { [K in WidgetSpec["kind"]]: Component<WidgetProps<K>> } = {
	metric: MetricWidget,
	chart: ChartWidget,
	table: TableWidget,
	gauge: GaugeWidget,
	status: StatusWidget,
	log: LogWidget,
};
