/** A report's room: which rows stay, how long texts end, and that each cut is counted. */
import { expect, test } from "vitest";
import { type ReportAnswers, type ReportName, reportAnswers, reportPlan } from "../../colony-bridge/protocol/pages/report-plan.ts";
import type { Answer } from "../../colony-bridge/protocol/query/view.ts";
import { bounded } from "../../web/report/bounded.ts";

/** Answers with these, and nothing in all others. */
function answersWith(given: Partial<Record<ReportName, object>>): ReportAnswers {
	const plan = reportPlan("6h", 0, "7");
	const answers = Object.entries(plan).map(([name, { kind }]) => {
		const none = kind === "metrics" ? { start: 0, step: 1, length: 0, series: [], unknown: [], omitted: 0 } : { total: 0, rows: [] };
		return { kind, ...none, ...given[name as ReportName] } as Answer;
	});
	return reportAnswers({ plan, snapshot: { type: "snapshot", log: 1, position: 1, at: 0, answers } });
}
const lines = (count: number, message: string) =>
	Array.from({ length: count }, (_, i) => ({ id: String(i), at: i, level: "INFO", message }));

test("the plan asks for the range on every chart, and for the tasks of the run", () => {
	const plan = reportPlan("6h", 5, "7");
	const charts = Object.values(plan).filter(({ kind }) => kind === "metrics" || kind === "errorCounts");
	expect(charts.length).toBeGreaterThan(8);
	for (const chart of charts) expect(chart).toMatchObject({ range: "6h" });
	expect(plan).toMatchObject({ runTasks: { run: "7" }, failed: { status: "failed", since: 5, stacks: true } });
	expect(reportPlan("1h", 0).runTasks).not.toHaveProperty("run");
});

test("all that fits stays as it is", () => {
	const rows = lines(20, "short");
	const { answers, cuts, shortened } = bounded(answersWith({ logs: { total: 20, rows } }), 1);
	expect(answers.logs.rows).toEqual(rows);
	expect({ cuts, shortened }).toEqual({ cuts: [], shortened: 0 });
});

test("the first rows stay, a cut is told, and so is what the cluster itself no longer keeps", () => {
	const answer = { total: 900, overall: 5000, rows: lines(300, "x".repeat(1000)) };
	const { answers, cuts } = bounded(answersWith({ logs: answer }), 1);
	const shown = answers.logs.rows.length;
	expect(shown).toBeGreaterThan(50);
	expect(shown).toBeLessThan(300);
	expect(answers.logs.rows).toEqual(answer.rows.slice(0, shown));
	expect(cuts).toEqual([{ list: "logs", shown, total: 900, overall: 5000 }]);
	expect(bounded(answersWith({ logs: answer }), 0.5).answers.logs.rows.length).toBeLessThan(shown);
	expect(bounded(answersWith({ logs: answer }), 0).answers.logs.rows).toEqual([]);
});

test("long texts end early, a stack later than a message", () => {
	const error = { message: "m".repeat(8000), stack: "s".repeat(32_000) };
	const row = { id: "1", task: "t", name: "n", status: "failed", endedAt: 1, error };
	const { answers, shortened } = bounded(answersWith({ failed: { total: 1, rows: [row] } }), 1);
	const [shown] = answers.failed.rows;
	expect(shown?.error?.message).toMatch(/^m{1999}…$/);
	expect(shown?.error?.stack).toMatch(/^s{5999}…$/);
	expect(shortened).toBe(2);
});

test("of a worker's many values the usual ones stay", () => {
	const values = { ...Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`a_${i}`, i])), cpu_percent: 5, memory_mb: 6 };
	const { answers } = bounded(answersWith({ workers: { total: 1, rows: [{ id: "w", status: "busy", at: 1, bridge: "b", values }] } }), 1);
	const [row] = answers.workers.rows;
	expect(Object.keys(row?.values ?? {})).toHaveLength(40);
	expect(row?.values).toMatchObject({ cpu_percent: 5, memory_mb: 6 });
});

test("a chart has ten series at most, and without room none", () => {
	const series = Array.from({ length: 30 }, (_, i) => ({
		key: `k${i}`,
		name: "n".repeat(3000),
		type: "gauge",
		aggregation: "avg",
		values: [1, null],
	}));
	const cpu = { start: 0, step: 1, length: 2, series, unknown: [], omitted: 3 };
	const { answers } = bounded(answersWith({ cpu }), 1);
	expect(answers.cpu.series.map(({ values }) => values)).toEqual(Array.from({ length: 10 }, () => [1, null]));
	expect(answers.cpu.omitted).toBe(23);
	expect(answers.cpu.series[0]?.name).toHaveLength(2000);
	expect(bounded(answersWith({ cpu }), 0).answers.cpu.series).toEqual([]);
});
