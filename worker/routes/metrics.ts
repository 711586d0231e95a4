/** The part of a query that says which series and of what time: the same for `/api/metrics` and `/api/export`. */
import * as v from "valibot";
import type { NameAnswer, SeriesAnswer } from "../../colony-bridge/protocol/http/rest.ts";
import { Fold } from "../../colony-bridge/protocol/query/query.ts";
import type { NameRow, SeriesRow } from "../../colony-bridge/protocol/query/rows.ts";
import { defined } from "../../colony-bridge/protocol/values/objects.ts";
import { durationMs } from "../../colony-bridge/protocol/wire/duration.ts";
import { LIMITS } from "../../colony-bridge/protocol/wire/limits.ts";
import { Aggregation, Duration, Selector } from "../../colony-bridge/protocol/wire/measure.ts";
import { InstantText } from "../../colony-bridge/protocol/wire/names.ts";
import { withQueryAt } from "../handler/at-instant.ts";
import { clusterAnswers, requireCluster } from "../handler/context.ts";
import { countParameter, limitParameter } from "../handler/query-parameters.ts";
import { ProblemError } from "../http/problem.ts";
import { headerList, isoField, JSON_TYPE, splitSelectors, tableResponse, taggedResponse } from "../http/responses.ts";

export const NAMES =
	'give one or more metric names with commas between: names=cpu_percent,tasks_total or names=cpu_percent{worker="worker-1"}';

/** Selectors with commas between, or the parameter repeated; each once. */
export const namesParameter = v.pipe(
	v.union([v.string(), v.array(v.string())], NAMES),
	v.transform((value) => [...new Set([value].flat().flatMap(splitSelectors))]),
	v.minLength(1, NAMES),
	v.maxLength(LIMITS.selectors, (issue) => `${issue.input.length} names; ask for at most ${LIMITS.selectors} at once`),
	v.array(Selector),
);

export const PERIOD = {
	range: v.optional(Duration),
	start: v.optional(InstantText),
	end: v.optional(InstantText),
};

interface Period {
	range?: string | undefined;
	start?: number | undefined;
	end?: number | undefined;
}

/** @throws ProblemError where it contradicts itself. */
export function requirePeriod({ range, start, end }: Period): void {
	if (start === undefined) return;
	if (range !== undefined) throw new ProblemError("invalid", "start: give start or range, not both");
	if (end !== undefined && start >= end) throw new ProblemError("invalid", "start: start is before end");
}

/** The header that lists names nobody reports; none where there are none. */
export function unknownMetrics(names: readonly string[]): Record<string, string> {
	return names.length > 0 ? { "Unknown-Metrics": headerList(names) } : {};
}

/** An answer holds a bounded number of values: fewer points a series leave room for more series. */
const POINTS_EACH = 400;

const MetricsQuery = v.pipe(
	v.object(
		{
			names: namesParameter,
			...PERIOD,
			step: v.optional(Duration),
			aggregation: v.optional(Aggregation),
			/** `each`: every series of a name by itself, under its own name with labels. */
			fold: v.optional(Fold),
			points: v.optional(countParameter(LIMITS.points)),
		},
		NAMES,
	),
	v.forward(
		v.check(({ step }) => step === undefined || durationMs(step) >= 1000, "a step is 1s or longer"),
		["step"],
	),
);

/** Each name by itself, folded or not. */
export const getMetrics = withQueryAt(MetricsQuery, async ({ request, cluster }, { names, ...given }) => {
	requirePeriod(given);
	const { points = given.fold === "each" ? POINTS_EACH : LIMITS.points, range = "1h", ...rest } = given;
	const { position, bytes, unknown, omitted } = await cluster.port.samples({ selectors: names, range, points, ...defined(rest) });
	requireCluster(cluster, position);
	return taggedResponse(request, bytes, {
		"Content-Type": JSON_TYPE,
		...unknownMetrics(unknown),
		...(omitted > 0 && { "Series-Left-Out": String(omitted) }),
	});
});

const MATCH = `write words of at most ${LIMITS.nameChars} characters together`;

const SeriesQuery = v.object({
	/** Words of which each must occur in the name, the help text or a label. */
	match: v.optional(v.pipe(v.string("give it once"), v.maxLength(LIMITS.nameChars, MATCH))),
	/** Names or selectors; absent: all. */
	names: v.optional(namesParameter),
	/** `name`: metrics, not their series. */
	by: v.optional(v.picklist(["series", "name"], 'write "series" or "name"'), "series"),
	limit: limitParameter(100_000, 1000),
});

/** Searches the list of series. */
export const getSeries = withQueryAt(SeriesQuery, async (context, { match, names, by, limit }) => {
	const found = match?.trim() ? { match } : {};
	if (by === "name") {
		const [metrics] = await clusterAnswers(context, [{ kind: "names", limit, sparklines: 0, ...found }]);
		return tableResponse(context.request, metrics.rows.map(nameAnswer), metrics.total);
	}
	const [series] = await clusterAnswers(context, [{ kind: "series", limit, ...found, ...(names && { selectors: names }) }]);
	return tableResponse(context.request, series.rows.map(seriesAnswer), series.total);
});

function nameAnswer({ id, type, unit, help, labels, active, total }: NameRow): NameAnswer {
	return {
		name: id,
		type,
		...defined({ unit, help }),
		labels,
		series_active: active,
		series_total: total,
	};
}

function seriesAnswer({ id, name, type, unit, help, labels, value, at }: SeriesRow): SeriesAnswer {
	return {
		selector: id,
		name,
		labels: labels ?? {},
		type,
		...defined({ unit, help, value }),
		...isoField("timestamp", at),
	};
}
