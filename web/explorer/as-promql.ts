/** The form of the explorer in PromQL. */
import type { Explored } from "../../colony-bridge/protocol/pages/explore.ts";
import type { Metrics } from "../../colony-bridge/protocol/query/view.ts";

const UNITS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** Prometheus' `rate` needs two samples in its range. */
const SHORTEST_RATE_MS = 60_000;

/** `90s`: the largest unit that divides it. */
function duration(ms: number): string {
	const [unit, size] = Object.entries(UNITS).find(([, size]) => ms % size === 0) ?? ["ms", 1];
	return `${ms / size}${unit}`;
}

const QUANTILES: Partial<Record<Metrics["series"][number]["aggregation"], number>> = { p50: 0.5, p95: 0.95, p99: 0.99 };

/** @returns the expression that a selector with the aggregations of its answer stands for; undefined while it has no line */
export function asPromql({ text, aggregation, fold }: Explored, { series: [column], step }: Metrics): string | undefined {
	if (!column) return undefined;
	const over = aggregation ?? column.aggregation;
	const across = fold === undefined || fold === "together" ? column.across?.fold : fold;
	const inStep = `${text}[${duration(step)}]`;
	const rate = `rate(${text}[${duration(Math.max(step, SHORTEST_RATE_MS))}])`;
	const quantile = QUANTILES[over];
	if (quantile !== undefined && column.type === "bucket") return `histogram_quantile(${quantile}, sum by (le) (${rate}))`;
	let each = `${over}_over_time(${inStep})`;
	if (over === "last") each = text;
	else if (over === "rate") each = rate;
	else if (over === "increase") each = `increase(${inStep})`;
	else if (quantile !== undefined) each = `quantile_over_time(${quantile}, ${inStep})`;
	return across === undefined || across === "each" ? each : `${across}(${each})`;
}
