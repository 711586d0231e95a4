/** Runs a colony's checks at their own intervals and keeps the last result of each. */
import { refuseUnknown } from "../option-check.ts";
import type { Check } from "../protocol/wire/state.ts";

type CheckStatus = Exclude<Check["status"], "unknown">;
/** A check that throws is `failed` with the message, else `ok`. */
export type CheckFunction = () => Promise<CheckAnswer> | CheckAnswer;
type CheckAnswer = { status: CheckStatus; message?: string } | string | undefined;

export interface CheckTimes {
	/** Default 10 s. */
	everyMs?: number;
	/** A check that takes longer has failed. Default 5 s. */
	timeoutMs?: number;
}

export class CheckRunner {
	readonly #checks = new Map<string, { check: Check; run: () => Promise<void>; everyMs: number; timer?: NodeJS.Timeout }>();
	#running = false;

	/** @throws where there is a check of this name, or an option is unknown. */
	add(id: string, ask: CheckFunction, times: CheckTimes = {}): void {
		refuseUnknown(`check "${id}"`, { everyMs: true, timeoutMs: true }, times);
		const { everyMs = 10_000, timeoutMs = 5_000 } = times;
		if (this.#checks.has(id)) throw new Error(`there is a check "${id}" already`);
		const entry = { check: { id, status: "unknown" } as Check, run: async () => {}, everyMs };
		entry.run = async () => {
			const { status, message } = await answerOf(ask, timeoutMs);
			const at = Date.now();
			const since = entry.check.status === status ? (entry.check.since ?? at) : at;
			entry.check = { id, status, at, since, ...(message && { message }) };
		};
		this.#checks.set(id, entry);
		if (this.#running) this.#loop(id);
	}

	start(): void {
		this.#running = true;
		for (const id of this.#checks.keys()) this.#loop(id);
	}

	stop(): void {
		this.#running = false;
		for (const { timer } of this.#checks.values()) clearTimeout(timer);
	}

	list(): Check[] {
		return Array.from(this.#checks.values(), ({ check }) => check);
	}

	async #loop(id: string): Promise<void> {
		const entry = this.#checks.get(id);
		if (!entry) return;
		await entry.run();
		if (this.#running) entry.timer = setTimeout(() => void this.#loop(id), entry.everyMs);
	}
}

async function answerOf(ask: CheckFunction, timeoutMs: number): Promise<{ status: CheckStatus; message?: string }> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
	});
	try {
		const answer = await Promise.race([(async () => ask())(), late]);
		if (typeof answer === "string") return { status: "ok", message: answer };
		return answer ?? { status: "ok" };
	} catch (error) {
		return { status: "failed", message: error instanceof Error ? error.message : String(error) };
	} finally {
		clearTimeout(timer);
	}
}
