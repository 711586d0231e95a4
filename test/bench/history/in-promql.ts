/** The bench's questions in PromQL, as any server of Prometheus' HTTP API is asked them. */
import { type Figure, quantile } from "../harness/figure.ts";
import { QUESTIONS, type Question } from "./questions.ts";
import { took } from "./took.ts";

/** @param api up to `/api/v1`. @param end of the newest sample, s. */
function address({ selectors, range, step, aggregation, fold }: Question, api: string, end: number): URL {
	const workers = selectors.map((selector) => /worker="(.*)"/.exec(selector)?.[1]).filter(Boolean);
	const series = workers.length > 0 ? `cpu_percent{worker=~"${workers.join("|")}"}` : (selectors[0] as string);
	const url = new URL(`${api}/${step ? "query_range" : "query"}`);
	if (step) {
		// A rate needs two samples wherever a step begins.
		const asked = aggregation === "rate" ? `rate(${series}[1m])` : `avg_over_time(${series}[${step}])`;
		url.searchParams.set("query", fold === "sum" ? `sum(${asked})` : asked);
		url.searchParams.set("start", String(end - Number.parseInt(range, 10) * 3600));
		url.searchParams.set("end", String(end));
		url.searchParams.set("step", step);
		// VictoriaMetrics would remember the answer.
		url.searchParams.set("nocache", "1");
	} else {
		url.searchParams.set("query", range.endsWith("h") ? `${series}[${range}]` : series);
		url.searchParams.set("time", String(end));
	}
	return url;
}

/** @param who is asked, as it stands in the names of the figures. */
export async function* askAll(who: string, api: string, end: number): AsyncGenerator<Omit<Figure, "bench">> {
	for (const question of QUESTIONS) {
		const url = address(question, api, end);
		const times = await took(async () => {
			const response = await fetch(url);
			const { data, error } = (await response.json()) as { data?: { result: unknown[] }; error?: string };
			const expected = question.fold === "sum" ? 1 : question.selectors.length;
			if (data?.result.length !== expected)
				throw new Error(`${url} answered ${response.status} with ${data?.result.length ?? error} of ${expected}`);
		});
		yield { name: `${who}: ${question.name}_p50_ms`, value: quantile(times, 0.5), unit: "ms" };
		yield { name: `${who}: ${question.name}_p99_ms`, value: quantile(times, 0.99), unit: "ms" };
	}
}
