/**
 * Runs the work of requests in slices: between two of them a push, another viewer and whatever else waits have their turn. Clients take turns,
 * each with one request at a time. What takes long is set aside, and worked on one after the other: what it holds meanwhile is held once.
 */
import type { Refusal } from "../../colony-bridge/protocol/wire/problem.ts";
import { Allowances, RefusedWork } from "./budget.ts";
import type { Work } from "./work.ts";

/** Units of one slice, some 3 ms, and of one turn in it. */
export const SLICE = 40_000;
const TURN = 10_000;
/** Past this a request takes long; and so many of one client are set aside before its others have to wait for them. */
const LONG = 1_000_000;
const MOST_LONG = 2;
/** Requests of one client that may wait. */
const MOST_WAITING = 500;

interface Job {
	client: string;
	/** Nobody waits for it any more. */
	gone?: true;
	work: Work<unknown>;
	spent: number;
	end(answer: unknown): void;
	fail(error: unknown): void;
}

export class Slices {
	readonly #pause: (then: () => void) => void;
	readonly #allowances: Allowances;
	/** Requests of each client that do not take long, the first one begun. The client whose turn is next stands first. */
	readonly #clients = new Map<string, Job[]>();
	/** Those that do, the first one under way. */
	readonly #long: Job[] = [];
	/** Units until the next pause. */
	#left = SLICE;
	#pausing = false;
	#longNext = false;

	/** @param pause calls `then` once other events have had their turn. @param now ms since 1970 */
	constructor(pause: (then: () => void) => void, now: () => number) {
		this.#pause = pause;
		this.#allowances = new Allowances(now);
	}

	/** @param client whose work it is. @param signal ends it: nobody waits for it any more. @returns the answer, or why there is none */
	run<Answer>(client: string, work: Work<Answer>, signal?: AbortSignal): Promise<Answer | Refusal> {
		return new Promise<Answer | Refusal>((resolve, reject) => {
			const waiting = this.#clients.get(client) ?? [];
			const refusal = waiting.length < MOST_WAITING ? this.#allowances.refusal(client) : TOO_MANY;
			if (refusal) {
				resolve(refusal);
				return;
			}
			const job: Job = { client, work, spent: 0, end: resolve as Job["end"], fail: reject };
			signal?.addEventListener("abort", () => {
				job.gone = true;
			});
			if (signal?.aborted) job.gone = true;
			waiting.push(job);
			this.#clients.set(client, waiting);
			if (!this.#pausing) this.#go();
		});
	}

	#go(): void {
		while (this.#left > 0) {
			const job = (this.#longNext && this.#long[0]) || this.#next() || this.#long[0];
			if (!job) return;
			this.#longNext = !this.#longNext;
			this.#turn(job);
		}
		this.#pausing = true;
		this.#pause(() => {
			this.#pausing = false;
			this.#left = SLICE;
			this.#go();
		});
	}

	/** Takes a job of the client whose turn it is. */
	#next(): Job | undefined {
		for (const [client, jobs] of this.#clients) {
			const ownLong = this.#long.reduce((sum, job) => sum + (job.client === client ? 1 : 0), 0);
			if (ownLong >= MOST_LONG) continue;
			this.#clients.delete(client);
			this.#clients.set(client, jobs);
			return jobs[0];
		}
		return undefined;
	}

	#turn(job: Job): void {
		const before = job.spent;
		try {
			const refusal = before === 0 ? this.#allowances.refusal(job.client) : undefined;
			if (refusal) throw new RefusedWork(refusal);
			if (job.gone) {
				job.work.return(undefined as never);
				throw new RefusedWork(GONE);
			}
			while (job.spent - before < TURN) {
				const step = job.work.next();
				if (step.done) {
					this.#over(job);
					job.end(step.value);
					break;
				}
				job.spent += step.value;
			}
		} catch (error) {
			this.#over(job);
			if (error instanceof RefusedWork) job.end(error.refusal);
			else job.fail(error);
		}
		// Cheap work takes its turn as well.
		const units = Math.max(job.spent - before, 1);
		this.#left -= units;
		this.#allowances.charge(job.client, units);
		if (job.spent <= LONG || this.#clients.get(job.client)?.[0] !== job) return;
		this.#over(job);
		this.#long.push(job);
	}

	/** It is over, or set aside. */
	#over(job: Job): void {
		if (this.#long[0] === job) {
			this.#long.shift();
			return;
		}
		const jobs = this.#clients.get(job.client);
		jobs?.shift();
		if (jobs?.length === 0) this.#clients.delete(job.client);
	}
}

const GONE: Refusal = { type: "refused", kind: "unavailable", detail: "the request was given up by its client before it was answered" };

const TOO_MANY: Refusal = {
	type: "refused",
	kind: "too-many",
	detail: `${MOST_WAITING} requests of this address wait for their answers: wait for some of them`,
	retryAfter: 1,
};
