/** Every kind of widget: a line here, a folder beside. */
import type { Component } from "solid-js";
import type { WidgetSpec } from "../../../colony-bridge/protocol/wire/layout.ts";
import { ChartWidget } from "../chart/ChartWidget.tsx";
import { CustomWidget } from "../custom/CustomWidget.tsx";
import { GaugeWidget } from "../gauge/GaugeWidget.tsx";
import { LogWidget } from "../log/LogWidget.tsx";
import { MetricWidget } from "../metric/MetricWidget.tsx";
import type { WidgetProps } from "../props.ts";
import { StatusWidget } from "../status/StatusWidget.tsx";
import { TableWidget } from "../table/TableWidget.tsx";

export const WIDGETS: { [K in WidgetSpec["kind"]]: Component<WidgetProps<K>> } = {
	metric: MetricWidget,
	chart: ChartWidget,
	table: TableWidget,
	gauge: GaugeWidget,
	status: StatusWidget,
	log: LogWidget,
	custom: CustomWidget,
};
