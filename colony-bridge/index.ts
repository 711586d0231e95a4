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
export { DashboardLayout } from "./dashboard-layout.ts";
export { DashboardServer, type DashboardServerOptions, type StartOptions } from "./dashboard-server.ts";
export { LocalColony, type LocalColonyOptions, type Submitted } from "./local-colony/local-colony.ts";
export type { WindowedStream } from "./local-colony/stream.ts";
export type { StreamNumbers, StreamOptions } from "./local-colony/stream-options.ts";
export type { TaskFunction, TaskModule, TaskOptions } from "./local-colony/submission.ts";
export type { TaskContext } from "./local-colony/task-context.ts";
export { TaskError } from "./local-colony/task-record.ts";
export type { FiredWindow } from "./local-colony/tumbling-windows.ts";
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
	type WidgetContext,
} from "./widgets.ts";
