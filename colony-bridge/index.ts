/**
 * hiveframe-dashboard: `DashboardServer` shows a colony that lives in this process, `Bridge` reports it to a dashboard elsewhere,
 * `LocalColony` is one of worker threads.
 *
 * @module
 */
export { Bridge } from "./bridge/bridge.ts";
export type { BridgeOptions, BridgeStats } from "./bridge/bridge-options.ts";
export type { Endpoint } from "./bridge/endpoint.ts";
export type { Connect, Link, LinkEvents } from "./bridge/link.ts";
export type { Colony, ColonySnapshot, Metric } from "./colony.ts";
export { DashboardConfig } from "./dashboard-config.ts";
export { DashboardServer, type DashboardServerOptions, type StartOptions } from "./dashboard-server.ts";
export { LocalColony } from "./local-colony/local-colony.ts";
export type { DashboardConfigInput, Theme } from "./protocol/config.ts";
export type { Aggregation, Layout, PageSpec, WidgetSpec } from "./protocol/layout.ts";
export type { Check, Health, LogLevel, LogLine, Mark, Stream, Task, TaskEnd, TaskFailure, Worker, WorkerStatus } from "./protocol/state.ts";
export type { ColonyEvent } from "./protocol/up.ts";
export {
	ChartWidget,
	type ChartWidgetOptions,
	GaugeWidget,
	type GaugeWidgetOptions,
	LogWidget,
	type LogWidgetOptions,
	MetricWidget,
	type MetricWidgetOptions,
	StatusWidget,
	type StatusWidgetOptions,
	TableWidget,
	type TableWidgetOptions,
	Widget,
} from "./widgets.ts";
