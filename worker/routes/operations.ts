/** The operations of the REST API in words and schemas: the source of `/api/openapi.json`. Parameters come from the handlers themselves. */
import type * as v from "valibot";
import { array } from "valibot";
import * as access from "../../colony-bridge/protocol/http/access.ts";
import { AuditAnswer } from "../../colony-bridge/protocol/http/audit.ts";
import * as rest from "../../colony-bridge/protocol/http/rest.ts";
import * as record from "../../colony-bridge/protocol/http/rest-record.ts";
import { AnnotationRequest } from "../../colony-bridge/protocol/query/annotation.ts";
import { ScaleRequest } from "../../colony-bridge/protocol/query/control.ts";
import type { Handler } from "../handler/context.ts";
import { deleteAnnotation, getAnnotations, postAnnotation, putAnnotation } from "./annotations.ts";
import { getArrivals } from "./arrivals.ts";
import { getAudit } from "./audit.ts";
import { deleteCluster, getCluster, getHealth } from "./cluster.ts";
import { getClusters } from "./clusters.ts";
import { getCommand, getCommands, postRestart, postScale } from "./commands.ts";
import { getExport } from "./export.ts";
import { getErrors, getLogs } from "./logs.ts";
import { getMetrics, getSeries } from "./metrics.ts";
import { getPages, getView, showWidget } from "./pages.ts";
import { postRemoteWrite } from "./remote-write.ts";
import { getReport } from "./report.ts";
import { getChecks, getWorkers } from "./rows.ts";
import { getRun, getRuns } from "./runs.ts";
import { getSession } from "./sign-in.ts";
import { openBridge, openLive, pushFrames } from "./sockets.ts";
import { getStream, getStreams } from "./streams.ts";
import { getTaskHistory, getTaskStream, getTasks } from "./tasks.ts";
import { deleteToken, getTokens, postToken } from "./tokens.ts";

export interface Operation {
	/** Its subject, by which readers find it. */
	subject: "Clusters" | "Workers" | "Tasks" | "Streams" | "Metrics" | "Events" | "The past" | "Control" | "Access" | "Pages" | "Bridges";
	/** Its effect, in a sentence. */
	does: string;
	handler: Handler;
	body?: v.GenericSchema;
	/** Of a JSON answer; absent: see `type`. */
	answer?: v.GenericSchema;
	/** Media type of another answer. */
	type?: string;
	/** Of success; absent: 200. */
	status?: number | readonly number[];
	/** It is of the whole dashboard, and not under a cluster's path too. */
	whole?: true;
}

const HTML = "text/html";
const BYTES = "application/octet-stream";

/** By method and path. */
export const OPERATIONS: Record<string, Operation> = {
	"GET /api/clusters": {
		subject: "Clusters",
		does: "All clusters of the dashboard, those in trouble first",
		handler: getClusters,
		answer: array(record.SummaryAnswer),
		whole: true,
	},
	"GET /api/cluster": {
		subject: "Clusters",
		does: "Health, findings and counts of the cluster",
		handler: getCluster,
		answer: rest.ClusterAnswer,
	},
	"DELETE /api/cluster": { subject: "Clusters", does: "Deletes the cluster with all its data", handler: deleteCluster, status: 204 },
	"GET /api/health": {
		subject: "Clusters",
		does: "The dashboard's own health, version and limits",
		handler: getHealth,
		answer: rest.HealthAnswer,
	},
	"GET /api/workers": {
		subject: "Workers",
		does: "Workers with their newest values",
		handler: getWorkers,
		answer: array(rest.WorkerAnswer),
	},
	"GET /api/checks": { subject: "Workers", does: "Checks", handler: getChecks, answer: array(rest.CheckAnswer) },
	"GET /api/tasks": {
		subject: "Tasks",
		does: "Active and ended tasks, and the number of each",
		handler: getTasks,
		answer: rest.TasksAnswer,
	},
	"GET /api/tasks/history": { subject: "Tasks", does: "Ended tasks one by one", handler: getTaskHistory, answer: rest.TaskHistoryAnswer },
	"GET /api/tasks/stream": { subject: "Tasks", does: "Tasks as bars of the task stream, in binary", handler: getTaskStream, type: BYTES },
	"GET /api/streams": {
		subject: "Streams",
		does: "Streams with watermark, windows and newest checkpoint",
		handler: getStreams,
		answer: array(rest.StreamAnswer),
	},
	"GET /api/streams/:id+": {
		subject: "Streams",
		does: "One stream with its operators, windows and checkpoints",
		handler: getStream,
		answer: rest.StreamDetailAnswer,
	},
	"GET /api/metrics": { subject: "Metrics", does: "Samples by metric or series", handler: getMetrics, answer: rest.MetricsAnswer },
	"GET /api/series": { subject: "Metrics", does: "Series with their newest value, or metrics by name", handler: getSeries },
	"GET /api/export": { subject: "Metrics", does: "Every stored sample, as a file of any length", handler: getExport, type: BYTES },
	"GET /api/logs": { subject: "Events", does: "Log lines, newest first", handler: getLogs, answer: rest.LogsAnswer },
	"GET /api/errors": { subject: "Events", does: "Errors in groups of one type and message", handler: getErrors, answer: rest.ErrorsAnswer },
	"GET /api/annotations": {
		subject: "Events",
		does: "Annotations, those that began last first",
		handler: getAnnotations,
		answer: array(record.AnnotationAnswer),
	},
	"POST /api/annotations": {
		subject: "Events",
		does: "Writes an annotation beside the time axis",
		handler: postAnnotation,
		body: AnnotationRequest,
		answer: record.AnnotationAnswer,
		status: 201,
	},
	"PUT /api/annotations/:id": {
		subject: "Events",
		does: "Changes an annotation",
		handler: putAnnotation,
		body: AnnotationRequest,
		answer: record.AnnotationAnswer,
	},
	"DELETE /api/annotations/:id": { subject: "Events", does: "Deletes an annotation", handler: deleteAnnotation, status: 204 },
	"GET /api/runs": {
		subject: "The past",
		does: "Runs of the colony, those that go on first",
		handler: getRuns,
		answer: array(record.RunAnswer),
	},
	"GET /api/runs/:id": {
		subject: "The past",
		does: "One run with its tasks by name, also beside another run's",
		handler: getRun,
		answer: record.RunDetailsAnswer,
	},
	"GET /api/report": { subject: "The past", does: "The cluster as of an instant in one file", handler: getReport, type: HTML },
	"POST /api/workers/:id+/restart": {
		subject: "Control",
		does: "Restarts a worker",
		handler: postRestart,
		answer: rest.CommandAnswer,
		status: [200, 202],
	},
	"POST /api/cluster/scale": {
		subject: "Control",
		does: "Changes the number of workers",
		handler: postScale,
		body: ScaleRequest,
		answer: rest.CommandAnswer,
		status: [200, 202],
	},
	"GET /api/commands": {
		subject: "Control",
		does: "Commands to the colony, newest first",
		handler: getCommands,
		answer: array(rest.CommandAnswer),
	},
	"GET /api/commands/:id": { subject: "Control", does: "One command and its result", handler: getCommand, answer: rest.CommandAnswer },
	"GET /api/audit": { subject: "Access", does: "Who did what, newest first", handler: getAudit, answer: AuditAnswer },
	"GET /api/session": {
		subject: "Access",
		does: "The caller, and whether they may act",
		handler: getSession,
		answer: access.SessionAnswer,
	},
	"GET /api/tokens": {
		subject: "Access",
		does: "Tokens of programs, bridges and links to incidents",
		handler: getTokens,
		answer: array(access.TokenAnswer),
		whole: true,
	},
	"POST /api/tokens": {
		subject: "Access",
		does: "Makes a token, whose text is in this answer alone",
		handler: postToken,
		body: access.TokenRequest,
		answer: access.TokenAnswer,
		status: 201,
		whole: true,
	},
	"DELETE /api/tokens/:id": { subject: "Access", does: "Takes a token back", handler: deleteToken, status: 204, whole: true },
	"GET /api/pages": { subject: "Pages", does: "Pages, and widgets that a colony has added", handler: getPages, answer: rest.PagesAnswer },
	"GET /api/view": { subject: "Pages", does: "Answers to the queries of pages, for viewers without a WebSocket", handler: getView },
	"GET /api/live": { subject: "Pages", does: "The viewers' WebSocket: a snapshot, then deltas", handler: openLive, status: 101 },
	"GET /api/widgets/:id+": { subject: "Pages", does: "The document that frames a custom widget", handler: showWidget, type: HTML },
	"GET /api/arrivals": {
		subject: "Bridges",
		does: "The last of each that bridges met with at this address, also before there is such a cluster",
		handler: getArrivals,
		answer: rest.ArrivalsAnswer,
	},
	"GET /api/bridge": { subject: "Bridges", does: "The bridges' WebSocket", handler: openBridge, status: 101 },
	"POST /api/bridge": {
		subject: "Bridges",
		does: "Frames of a bridge over HTTP, or a long poll for commands",
		handler: pushFrames,
		type: "application/x-ndjson",
	},
	"POST /api/v1/write": { subject: "Bridges", does: "Prometheus' remote write, 1.0 and 2.0", handler: postRemoteWrite, status: 204 },
};
