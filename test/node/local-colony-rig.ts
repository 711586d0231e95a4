/** The colony under test: one for each test, stopped behind it. Import it where tests are defined. */
import * as v from "valibot";
import { afterEach } from "vitest";
import { LocalColony } from "../../colony-bridge/local-colony/local-colony.ts";
import type { TaskError } from "../../colony-bridge/local-colony/task.ts";
import { ColonyEvent } from "../../colony-bridge/protocol/wire/up.ts";

export let colony: LocalColony;
/** Its events since the start, each validated by the contract. */
export let events: ColonyEvent[] = [];

export async function start(numWorkers: number, drainMs = 3000): Promise<void> {
	colony = new LocalColony("test", { numWorkers, drainMs });
	events = [];
	colony.subscribe((event) => events.push(v.parse(ColonyEvent, event)));
	await colony.start();
}

afterEach(async () => {
	await colony?.stop();
});

export const ends = () => events.filter((event) => event.type === "taskEnd");
export const marks = () => events.filter((event) => event.type === "mark");
export const logs = () => events.filter((event) => event.type === "log");

export const failure = (promise: Promise<unknown>): Promise<TaskError> =>
	promise.then(
		() => {
			throw new Error("it should have failed");
		},
		(error) => error as TaskError,
	);

export async function metric(name: string, labels: Record<string, string> = {}): Promise<number | undefined> {
	const { metrics = [] } = await colony.snapshot();
	return metrics.find((each) => each.name === name && JSON.stringify(each.labels ?? {}) === JSON.stringify(labels))?.value;
}

/** A task: runs until the file is there. It goes to another thread as text, so it stands alone. */
export const waitForFile = async (path: string) => {
	const { existsSync } = process.getBuiltinModule("node:fs");
	while (!existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 5));
	return "found";
};
