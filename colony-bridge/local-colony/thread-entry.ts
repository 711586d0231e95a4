/** A worker's thread: runs one task at a time and reports its progress to the colony. */
import { parentPort } from "node:worker_threads";
import type { LogLevel, TaskFailure } from "../protocol/wire/state.ts";
import type { TaskContext } from "./task.ts";
import { type FromThread, type TaskOrder, type ToThread, taskFunction } from "./thread-messages.ts";

const port = parentPort;
if (!port) throw new Error("thread-entry is the inside of a LocalColony's worker; start a LocalColony instead");

/** Steps of progress in between are not worth a message. */
const PROGRESS_MS = 50;

const send = (message: FromThread) => port.postMessage(message);

function contextOf({ id, attempt }: TaskOrder): TaskContext {
	let sentAt = Number.NEGATIVE_INFINITY;
	let latest = 0;
	let later: NodeJS.Timeout | undefined;
	const tellProgress = () => {
		clearTimeout(later);
		later = undefined;
		sentAt = performance.now();
		send({ type: "progress", task: id, share: latest });
	};
	return {
		taskId: id,
		attempt,
		progress(share: number) {
			if (!(share >= 0 && share <= 1)) throw new RangeError(`progress ${share} is out of range; write a number from 0 to 1`);
			latest = share;
			if (performance.now() - sentAt >= PROGRESS_MS) tellProgress();
			else later ??= setTimeout(tellProgress, PROGRESS_MS);
		},
		log(level: LogLevel, message: string) {
			send({ type: "log", task: id, level, message: String(message) });
		},
	};
}

async function run(order: TaskOrder): Promise<void> {
	const task = order.id;
	try {
		const work = await taskFunction(order.work);
		const result = await work(...order.args, contextOf(order));
		// Throws where the result cannot be cloned: that is the task's failure too.
		send({ type: "done", task, result });
	} catch (error) {
		send({ type: "failed", task, error: failureOf(error, order) });
	}
}

function failureOf(error: unknown, { work }: TaskOrder): TaskFailure {
	if (!(error instanceof Error)) return { message: typeof error === "string" ? error : `a task threw ${String(error)}` };
	const unseen = error instanceof ReferenceError && "source" in work;
	const hint = unseen ? "; a submitted function cannot see the variables around it: pass them as arguments" : "";
	return {
		// A class of its own without a name of its own is told by the class; a DOMException by its name.
		type: error.name === "Error" ? error.constructor.name : error.name,
		message: `${error.message}${hint}`,
		...(error.stack !== undefined && { stack: error.stack }),
	};
}

port.on("message", (message: ToThread) => void run(message.order));
send({ type: "ready" });
