/** One running bridge, until it is stopped, its input ends, or the dashboard refuses it. */

import { Bridge } from "../bridge/bridge.ts";
import type { BridgeOptions, BridgeStats } from "../bridge/bridge-options.ts";
import { SpoolUnavailable } from "../bridge/outbox/spool-file.ts";
import { ownName } from "../bridge/own-name.ts";
import { wordsOf } from "../bridge/warnings.ts";
import { UsageError } from "../option-check.ts";
import { defined } from "../protocol/values/objects.ts";
import { counted } from "../protocol/values/text.ts";
import { tokenOf } from "../sources/access.ts";
import { MergedColony } from "../sources/source.ts";
import { EXIT, type ExitCode, type Say } from "./bridge-log.ts";
import { type BridgePlan, noticesOf } from "./bridge-plan.ts";

const LOOK_MS = 200;

export class BridgeRun {
	readonly plan: BridgePlan;
	/** Resolves with the exit code when it is over. */
	readonly over: Promise<ExitCode>;
	readonly #colony: MergedColony;
	readonly #bridge: Bridge;
	readonly #say: Say;
	readonly #look: NodeJS.Timeout;
	#state: BridgeStats["state"] = "idle";
	#wasLive = false;
	#ending = false;
	#end!: (code: ExitCode) => void;

	/** @throws UsageError where the token cannot be read. */
	static async start(plan: BridgePlan, say: Say): Promise<BridgeRun> {
		const token = plan.tokenFile === undefined ? undefined : await readToken(plan.tokenFile);
		if (plan.named) return new BridgeRun(plan, token, say);
		// A second one on this host has a number behind its name, and a spool of its own. The lock ends with the process.
		const { name } = ownName(plan.name, JSON.stringify([plan.to, plan.cluster]));
		const { spool } = plan;
		const own = spool && { ...spool, directory: spool.directory + name.slice(plan.name.length) };
		return new BridgeRun({ ...plan, name, spool: own }, token, say);
	}

	private constructor(plan: BridgePlan, token: string | undefined, say: Say) {
		this.plan = plan;
		this.#say = (level, message, fields) =>
			say(level, `${plan.title}: ${message}`, { cluster: plan.cluster, bridge: plan.name, ...fields });
		this.over = new Promise((resolve) => {
			this.#end = resolve;
		});
		const { to: url, cluster, name, intervalMs } = plan;
		this.#colony = new MergedColony(
			plan.title,
			plan.sources.map(({ make }) => make()),
		);
		this.#bridge = this.#spooling(plan.spool, {
			colony: this.#colony,
			to: { url, ...defined({ cluster, token }) },
			name,
			intervalMs,
			onError: (error) => this.#say("WARNING", error.message),
		});
		for (const words of noticesOf(plan)) this.#say("WARNING", words);
		this.#bridge.start();
		this.#colony.start();
		this.#look = setInterval(() => this.#watch(), LOOK_MS);
		this.#whenInputEnds();
	}

	get stats(): BridgeStats {
		return this.#bridge.stats;
	}

	/** In a few words, counters and all. */
	status(): string {
		const { state, acked, buffered, gaps, viewers, warnings } = this.stats;
		const parts = [
			`${this.plan.title} ${state}`,
			`${counted(acked, "frame")} delivered, ${buffered.frames} waiting`,
			...(gaps.count > 0
				? [`${counted(gaps.count, "gap")} (${counted(gaps.samples, "sample")}, ${counted(gaps.events, "event")} lost)`]
				: []),
			...(viewers === undefined ? [] : [counted(viewers, "viewer")]),
			...this.#colony.sources.flatMap((source) => source.status?.() ?? []),
			...(warnings > 0 ? [counted(warnings, "warning")] : []),
		];
		return parts.join(" · ");
	}

	/** Reads the sources once more, waits a few seconds at most for the acknowledgement, and ends. */
	async stop(code: ExitCode = EXIT.stopped): Promise<void> {
		if (this.#ending) return;
		this.#ending = true;
		clearInterval(this.#look);
		await this.#colony.stop();
		await this.#bridge.stop();
		const { frames } = this.stats.buffered;
		if (code !== EXIT.stopped || frames === 0) return this.#end(code);
		this.#say("ERROR", `${counted(frames, "frame")} not acknowledged at the end`);
		this.#end(EXIT.unsent);
	}

	/** @throws UsageError where the spool cannot be had: it is another bridge's, or was asked for and the disk refuses. */
	#spooling(spool: BridgePlan["spool"], options: BridgeOptions): Bridge {
		if (!spool) return new Bridge(options);
		try {
			return new Bridge({ ...options, spool: { directory: spool.directory } });
		} catch (error) {
			const words = wordsOf(error);
			if (!spool.byDefault || !(error instanceof SpoolUnavailable)) throw new UsageError(words);
			this.#say("WARNING", `unacknowledged frames are kept in memory only: ${words}`);
			return new Bridge(options);
		}
	}

	#watch(): void {
		const { state, denied, inUse } = this.stats;
		if (state !== this.#state) {
			if (state === "live") this.#say("INFO", `live at ${this.plan.to} as bridge "${this.plan.name}"`);
			this.#state = state;
		}
		this.#wasLive ||= state === "live";
		if (state === "superseded" || inUse !== undefined) void this.stop(EXIT.superseded);
		// A token that was good before is waited for: it may be on its way to the dashboard.
		else if (denied !== undefined && !this.#wasLive) void this.stop(EXIT.denied);
	}

	/** A pipe that ends is the end where nothing else is read. */
	#whenInputEnds(): void {
		const ends = this.#colony.sources.map(({ ended }) => ended);
		if (ends.every((ended) => ended !== undefined)) void Promise.all(ends).then(() => this.stop());
	}
}

export async function readToken(file: string): Promise<string> {
	return tokenOf(file).catch((error: Error) => {
		throw new UsageError(error.message);
	});
}
