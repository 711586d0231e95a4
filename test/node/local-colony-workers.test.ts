/** Workers of a colony: what they use, how they die, restart and scale, and how all of it ends. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { SNAPSHOT_PARTS } from "../../colony-bridge/colony.ts";
import { LocalColony } from "../../colony-bridge/local-colony/local-colony.ts";
import type { TaskContext } from "../../colony-bridge/local-colony/task.ts";
import type { ColonyEvent } from "../../colony-bridge/protocol/wire/up.ts";
import { colony, ends, failure, logs, marks, metric, start, waitForFile } from "./local-colony-rig.ts";
import { until } from "./until.ts";

describe("workers", () => {
	test("report what their threads really use, in a long loop too", async () => {
		await start(2);
		const spin = colony.submit((ms: number) => {
			const end = Date.now() + ms;
			while (Date.now() < end);
		}, 4000);
		await until(() => colony.queued === 0, "the loop");
		await colony.snapshot();
		await new Promise((resolve) => setTimeout(resolve, 1500));
		const { workers, metrics } = await colony.snapshot();
		const busy = workers?.find(({ status }) => status === "busy")?.id ?? "";
		const value = (name: string, worker: string) =>
			metrics?.find((each) => each.name === name && each.labels?.worker === worker)?.value ?? -1;
		const idle = busy === "worker-1" ? "worker-2" : "worker-1";
		expect(value("cpu_percent", busy)).toBeGreaterThan(value("cpu_percent", idle) + 5);
		expect(value("cpu_percent", busy)).toBeLessThanOrEqual(100);
		expect(value("cpu_percent", idle)).toBeLessThan(5);
		expect(value("memory_mb", idle)).toBeGreaterThan(1);
		expect(value("tasks_active", busy)).toBe(1);
		expect(value("tasks_active", idle)).toBe(0);
		await spin;
	});

	test("a snapshot fits the contract, part by part", async () => {
		await start(2);
		colony.addCheck("disk", () => "plenty");
		colony.addCheck("queue", () => {
			throw new Error("no broker");
		});
		colony.addMetric({ name: "metric_a", labels: { shelf: "1" } }, () => 42);
		await colony.submit(() => 1);
		await until(() => ends().length === 1, "its end");
		const snapshot = await colony.snapshot();
		for (const [part, schema] of Object.entries(SNAPSHOT_PARTS)) {
			const value = snapshot[part as keyof typeof snapshot];
			if (value !== undefined) expect(v.safeParse(schema as v.GenericSchema, value).issues, part).toBeUndefined();
		}
		expect(snapshot.checks).toMatchObject([
			{ id: "disk", status: "ok", message: "plenty" },
			{ id: "queue", status: "failed", message: "no broker" },
		]);
		expect(snapshot.health).toMatchObject({ status: "degraded", reason: "2 of 2 workers ready; check queue: no broker" });
		expect(await metric("metric_a", { shelf: "1" })).toBe(42);
		const names = new Set(snapshot.metrics?.map(({ name, labels }) => `${name}${labels ? "{}" : ""}`));
		for (const name of names) expect(names.has(name.endsWith("{}") ? name.slice(0, -2) : `${name}{}`), name).toBe(false);
		expect(snapshot.metrics?.every(({ help, name }) => help || name === "metric_a")).toBe(true);
	});

	test("a dead worker is replaced, its task fails with a message, and a mark records it", async () => {
		await start(1);
		const error = await failure(colony.submit({ name: "suicide", run: () => process.exit(3) }));
		expect(error).toMatchObject({ type: "WorkerDied", message: "worker-1 died while it ran suicide (task-1): exit code 3" });
		expect(await colony.submit(() => "alive")).toBe("alive");
		expect(marks().find(({ kind }) => kind === "death")).toMatchObject({ worker: "worker-1", text: expect.stringMatching(/a new thread/) });
		expect(logs().some(({ level, message }) => level === "ERROR" && /worker-1 died/.test(message))).toBe(true);
		expect((await colony.snapshot()).workers).toMatchObject([{ id: "worker-1", status: "idle", restarts: 1, health: "healthy" }]);
	});

	test("a task whose worker died is tried again where it may be", async () => {
		await start(2);
		const run = (context: TaskContext) => {
			if (context.attempt === 1) process.exit(1);
			return context.attempt;
		};
		expect(await colony.submit({ run, retries: 1 })).toBe(2);
	});

	test("an error outside of any task ends the thread, and is reported", async () => {
		await start(1);
		await colony.submit(
			() =>
				void setTimeout(() => {
					throw new Error("late");
				}, 10),
		);
		await until(() => marks().some(({ kind }) => kind === "death"), "the death");
		expect(marks().find(({ kind }) => kind === "death")?.text).toMatch(/worker-1 died: Error: late/);
		expect(await colony.submit(() => 1)).toBe(1);
	});

	test("a restart waits for the task, or requeues it with a log line", async () => {
		await start(1, 300);
		const directory = mkdtempSync(join(tmpdir(), "colony-"));
		const go = join(directory, "go");
		const task = colony.submit({ run: waitForFile, name: "wait" }, go);
		const words = colony.restartWorker("worker-1");
		writeFileSync(go, "");
		expect(await task).toBe("found");
		expect(await words).toBe(`worker-1 was restarted after wait (${task.id}) had ended`);

		const stuck = failure(colony.submit({ run: waitForFile, name: "stuck" }, join(directory, "never")));
		const retried = colony.submit({ run: (context: TaskContext) => context.attempt });
		expect(await colony.restartWorker("worker-1")).toMatch(/^worker-1 was restarted; stuck \(task-2\) was taken away from it$/);
		expect(await stuck).toMatchObject({ type: "WorkerRestarted", message: "worker-1 was restarted while it ran this task" });
		expect(await retried).toBe(1);
		expect((await colony.snapshot()).workers).toMatchObject([{ restarts: 2 }]);
		expect(marks().filter(({ kind }) => kind === "restart")).toHaveLength(2);
		await expect(colony.restartWorker("worker-9")).rejects.toThrow('there is no worker "worker-9"; there are worker-1');
		rmSync(directory, { recursive: true });
	});

	test("scale up and down, totals never fall, and a number comes back", async () => {
		await start(2);
		await Promise.all(Array.from({ length: 50 }, () => colony.submit(() => 1)));
		expect(await colony.scale(4)).toBe("scaled from 2 to 4 workers");
		expect((await colony.snapshot()).workers?.map(({ id, status }) => `${id} ${status}`)).toEqual(
			[1, 2, 3, 4].map((n) => `worker-${n} idle`),
		);
		await Promise.all(Array.from({ length: 50 }, () => colony.submit(() => 1)));
		expect(await colony.scale(1)).toBe("scaled from 4 to 1 workers");
		const sum = async () =>
			((await colony.snapshot()).metrics ?? []).filter(({ name }) => name === "tasks_total").reduce((total, { value }) => total + value, 0);
		expect(await sum()).toBe(100);
		await colony.scale(2);
		expect((await colony.snapshot()).workers?.map(({ id }) => id)).toEqual(["worker-1", "worker-2"]);
		expect(await sum()).toBe(100);
		expect(await colony.scale(2)).toBe("there are 2 workers already");
		await expect(colony.scale(-1)).rejects.toThrow(/invalid number of workers -1; this colony takes a whole number from 0 to 512/);
		expect(marks().filter(({ kind }) => kind === "scale")).toHaveLength(3);
	});
});

describe("the end", () => {
	test("cancels what waits, lets what runs end, and takes nothing more", async () => {
		await start(1, 5000);
		const directory = mkdtempSync(join(tmpdir(), "colony-"));
		const go = join(directory, "go");
		const running = colony.submit(waitForFile, go);
		const waiting = failure(colony.submit(() => 1));
		const stopped = colony.stop();
		writeFileSync(go, "");
		expect(await running).toBe("found");
		expect(await waiting).toMatchObject({ type: "Cancelled", message: "the colony was stopped before it ran" });
		await stopped;
		expect(
			ends()
				.map(({ status }) => status)
				.sort(),
		).toEqual(["cancelled", "completed"]);
		expect(() => colony.submit(() => 1)).toThrow(/is stopped and takes no tasks/);
		await expect(colony.start()).rejects.toThrow(/was started before; make a new one/);
		rmSync(directory, { recursive: true });
	});

	test("events before the first listener are given to it", async () => {
		const early = new LocalColony("early", { numWorkers: 1 });
		await early.start();
		const heard: ColonyEvent[] = [];
		early.subscribe((event) => heard.push(event));
		await early.stop();
		expect(heard.slice(0, 1)).toMatchObject([{ type: "mark", kind: "start" }]);
		expect(() => new LocalColony("x", { numWorkers: 0 })).toThrow("LocalColony: numWorkers: write a whole number from 1 to 512");
		expect(() => new LocalColony("x", { numWorkers: 3, maxWorkers: 2 })).toThrow("numWorkers (3) is above maxWorkers (2)");
		// @ts-expect-error an option there is not
		expect(() => new LocalColony("x", { workers: 3 })).toThrow('LocalColony: there is no option "workers"; did you mean numWorkers?');
		expect(() => new LocalColony("x").addCheck("disk", () => undefined, { timeout: 5 } as never)).toThrow(
			'check "disk": there is no option "timeout"; did you mean timeoutMs?',
		);
		expect(() => new LocalColony("")).toThrow(/invalid colony name/);
	});
});
