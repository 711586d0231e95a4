/** A colony of real threads: results, failures, retries, progress, the queue. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeEach, describe, expect, test } from "vitest";
import type { TaskContext } from "../../colony-bridge/local-colony/task.ts";
import { colony, ends, failure, logs, metric, start, waitForFile } from "./local-colony-rig.ts";
import { until } from "./until.ts";

describe("tasks", () => {
	beforeEach(() => start(2));

	test("run in other threads and give their results back", async () => {
		expect(await colony.submit((a: number, b: number) => a + b, 1, 2)).toBe(3);
		expect(await colony.submit(() => process.getBuiltinModule("node:worker_threads").isMainThread)).toBe(false);
		const sums = await Promise.all(Array.from({ length: 200 }, (_, i) => colony.submit((n: number) => ({ n, square: n * n }), i)));
		expect(sums).toEqual(Array.from({ length: 200 }, (_, n) => ({ n, square: n * n })));
		await until(() => ends().length === 202, "the end of each");
		expect(new Set(ends().map(({ worker }) => worker))).toEqual(new Set(["worker-1", "worker-2"]));
		expect(await metric("hiveframe_tasks_total", { status: "completed" })).toBe(202);
	});

	test("run exports of modules, by their name", async () => {
		const directory = mkdtempSync(join(tmpdir(), "colony-"));
		const path = join(directory, "work.mjs");
		writeFileSync(path, "export const twice = (n) => 2 * n; export default (task) => task.taskId; export const no = 1;");
		expect(await colony.submit({ module: path, name: "twice" }, 21)).toBe(42);
		const task = colony.submit({ module: pathToFileURL(path), kind: "modules" });
		expect(await task).toBe(task.id);
		const error = await failure(colony.submit({ module: path, name: "thrice" }, 1));
		expect(error.message).toMatch(/exports no function "thrice"; it exports (default, twice|twice, default)$/);
		expect(ends().map(({ name, kind }) => [name, kind])).toEqual([
			["twice", undefined],
			["work.mjs", "modules"],
			["thrice", undefined],
		]);
		rmSync(directory, { recursive: true });
	});

	test("fail with type, message and stack, and are reported", async () => {
		const error = await failure(
			colony.submit({
				name: "explode",
				run: () => {
					throw new RangeError("too far");
				},
			}),
		);
		expect(error).toMatchObject({ name: "TaskError", type: "RangeError", message: "too far", attempts: 1 });
		expect(error.stack).toMatch(/RangeError: too far\n\s+at/);
		expect(ends()[0]).toMatchObject({ name: "explode", status: "failed", error: { type: "RangeError", message: "too far" } });
		expect(await colony.submit(() => "still there")).toBe("still there");
		expect((await failure(colony.submit(() => Promise.reject("plain words")))).message).toBe("plain words");
		expect((await failure(colony.submit(() => () => {}))).type).toBe("DataCloneError");
		const unsendable = await failure(
			colony.submit(
				(f: unknown) => f,
				() => {},
			),
		);
		expect(unsendable.message).toMatch(/an argument of the task cannot be sent to a thread/);
		expect(await metric("hiveframe_tasks_total", { status: "failed" })).toBe(4);
	});

	test("a function that uses its scope is refused with the reason", async () => {
		const outside = 3;
		const error = await failure(colony.submit(() => outside + 1));
		expect(error).toMatchObject({ type: "ReferenceError", message: expect.stringMatching(/cannot see the variables around it/) });
		expect(() => colony.submit(Math.max as never)).toThrow(/function "max" cannot be sent to a thread/);
		expect(() => colony.submit({ module: "./tasks.js" })).toThrow(/is not an absolute path or URL; write new URL\("\.\/tasks\.js"/);
		expect(() => colony.submit({ run: () => 1, retries: -1 })).toThrow(/invalid retries -1/);
	});

	test("are retried as often as configured, and every attempt is reported", async () => {
		const directory = mkdtempSync(join(tmpdir(), "colony-"));
		const run = (path: string, context: TaskContext) => {
			const { appendFileSync } = process.getBuiltinModule("node:fs");
			appendFileSync(path, "x");
			if (context.attempt < 3) throw new Error(`try ${context.attempt} is too early`);
			return context.attempt;
		};
		expect(await colony.submit({ run, name: "patient", retries: 5 }, join(directory, "a"))).toBe(3);
		expect(ends()).toMatchObject([{ name: "patient", status: "completed", attempt: 3 }]);
		expect(logs().map(({ message }) => message)).toEqual([
			"patient (task-1) failed on try 1 of 6 and is tried again: try 1 is too early",
			"patient (task-1) failed on try 2 of 6 and is tried again: try 2 is too early",
		]);
		const error = await failure(colony.submit({ run, retries: 1 }, join(directory, "b")));
		expect(error).toMatchObject({ attempts: 2, message: "try 2 is too early" });
		expect(await metric("tasks_retried_total")).toBe(3);
		rmSync(directory, { recursive: true });
	});

	test("report progress and log lines while they run", async () => {
		const directory = mkdtempSync(join(tmpdir(), "colony-"));
		const go = join(directory, "go");
		const run = async (path: string, context: TaskContext) => {
			context.progress(0.5);
			context.log("WARNING", "half way");
			const { existsSync } = process.getBuiltinModule("node:fs");
			while (!existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 5));
		};
		const task = colony.submit({ run, name: "slow", kind: "k", parent: "p" }, go);
		await until(() => logs().length > 0, "the line");
		const { tasks, workers } = await colony.snapshot();
		expect(tasks).toMatchObject([{ id: task.id, name: "slow", kind: "k", parent: "p", status: "running", progress: 0.5, attempt: 1 }]);
		expect(workers?.filter(({ status }) => status === "busy")).toMatchObject([{ tasks: [task.id] }]);
		expect(logs()[0]).toMatchObject({ level: "WARNING", message: "half way", source: tasks?.[0]?.worker });
		writeFileSync(go, "");
		await task;
		expect((await colony.snapshot()).tasks).toEqual([]);
		rmSync(directory, { recursive: true });
	});

	test("wait in a queue that is counted in full and listed in part", async () => {
		const directory = mkdtempSync(join(tmpdir(), "colony-"));
		const go = join(directory, "go");
		const all = Array.from({ length: 300 }, () => colony.submit(waitForFile, go));
		const { tasks, queued } = await colony.snapshot();
		expect(queued).toBe(298);
		expect(tasks).toHaveLength(102);
		expect(await metric("tasks_queued")).toBe(298);
		writeFileSync(go, "");
		expect(new Set(await Promise.all(all))).toEqual(new Set(["found"]));
		const buckets = (await colony.snapshot()).metrics?.filter(({ name }) => name === "hiveframe_task_duration_seconds_bucket") ?? [];
		expect(buckets.at(-1)).toMatchObject({ type: "bucket", labels: { le: "+Inf" }, value: 300 });
		expect(buckets.map(({ value }) => value)).toEqual(buckets.map(({ value }) => value).toSorted((a, b) => a - b));
		rmSync(directory, { recursive: true });
	});
});
