/**
 * hiveframe-dashboard: `DashboardServer` shows a colony that lives in this process, `Bridge` reports it to a dashboard elsewhere,
 * `LocalColony` is one of worker threads.
 *
 * @module
 */
export { Bridge } from "../../colony-bridge/bridge/bridge.ts";
export type { BridgeOptions, BridgeStats } from "../../colony-bridge/bridge/bridge-options.ts";
export type { Endpoint } from "../../colony-bridge/bridge/endpoint.ts";
export type { Connect, Link, LinkEvents } from "../../colony-bridge/bridge/link.ts";
export type { Colony, ColonySnapshot, Metric } from "../../colony-bridge/colony.ts";
export { LocalColony, type LocalColonyOptions, type Submitted } from "../../colony-bridge/local-colony/local-colony.ts";
export type { WindowedStream } from "../../colony-bridge/local-colony/stream.ts";
export type { StreamNumbers, StreamOptions } from "../../colony-bridge/local-colony/stream-options.ts";
export type { TaskContext, TaskFunction, TaskModule, TaskOptions } from "../../colony-bridge/local-colony/task.ts";
export { TaskError } from "../../colony-bridge/local-colony/task.ts";
export type { FiredWindow } from "../../colony-bridge/local-colony/tumbling-windows.ts";
export type { DashboardConfigInput, Theme } from "../../colony-bridge/protocol/http/config.ts";
export type { Layout, PageSpec } from "../../colony-bridge/protocol/wire/layout.ts";
export type { Aggregation } from "../../colony-bridge/protocol/wire/measure.ts";
export type {
	Check,
	Health,
	LogLevel,
	LogLine,
	Mark,
	Stream,
	Task,
	TaskEnd,
	TaskFailure,
	Worker,
	WorkerStatus,
} from "../../colony-bridge/protocol/wire/state.ts";
export type { ColonyEvent } from "../../colony-bridge/protocol/wire/up.ts";
export type { WidgetSpec } from "../../colony-bridge/protocol/wire/widgets/widgets.ts";
export { DashboardLayout } from "../../colony-bridge/widgets/dashboard-layout.ts";
export * from "../../colony-bridge/widgets/widgets.ts";
export { DashboardConfig, DashboardServer, type DashboardServerOptions, type StartOptions } from "./dashboard-server.ts";
