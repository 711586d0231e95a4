/** Prometheus' HTTP API, as Grafana and everything else that queries a Prometheus asks it. */
import { LIMITS } from "../../colony-bridge/protocol/wire/limits.ts";
import type { ErrorType, PromqlAnswer, PromqlAsk } from "../../durable/promql/api/ask.ts";
import { type Handler, type RequestContext, requireCluster } from "../handler/context.ts";
import { reportedProblem } from "../handler/html-response.ts";
import { BadParameter, type Parameters, parametersOf } from "../handler/prometheus-parameters.ts";
import { ProblemError } from "../http/problem.ts";
import { VERSION } from "../http/version.ts";

/** The version of Prometheus whose language and API these are: clients choose by it what they ask. */
const SPEAKS = "3.14.0";

const STATUS: Record<ErrorType, number> = {
	bad_data: 400,
	not_found: 404,
	execution: 422,
	too_many_requests: 429,
	canceled: 499,
	internal: 500,
	timeout: 503,
	unavailable: 503,
};

const json = (status: number, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Response =>
	new Response(body, { status, headers: { "Content-Type": "application/json", "Cache-Control": "no-store", ...headers } });

const failed = (type: ErrorType, error: string, headers?: Record<string, string>): Response =>
	json(STATUS[type], JSON.stringify({ status: "error", errorType: type, error }), headers);

/** Everything that goes wrong is told in the API's own form: its clients show `error`. */
const answering =
	(handle: (context: RequestContext, parameters: Parameters) => Response | Promise<Response>): Handler =>
	async (context) => {
		try {
			return await handle(context, await parametersOf(context.request, context.url));
		} catch (error) {
			if (error instanceof BadParameter) return failed("bad_data", error.message);
			const { status, detail } = reportedProblem(error, context);
			return failed(typeOf(status), detail, error instanceof ProblemError ? error.headers : {});
		}
	};

function typeOf(status: number): ErrorType {
	if (status === 404) return "not_found";
	if (status === 422) return "execution";
	if (status === 429) return "too_many_requests";
	if (status === 503) return "unavailable";
	return status < 500 ? "bad_data" : "internal";
}

export async function askCluster({ cluster }: Pick<RequestContext, "cluster">, ask: PromqlAsk): Promise<PromqlAnswer> {
	const answer = await cluster.port.promql(ask);
	requireCluster(cluster, answer.position);
	return answer;
}

/** @param read makes the question out of the parameters. */
const asking = (read: (parameters: Parameters, context: RequestContext) => PromqlAsk): Handler =>
	answering(async (context, parameters) => {
		const { failed, body } = await askCluster(context, read(parameters, context));
		return json(failed ? STATUS[failed] : 200, body as Uint8Array<ArrayBuffer>);
	});

const known = (data: unknown): Handler => answering(() => json(200, JSON.stringify({ status: "success", data })));

function evaluation(parameters: Parameters) {
	const [lookback, timeout] = [parameters.duration("lookback_delta"), parameters.duration("timeout")];
	return {
		query: parameters.text("query"),
		limit: parameters.limit(),
		stats: parameters.text("stats") !== "",
		...(lookback !== undefined && { lookback }),
		...(timeout !== undefined && { timeout }),
	};
}

/** Points that a series of an answer may have: a minute's for a week, an hour's for a year. */
const MOST_POINTS = 11_000;

export const queryInstant = asking((parameters) => {
	const at = parameters.time("time");
	return { kind: "query", ...evaluation(parameters), ...(at !== undefined && { at }) };
});

export const queryRange = asking((parameters) => {
	const given = evaluation(parameters);
	const [start, end] = [parameters.timeNeeded("start"), parameters.timeNeeded("end")];
	if (end < start) throw new BadParameter("end", "end timestamp must not be before start time");
	const step = parameters.durationNeeded("step");
	if (step <= 0) throw new BadParameter("step", "zero or negative query resolution step widths are not accepted. Try a positive integer");
	if (Math.floor((end - start) / step) > MOST_POINTS) {
		throw new BadParameter(
			undefined,
			"exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)",
		);
	}
	return { kind: "query_range", ...given, start, end, step };
});

function found(parameters: Parameters) {
	const [start, end] = [parameters.time("start"), parameters.time("end")];
	const matches = parameters.all("match[]");
	if (matches.length > LIMITS.selectors) {
		throw new BadParameter("match[]", `${matches.length} selectors; ask for at most ${LIMITS.selectors} at once`);
	}
	return {
		matches,
		limit: parameters.limit(),
		...(start !== undefined && { start }),
		...(end !== undefined && { end }),
	};
}

export const findSeries = asking((parameters) => {
	const given = found(parameters);
	if (given.matches.length === 0) throw new BadParameter(undefined, "no match[] parameter provided");
	return { kind: "series", ...given };
});

export const labelNames = asking((parameters) => ({ kind: "labels", ...found(parameters) }));

export const labelValues = asking((parameters, { params }) => ({ kind: "values", label: params.name ?? "", ...found(parameters) }));

export const metricMetadata = asking((parameters) => ({
	kind: "metadata",
	limit: parameters.count("limit"),
	perMetric: parameters.count("limit_per_metric"),
	...(parameters.text("metric") !== "" && { metric: parameters.text("metric") }),
}));

export const queryExemplars = asking((parameters) => {
	const { start = 0, end = Number.MAX_VALUE } = found(parameters);
	if (end < start) throw new BadParameter(undefined, "end timestamp must not be before start timestamp");
	return { kind: "exemplars", query: parameters.text("query") };
});

export const formatQuery = asking((parameters) => ({ kind: "format", query: parameters.text("query") }));
export const parseQuery = asking((parameters) => ({ kind: "parse", query: parameters.text("query") }));

/** Neither rules nor alerts are evaluated here: health and findings are at `/api/cluster`. */
export const getRules = known({ groups: [] });
export const getAlerts = known({ alerts: [] });
export const getBuildInfo = known({
	version: SPEAKS,
	revision: `hiveframe-dashboard ${VERSION}`,
	branch: "",
	buildUser: "",
	buildDate: "",
	goVersion: "",
});

/** When this process or isolate began. A Worker has no clock before its first request. */
let began: number | undefined;

export const getRuntimeInfo = answering(({ url }) => {
	began ??= Date.now();
	const data = {
		startTime: new Date(began).toISOString(),
		CWD: "/",
		hostname: url.hostname,
		serverTime: new Date().toISOString(),
		reloadConfigSuccess: true,
		lastConfigTime: new Date(began).toISOString(),
		corruptionCount: 0,
		goroutineCount: 0,
		GOMAXPROCS: 1,
		GOMEMLIMIT: 0,
		GOGC: "",
		GODEBUG: "",
		storageRetention: "2d",
	};
	return json(200, JSON.stringify({ status: "success", data }));
});
