/**
 * SIGKILL of a process with a colony and its bridge in the middle of work: nobody says goodbye, and what it said in its last second is what its
 * reader finds afterwards, on every answer as of then, in the list of runs and in the report.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { LogsAnswer, TasksAnswer, WorkerAnswer } from "../../colony-bridge/protocol/http/rest.ts";
import type { RunAnswer } from "../../colony-bridge/protocol/http/rest-record.ts";
import { DashboardServer } from "../../worker/node/dashboard-server.ts";

const TOKEN = "colony-kill";
const PROGRAM = fileURLToPath(new URL("programs/colony-at-work.ts", import.meta.url));
/** Snapshots before the kill. */
const FEWEST = 12;
/** From the last report to the kill, ms: an interval of the bridge, what it takes to write it, and a busy machine. */
const LAST_MS = 1000;

test("a colony killed at work: its last second is on the API as of then, in the runs, and in the report", async () => {
	const dashboard = new DashboardServer({ bridgeToken: TOKEN });
	await dashboard.start({ host: "127.0.0.1", port: 0 });
	const base = `${dashboard.url.replace(/\/$/, "")}/clusters/mill`;
	const json = async <T>(path: string): Promise<T> => {
		const response = await fetch(base + path);
		const text = await response.text();
		expect(response.status, text).toBe(200);
		return JSON.parse(text) as T;
	};
	const said: { said: number; at: number }[] = [];
	const child = fork(PROGRAM, [dashboard.url, TOKEN, "mill"]);
	const gone = once(child, "exit");
	child.on("message", (message) => said.push(message as { said: number; at: number }));
	try {
		await expect.poll(() => said.length).toBeGreaterThanOrEqual(FEWEST);
		// Anywhere between two snapshots.
		await pause(Math.random() * 400);
		const killed = Date.now();
		child.kill("SIGKILL");
		await gone;
		// The bridge is silent three intervals later, and the run is written down as ended.
		await expect.poll(async () => (await json<RunAnswer[]>("/api/runs"))[0]?.end).toBe("silent");
		const [run] = (await json<RunAnswer[]>("/api/runs")) as [RunAnswer];
		const ended = run.ended_at as string;
		expect(killed - Date.parse(ended)).toBeLessThan(LAST_MS);
		const told = said.filter(({ at }) => at >= Date.parse(ended) - LAST_MS);
		expect(told.length).toBeGreaterThan(0);

		const [worker] = (await json<WorkerAnswer[]>(`/api/workers?at=${ended}`)) as [WorkerAnswer & { restarts: number; cpu_percent: number }];
		expect(worker).toMatchObject({ id: "w", status: "busy" });
		/** The number it was at. */
		const last = worker.restarts;
		expect(told.map(({ said }) => said)).toContain(last);
		expect(worker.cpu_percent).toBe(last);
		const tasks = await json<TasksAnswer>(`/api/tasks?at=${ended}&limit=500`);
		expect(tasks.active).toMatchObject([{ id: `task-${last}`, status: "running" }]);
		expect(tasks.ended_total).toBe(last);
		const { logs } = await json<LogsAnswer>(`/api/logs?at=${ended}`);
		expect(logs[0]?.message).toBe(`said ${last}`);
		expect(run).toMatchObject({ bridge: "mill", completed: last - Math.floor(last / 5), failed: Math.floor(last / 5) });

		// Of the present it is known that nobody is heard.
		expect(await json<WorkerAnswer[]>("/api/workers")).toMatchObject([{ status: "not-heard", last_status: "busy" }]);

		for (const parameters of [`run=${run.id}`, `at=${ended}&range=3s`]) {
			const response = await fetch(`${base}/api/report?${parameters}`);
			const html = await response.text();
			expect(response.status, html.slice(0, 300)).toBe(200);
			expect(html).toContain(`said ${last}`);
			expect(html).toContain(`task-${last}`);
			expect(html).toContain("at grind (mill.ts:1)");
			const [, text = ""] = /id="report-data">(.*?)<\/script>/s.exec(html) ?? [];
			const { answers } = JSON.parse(text) as {
				answers: Record<string, { rows: Record<string, unknown>[]; series: { values: number[] }[] }>;
			};
			expect(answers.workers?.rows).toMatchObject([{ id: "w", status: "busy", restarts: last }]);
			expect(answers.tasks?.rows).toMatchObject([{ id: `task-${last}` }]);
			expect(answers.failed?.rows).toHaveLength(Math.floor(last / 5));
			// A step may hold two samples.
			expect(answers.cpu?.series[0]?.values.findLast((value) => value !== null)).toBeGreaterThan(last - 2);
		}
	} finally {
		child.kill("SIGKILL");
		await dashboard.stop();
	}
});
