/** What the bench asks, with what Prometheus 2.42 took for the same on the reference machine, ms over HTTP. */
import { WORKERS } from "./workload.ts";

const TEN = Array.from({ length: 10 }, (_, i) => `cpu_percent{worker="worker-${i * 10}"}`);
const HUNDRED = Array.from({ length: WORKERS }, (_, i) => `cpu_percent{worker="worker-${i}"}`);

export interface Question {
	name: string;
	selectors: string[];
	range: string;
	step?: string;
	aggregation?: "avg" | "rate" | "last";
	fold?: "sum" | "each";
	prometheusMs: number;
}

export const QUESTIONS: readonly Question[] = [
	{ name: "query_1h_10_raw", selectors: TEN, range: "1h", prometheusMs: 19 },
	{ name: "query_6h_10_at_60s", selectors: TEN, range: "6h", step: "60s", aggregation: "avg", prometheusMs: 13 },
	{
		name: "query_1h_rate_of_100_summed",
		selectors: ["records_total"],
		range: "1h",
		step: "15s",
		aggregation: "rate",
		fold: "sum",
		prometheusMs: 11,
	},
	{ name: "query_latest_of_100", selectors: HUNDRED, range: "10s", prometheusMs: 2.5 },
];
