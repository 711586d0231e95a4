import type { Thread, ThreadUsage } from "./thread.ts";

/** Shares of time: how much of the last stretch something was the case. */
export class BusyClock {
	#since: number | undefined;
	#total = 0;
	#start = performance.now();
	#share = 0;

	begin(): void {
		this.#since ??= performance.now();
	}

	end(): void {
		if (this.#since === undefined) return;
		this.#total += performance.now() - this.#since;
		this.#since = undefined;
	}

	/** Share of the time since the stretch began, 0 to 1; a new stretch begins when this one is half a second old. */
	share(): number {
		const now = performance.now();
		const length = now - this.#start;
		if (length < 500) return this.#share;
		const running = this.#since === undefined ? 0 : now - this.#since;
		this.#share = Math.min(1, (this.#total + running) / length);
		this.#total = 0;
		this.#start = now;
		if (this.#since !== undefined) this.#since = now;
		return this.#share;
	}
}

/** Current resource use of a worker, from two readings of its thread's totals. */
interface WorkerUsage {
	/** Share of one core over the last stretch, 0 to 100. Absent: the runtime does not measure it, or there was no interval yet. */
	cpuPercent?: number;
	memoryBytes?: number;
	memoryLimitBytes?: number;
	/** Share of the last stretch in which its event loop had work, 0 to 1. */
	loopShare?: number;
}

/** Shorter intervals are too noisy: the value before is kept until then. */
const STRETCH_MS = 500;
/** A thread inside one long native call does not answer; its numbers are then absent, not old. */
const PATIENCE_MS = 250;

export class UsageMeter {
	latest: WorkerUsage = {};
	#last: { thread: Thread; usage: ThreadUsage; at: number } | undefined;
	#pending = false;

	async measure(thread: Thread | undefined): Promise<void> {
		if (!thread) {
			this.latest = {};
			return;
		}
		const last = this.#last?.thread === thread ? this.#last : undefined;
		if (this.#pending || (last && performance.now() - last.at < STRETCH_MS)) return;
		this.#pending = true;
		const pendingUsage = thread.usage().finally(() => {
			this.#pending = false;
		});
		const usage = await within(pendingUsage, PATIENCE_MS);
		if (!usage) {
			this.latest = {};
			return;
		}
		const at = performance.now();
		this.latest = { memoryBytes: usage.memoryBytes, memoryLimitBytes: usage.memoryLimitBytes, ...(last && shares(last, usage, at)) };
		this.#last = { thread, usage, at };
	}
}

function shares(last: { usage: ThreadUsage; at: number }, usage: ThreadUsage, at: number): WorkerUsage {
	const active = usage.loop.active - last.usage.loop.active;
	const idle = usage.loop.idle - last.usage.loop.idle;
	const cpu = usage.cpuMs !== undefined && last.usage.cpuMs !== undefined ? usage.cpuMs - last.usage.cpuMs : undefined;
	return {
		...(cpu !== undefined && { cpuPercent: Math.min(100, Math.max(0, (100 * cpu) / (at - last.at))) }),
		...(active + idle > 0 && { loopShare: Math.min(1, Math.max(0, active / (active + idle))) }),
	};
}

async function within<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
	let timer: NodeJS.Timeout | undefined;
	const enough = new Promise<undefined>((resolve) => {
		timer = setTimeout(resolve, ms, undefined);
	});
	try {
		return await Promise.race([promise, enough]);
	} finally {
		clearTimeout(timer);
	}
}

/** Upper bounds in seconds; the last bucket, `+Inf`, has all. */
const DURATION_BOUNDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] as const;

/** The newest durations, for quantiles of what happens now. */
const RECENT = 1_000;

export class DurationHistogram {
	readonly #counts = new Array<number>(DURATION_BOUNDS.length + 1).fill(0);
	readonly #recent: number[] = [];
	#next = 0;
	count = 0;
	/** Seconds. */
	sum = 0;

	observe(seconds: number): void {
		const found = DURATION_BOUNDS.findIndex((bound) => seconds <= bound);
		const bucket = found < 0 ? DURATION_BOUNDS.length : found;
		this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
		this.count += 1;
		this.sum += seconds;
		this.#recent[this.#next] = seconds;
		this.#next = (this.#next + 1) % RECENT;
	}

	/** Cumulative counts with their `le`, the last one `+Inf`. */
	*buckets(): Iterable<{ le: string; count: number }> {
		let total = 0;
		for (const [i, count] of this.#counts.entries()) {
			total += count;
			yield { le: DURATION_BOUNDS[i]?.toString() ?? "+Inf", count: total };
		}
	}

	/** Quantiles of the newest 1,000 durations, in seconds (nearest rank); undefined before the first. */
	quantiles(shares: readonly number[]): number[] | undefined {
		if (this.#recent.length === 0) return undefined;
		const sorted = this.#recent.toSorted((a, b) => a - b);
		return shares.map((share) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] as number);
	}
}
