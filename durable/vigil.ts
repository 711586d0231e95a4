/**
 * Watches for bridges that fall silent: when to look, and what was seen is written down. By alarms alone: a timer would keep the object in
 * memory, and billed, as long as somebody looks. Browsers judge silence by themselves.
 */
import { expired } from "./control/expired.ts";
import type { Entry } from "./log/entry.ts";
import { LOOK_MS, nextLook, overdue } from "./silence.ts";
import type { ClusterState } from "./state/cluster-state.ts";
import { type Link, silentFrom } from "./state/link.ts";

export interface VigilHost {
	now(): number;
	setAlarm(at: number): void;
	state(): ClusterState;
	/** Writes entries to the log. */
	record(entries: Entry[]): void;
}

export class Vigil {
	readonly #host: VigilHost;
	/** The alarm that is set, ms; 0: none; undefined: memory began anew, and only the log tells. */
	#alarmAt: number | undefined;

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
	}

	/** Something ends by itself then. */
	by(at: number): void {
		const now = this.#host.now();
		if (this.#alarm <= now || at < this.#alarm) this.setAlarm(this.#soonest(at, now));
	}

	/** What is set takes the place of an alarm that was set for a command, and after a restart nobody remembers that one. */
	#soonest(at: number, now: number): number {
		return Math.min(at, Math.max(now + 1, this.#host.state().commands.deadline ?? Number.POSITIVE_INFINITY));
	}

	/** A bridge's last socket is gone: if it does not come back, that is known to the second. */
	left(link: Link): void {
		const silent = silentFrom(link) + 1;
		const now = this.#host.now();
		if (Number.isFinite(silent) && silent > now) this.by(silent);
	}

	/** The alarm has gone off. */
	look(): void {
		const now = this.#host.now();
		this.#host.record([...overdue(this.#host.state(), now), ...expired(this.#host.state(), now)]);
		const next = Math.min(...[nextLook(this.#host.state(), now), this.#host.state().commands.deadline].filter((at) => at !== undefined));
		if (Number.isFinite(next)) this.setAlarm(next);
		else this.#alarmAt = 0;
	}

	get #alarm(): number {
		return this.#alarmAt ?? this.#host.state().alarmAt;
	}
}
