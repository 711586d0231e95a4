/**
 * Watches for bridges that fall silent: when to look, and what was seen is written down. By alarms alone: a timer would keep the object in
 * memory, and billed, as long as somebody looks. Browsers judge silence by themselves.
 */
import { expired } from "./control/expired.ts";
import type { Entry } from "./log/entry.ts";
import { LOOK_MS, nextLook, overdue } from "./silence.ts";
import type { ClusterState } from "./state/cluster-state.ts";
import { type Link, silentFrom } from "./state/link.ts";

/** Time between two alarms for bridges that have left, ms. */
const LEFT_APART_MS = 1000;

export interface VigilHost {
	now(): number;
	setAlarm(at: number): void;
	state(): ClusterState;
	/** When something else ends by itself, a command or somebody's patience, ms; infinity: nothing does. */
	deadline(): number;
	/** Writes entries to the log. */
	record(entries: Entry[]): void;
}

export class Vigil {
	readonly #host: VigilHost;
	/** The alarm that is set, ms; 0: none; undefined: memory began anew, and only the log tells. */
	#alarmAt: number | undefined;
	/** Bridges whose last socket has closed, and when they are silent, ms: in the order in which they left. */
	readonly #left = new Map<string, number>();

	constructor(host: VigilHost) {
		this.#host = host;
	}

	/** @returns the alarm that a push at this instant has to set, ms; undefined: one is set. */
	due(at: number): number | undefined {
		return this.#alarm <= at ? this.#soonest(at + LOOK_MS, at) : undefined;
	}

	setAlarm(at: number): void {
		this.#alarmAt = at;
		this.#host.setAlarm(at);
	}

	/** The log it went by is gone. */
	reset(): void {
		this.#alarmAt = undefined;
		this.#left.clear();
	}

	/** Something ends by itself then. */
	by(at: number): void {
		const now = this.#host.now();
		if (this.#alarm <= now || at < this.#alarm) this.setAlarm(this.#soonest(at, now));
	}

	/** What is set takes the place of an alarm that was set for such an end, and after a restart nobody remembers that one. */
	#soonest(at: number, now: number): number {
		return Math.min(at, Math.max(now + 1, this.#host.deadline()));
	}

	/** A bridge's last socket is gone: if it does not come back, that is known to the second. */
	left(link: Link): void {
		const silent = silentFrom(link) + 1;
		const now = this.#host.now();
		if (!Number.isFinite(silent) || silent <= now) return;
		this.#left.set(link.bridge, silent);
		this.by(silent);
	}

	/** A bridge has a socket again. */
	came(bridge: string): void {
		this.#left.delete(bridge);
	}

	/** The alarm has gone off. */
	look(): void {
		const now = this.#host.now();
		this.#host.record([...overdue(this.#host.state(), now), ...expired(this.#host.state(), now)]);
		for (const [bridge, silent] of this.#left) if (silent <= now) this.#left.delete(bridge);
		// Of many that left at once not each has an alarm of its own.
		const left = Math.max(now + LEFT_APART_MS, Math.min(...this.#left.values()));
		const next = Math.min(nextLook(this.#host.state(), now) ?? Number.POSITIVE_INFINITY, this.#host.deadline(), left);
		if (Number.isFinite(next)) this.setAlarm(next);
		else this.#alarmAt = 0;
	}

	get #alarm(): number {
		return this.#alarmAt ?? this.#host.state().alarmAt;
	}
}
