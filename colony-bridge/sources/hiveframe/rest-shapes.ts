/** Answers of HiveFrame's own dashboard, as far as they are read. A number that was NaN is null here. */
import * as v from "valibot";
import { recordOf } from "../../protocol/record.ts";

const Number_ = v.nullable(v.number());
const Share = recordOf(v.string(), Number_);

/** Every answer has status 200, a failed one too. */
export const Envelope = v.object({ success: v.boolean(), data: v.unknown(), error: v.optional(v.nullable(v.string())) });

export const Bee = v.object({
	workerId: v.string(),
	role: v.string(),
	status: v.string(),
	currentPartition: v.optional(v.nullable(v.string())),
	processedCount: v.optional(Number_, 0),
});
export type Bee = v.InferOutput<typeof Bee>;

export const WorkersAnswer = v.object({ workers: v.array(Bee) });

export const MetricsAnswer = v.object({
	temperature: v.optional(Number_),
	averageFitness: v.optional(Number_),
	activeFoodSources: v.optional(Number_),
	pheromone_levels: v.optional(Share, {}),
	throughput: v.optional(Number_),
});
export type MetricsAnswer = v.InferOutput<typeof MetricsAnswer>;

export const DancesAnswer = v.object({
	totalDances: v.optional(Number_),
	averageVigor: v.optional(Number_),
	vigorDistribution: v.optional(Share, {}),
	recentDances: v.optional(v.array(v.object({ partitionId: v.string(), timestamp: v.string() })), []),
});
export type DancesAnswer = v.InferOutput<typeof DancesAnswer>;

export const SqlQuery = v.object({
	queryId: v.string(),
	sql: v.string(),
	status: v.string(),
	startTime: v.optional(v.nullable(v.string())),
	endTime: v.optional(v.nullable(v.string())),
	errorMessage: v.optional(v.nullable(v.string())),
});
export type SqlQuery = v.InferOutput<typeof SqlQuery>;

export const QueriesAnswer = v.object({ queries: v.array(SqlQuery) });

export const HealthAnswer = v.object({
	timestamp: v.optional(v.string()),
	components: v.optional(recordOf(v.string(), v.string()), {}),
});
export type HealthAnswer = v.InferOutput<typeof HealthAnswer>;
