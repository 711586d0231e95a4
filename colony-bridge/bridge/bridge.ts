/** Samples a colony, buffers frames and sends them to its cluster. A failure in here never reaches the colony. */

import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import * as v from "valibot";
import type { Colony } from "../colony.ts";
import { defined } from "../protocol/values/objects.ts";
import type { Command, DownFrame } from "../protocol/wire/down.ts";
import { Layout } from "../protocol/wire/layout.ts";
import { LIMITS } from "../protocol/wire/limits.ts";
import { describeIssues } from "../protocol/wire/problem.ts";
import type { ColonyEvent } from "../protocol/wire/up.ts";
import { OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION } from "../protocol/wire/version.ts";
import { DashboardLayout } from "../widgets/dashboard-layout.ts";
import { Drawings } from "../widgets/drawings.ts";
import { type BridgeOptions, type BridgeStats, bridgeSettings } from "./bridge-options.ts";
import { Commands, capabilities } from "./commands.ts";
import { httpLink } from "./http-link.ts";
import { fallbackLink } from "./link.ts";
import { DEFAULT_BUFFER_BYTES, Outbox } from "./outbox/outbox.ts";
import { type Frame, Refusals } from "./outbox/outbox-entry.ts";
import { Spool } from "./outbox/spool.ts";
import { type OwnName, ownName } from "./own-name.ts";
import { Sampler } from "./sampler.ts";
import { Pace, Pulse } from "./timing.ts";
import { Uplink } from "./uplink.ts";
import { Warnings, wordsOf } from "./warnings.ts";
import { webSocketLink } from "./web-socket-link.ts";

/** Delay before an error, a failure or a mark is sent, ms. */
const URGENT_MS = 100;
const STOP_FLUSH_MS = 3_000;
const STOP_CLOSE_MS = 1_500;
/** Interval at which the HTTP fallback retries a WebSocket, ms. */
const HTTP_LIFE_MS = 10 * 60_000;

export class Bridge {
	readonly #colony: Colony;
	readonly #warnings: Warnings;
	readonly #outbox: Outbox;
	readonly #refusals = new Refusals();
	readonly #sampler: Sampler;
	readonly #commands: Commands;
	readonly #uplink: Uplink;
	readonly #pulse: Pulse;
	readonly #pace: Pace;
	readonly #spool: Spool | undefined;
	/** Start of this process of the bridge, ms. */
	readonly #began: number;
	readonly #instance: string;
	/** Name at the dashboard. A default name is locked against other processes of this host. */
	readonly #name: OwnName;
	/** Send `goodbye` on stop. A bridge inside the dashboard's process does not: its colony is to be shown again after the restart. */
	readonly #leaves: boolean;
	#snapshots = 0;
	#layout: Layout | undefined;
	#drawings: Drawings | undefined;
	#started = false;
	/** The colony's read position last written to the spool, as JSON. */
	#position: string | undefined;
	#unsubscribe: (() => void) | undefined;
	#urgent: NodeJS.Timeout | undefined;
	/** The cluster refused a patch, so its state may differ: the next state frame is a full replace. */
	#mustReplace = false;
	#stopped: Promise<void> | undefined;

	/** @throws if an option is invalid. An unreachable dashboard is no error: the bridge retries. */
	constructor(options: BridgeOptions) {
		const { colony, to } = options;
		const { name: wanted, intervalMs, restMs, onError } = bridgeSettings(options);
		this.#colony = colony;
		this.#leaves = typeof to !== "function";
		this.#warnings = new Warnings(onError);
		this.#sampler = new Sampler(colony, this.#warnings);
		this.#pace = new Pace(intervalMs, restMs);
		this.#pulse = new Pulse(() => this.#sample(intervalMs * 10), intervalMs);
		this.#commands = new Commands(colony, (result) => {
			this.#put(result);
			this.#uplink.pump();
		});
		const owner = {
			hello: (epoch: number) => ({
				type: "hello" as const,
				protocol: PROTOCOL_VERSION,
				oldest: OLDEST_PROTOCOL_VERSION,
				bridge: this.#name.name,
				epoch,
				instance: this.#instance,
				started: this.#began,
				colony: colony.name.slice(0, LIMITS.nameChars),
				capabilities: capabilities(colony),
				intervalMs: this.#pace.intervalMs,
			}),
			viewerCount: (viewers: number | undefined) => {
				if (this.#pace.viewerCount(viewers)) this.#uplink.announce();
			},
			everything: () => this.#everything(),
			command: (id: string, command: Command) => void this.#commands.run(id, command),
			refused: (frame: Extract<DownFrame, { type: "error" }>) => this.#onRefused(frame),
			superseded: () => this.#end(),
		};
		const connect = typeof to === "function" ? to : fallbackLink(webSocketLink(to), httpLink(to, { lifeMs: HTTP_LIFE_MS }));
		const named = options.name !== undefined || typeof to === "function";
		this.#name = named ? { name: wanted, release: () => {} } : ownName(wanted, JSON.stringify([to.url, to.cluster]));
		// The last step that can fail, because it holds a lock.
		try {
			const onError = (message: string) => this.#warnings.add(message);
			this.#spool = options.spool && new Spool(options.spool, { bridge: this.#name.name, onError });
		} catch (error) {
			this.#name.release();
			throw error;
		}
		this.#began = this.#spool?.started ?? Date.now();
		this.#instance = this.#spool?.instance ?? randomUUID();
		this.#outbox = new Outbox({
			bufferBytes: options.bufferBytes ?? DEFAULT_BUFFER_BYTES,
			...(this.#spool && { spool: this.#spool }),
			onNumbered: (entry) => this.#refusals.add(entry),
		});
		if (this.#spool) this.#sampler.restore(this.#spool.series);
		this.#uplink = new Uplink(connect, this.#outbox, owner, this.#warnings);
		try {
			if (options.layout) this.setLayout(options.layout);
		} catch (error) {
			this.#spool?.close();
			this.#name.release();
			throw error;
		}
	}

	/** Starts sampling and sending. Keeps the process alive until `stop()`. @throws if it was started before. */
	start(): void {
		if (this.#started || this.#stopped) throw new Error(`the bridge of "${this.#colony.name}" was started before; make a new one`);
		this.#started = true;
		if (this.#spool?.recovered?.position !== undefined) this.#colony.resume?.(this.#spool.recovered.position);
		this.#unsubscribe = this.#colony.subscribe?.((event) => this.#onEvent(event));
		// If no frame of the spool's epoch was ever sent, its first frames may be missing: a new epoch begins.
		if (this.#spool?.recovered && this.#outbox.seq === 0) this.#uplink.startAnew();
		else this.#uplink.start(this.#spool?.epoch);
		this.#pulse.start();
	}

	/** Announces pages and widgets. @throws if they are invalid; the previous layout stays. */
	setLayout(layout: Layout | DashboardLayout): void {
		const parsed = v.safeParse(Layout, layout instanceof DashboardLayout ? layout.current : layout);
		if (!parsed.success) throw new TypeError(`invalid layout: ${describeIssues(parsed.issues)}`);
		this.#outbox.put({ type: "layout", layout: parsed.output });
		this.#layout = parsed.output;
		if (this.#drawings?.of !== layout) this.#drawings = layout instanceof DashboardLayout ? new Drawings(layout) : undefined;
		this.#uplink.pump();
	}

	/** Takes a last snapshot, waits a few seconds for the cluster to acknowledge everything, and releases every handle. */
	stop(): Promise<void> {
		this.#stopped ??= this.#stop();
		return this.#stopped;
	}

	get stats(): BridgeStats {
		const { epoch, pushes } = this.#uplink;
		const { state, reconnects, viewers, clock, denied, inUse } = this.#uplink.session;
		return {
			state,
			connected: state === "live",
			epoch,
			seq: this.#outbox.seq,
			acked: this.#outbox.acked,
			buffered: { frames: this.#outbox.frames, bytes: this.#outbox.bytes },
			...(this.#spool && { spooled: this.#spool.bytes }),
			snapshots: this.#snapshots,
			pushes,
			skewMs: clock.skewMs,
			gaps: { ...this.#outbox.gaps },
			refused: this.#refusals.count,
			warnings: this.#warnings.count,
			reconnects,
			...defined({ denied, inUse, viewers }),
		};
	}

	async #stop(): Promise<void> {
		const sampling = this.#end();
		if (this.#started && this.#uplink.session.state !== "superseded") {
			await this.#last(sampling);
			// The outbox may have had no space for the last snapshot's state; now it does.
			if (this.#outbox.stateLost) await this.#last(Promise.resolve());
			if (this.#leaves) await this.#uplink.goodbye(STOP_CLOSE_MS);
		}
		await this.#uplink.stop(STOP_CLOSE_MS);
		this.#spool?.close();
		this.#name.release();
	}

	/** Takes one more snapshot after the running one, and waits for its delivery. */
	async #last(sampling: Promise<void>): Promise<void> {
		// A snapshot that hangs must not hang the stop.
		const enough = new AbortController();
		const sampled = sampling.then(() => this.#sample(STOP_FLUSH_MS)).finally(() => enough.abort());
		await Promise.race([sampled, wait(STOP_FLUSH_MS, undefined, { signal: enough.signal }).catch(() => {})]);
		// Without its result nobody knows whether a command was carried out.
		await this.#commands.settle(STOP_FLUSH_MS);
		this.#flushEvents();
		await this.#uplink.flush(STOP_FLUSH_MS);
	}

	/** Stops sampling. @returns when the running snapshot has finished. */
	#end(): Promise<void> {
		clearTimeout(this.#urgent);
		try {
			this.#unsubscribe?.();
		} catch (error) {
			this.#warnings.add(`the colony's unsubscribe failed: ${wordsOf(error)}`);
		}
		this.#unsubscribe = undefined;
		return this.#pulse.stop();
	}

	async #sample(patienceMs: number): Promise<void> {
		const slow = setTimeout(() => {
			this.#warnings.add(`the colony's snapshot() takes longer than ${patienceMs} ms; nothing is sampled until it answers`);
		}, patienceMs);
		const frames = await this.#sampler.sample(() => {
			const whole = this.#mustReplace || this.#outbox.stateLost;
			this.#mustReplace = false;
			return whole;
		});
		clearTimeout(slow);
		// Later events belong to the current position.
		this.#putAll([...frames, ...this.#sampler.events.take()]);
		this.#drawings?.begin();
		// Without a link only the newest drawing is kept.
		if (this.#uplink.live) for (const frame of this.#drawings?.take() ?? []) this.#put(frame);
		if (this.#sampler.crowded && this.#outbox.frames === 0 && this.#uplink.live) {
			this.#sampler.compact();
			this.#uplink.renew();
		}
		this.#snapshots += 1;
		const { push, changed } = this.#pace.beat();
		if (changed) this.#uplink.announce();
		else if (push) this.#uplink.pump();
	}

	/** Puts frames and the colony's read position after them, which a spool writes together. */
	#putAll(frames: readonly Frame[]): void {
		for (const frame of frames) this.#put(frame);
		const position = this.#spool && this.#colony.position?.();
		const text = JSON.stringify(position);
		if (text !== this.#position) this.#spool?.record(position);
		this.#position = text;
	}

	#put(frame: Frame): void {
		try {
			this.#outbox.put(frame);
		} catch (error) {
			this.#warnings.add(wordsOf(error));
		}
	}

	#everything(): Frame[] {
		const frames = this.#sampler.everything();
		if (this.#layout) frames.push({ type: "layout", layout: this.#layout });
		frames.push(...(this.#drawings?.everything() ?? []));
		this.#refusals.forget();
		return frames;
	}

	#onEvent(event: ColonyEvent): void {
		const urgent = this.#sampler.events.add(event);
		if (this.#sampler.events.full) this.#flushEvents();
		else if (urgent) this.#urgent ??= setTimeout(() => this.#flushEvents(), URGENT_MS);
	}

	#flushEvents(): void {
		clearTimeout(this.#urgent);
		this.#urgent = undefined;
		this.#putAll(this.#sampler.events.take());
		this.#uplink.pump();
	}

	#onRefused({ kind, detail, seq }: Extract<DownFrame, { type: "error" }>): void {
		const { series, state } = this.#refusals.refused(seq);
		this.#sampler.refuse(series, `${kind}: ${detail}`);
		this.#mustReplace ||= state;
		const what = seq === undefined ? "" : ` frame ${seq}`;
		const effect = series.length > 0 ? `; its ${series.length} series are left out from now on` : "";
		this.#warnings.add(`the cluster refused${what} (${kind}): ${detail}${effect}`, `refused ${kind} ${effect && seq}`);
	}
}
