/**
 * When a bridge counts as silent, and who writes it down. Anyone who reads sees it at once, since it follows from the clock; the alarm
 * writes it to the log, so that it is also known of the past.
 *
 * Setting an alarm is a row written, so it is not moved with every push: it goes off at long intervals, and precisely only where a bridge's
 * socket has closed.
 */
import * as liveness from "../../colony-bridge/protocol/wire/liveness.ts";
import type { CommandEndEntry, Entry, ForgetEntry, SilentEntry } from "../log/entry.ts";
import type { ClusterState } from "../state/cluster-state.ts";
import { type Link, staleFrom, staleSince } from "../state/link.ts";

/** Time between two looks while bridges speak, ms. */
export const LOOK_MS = 5 * 60_000;
/** A bridge that has been stale this long, while others push, is forgotten with all its state, ms. */
const FORGET_MS = 24 * 3_600_000;

/** Entries that the alarm has to record now, oldest first. */
function overdue(state: ClusterState, now: number): (SilentEntry | ForgetEntry)[] {
	const entries: (SilentEntry | ForgetEntry)[] = [];
	const links = [...state.links.values()].sort((a, b) => a.lastPushAt - b.lastPushAt);
	const othersSpeak = links.some((link) => link.reporting && staleSince(link, now) === undefined);
	for (const link of links) {
		const since = staleSince(link, now);
		// It sent only hello: a name that was tried once.
		if (!link.reporting && !link.layout && now - link.lastPushAt >= FORGET_MS)
			entries.push({ type: "forget", at: now, bridge: link.bridge });
		if (since === undefined) continue;
		if (othersSpeak && now - since >= FORGET_MS) entries.push({ type: "forget", at: now, bridge: link.bridge });
		else if (link.staleSince === undefined) entries.push({ type: "stale", at: now, bridge: link.bridge, since });
	}
	return entries;
}

/** When to check again, ms; undefined: no bridge pushes, so none becomes stale or is forgotten. */
function nextLook(state: ClusterState, now: number): number | undefined {
	let next = firstSilence(state, now);
	if (next === undefined) return undefined;
	for (const link of state.links.values()) {
		const since = staleSince(link, now);
		if (since !== undefined) next = Math.min(next, since + FORGET_MS);
	}
	return Math.max(now + LOOK_MS, next);
}

/** The bridge that has been silent for longest, reporting or not: it makes room where there is none. */
export function longestSilent(state: ClusterState, now: number): string | undefined {
	let found: { bridge: string; lastPushAt: number } | undefined;
	for (const link of state.links.values()) {
		// After the clock was set back a push of before it lies ahead: nothing was heard since.
		const silent = now >= liveness.staleFrom(link) || link.lastPushAt > now;
		if (silent && link.lastPushAt < (found?.lastPushAt ?? Number.POSITIVE_INFINITY)) found = link;
	}
	return found?.bridge;
}

interface Connections {
	/** Names of bridges that have a socket. */
	readonly connected: ReadonlySet<string>;
	/** Instant at which a name is free because its last socket closed, ms; infinity: it has one, or never had. */
	freedAt(bridge: string): number;
}

/** The instant at which another bridge may take the name of this one if it stays silent, ms. */
export function nameFreeAt(link: Link | undefined, connections: Connections, now: number): number {
	if (!link) return now;
	// After the clock was set back a push of before it lies ahead: nothing was heard since.
	const expiry = link.lastPushAt > now && !connections.connected.has(link.bridge) ? now : liveness.staleFrom(link);
	return Math.min(expiry, connections.freedAt(link.bridge));
}

/** The first instant at which a bridge that speaks now would count as silent, ms. */
function firstSilence(state: ClusterState, now: number): number | undefined {
	let first = Number.POSITIVE_INFINITY;
	for (const link of state.links.values()) if (staleSince(link, now) === undefined) first = Math.min(first, staleFrom(link));
	return Number.isFinite(first) ? first : undefined;
}

/** Time between two alarms for bridges that have left, ms. */
const LEFT_APART_MS = 1000;

interface LivenessHost {
	now(): number;
	setAlarm(at: number): void;
	state(): ClusterState;
	/** When something else ends by itself, a command or somebody's patience, ms; infinity: nothing does. */
	deadline(): number;
	/** Writes entries to the log. */
	record(entries: Entry[]): void;
}

/**
 * Watches for bridges that fall silent: when to look, and what was seen is written down. By alarms alone: a timer would keep the object in
 * memory, and billed, as long as somebody looks. Browsers judge silence by themselves.
 */
export class Liveness {
	readonly #host: LivenessHost;
	/** The alarm that is set, ms; 0: none; undefined: memory began anew, and only the log has it. */
	#alarmAt: number | undefined;
	/** Bridges whose last socket has closed, and when they are silent, ms: in the order in which they left. */
	readonly #left = new Map<string, number>();

	constructor(host: LivenessHost) {
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

	/** A new alarm replaces the one that was set for a deadline, which a restart forgets: the earlier of the two is set. */
	#soonest(at: number, now: number): number {
		return Math.min(at, Math.max(now + 1, this.#host.deadline()));
	}

	/** A bridge's last socket is gone: if it does not come back, that is known to the second. */
	left(link: Link): void {
		const silent = staleFrom(link) + 1;
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
		// Bridges that left at once share an alarm.
		const left = Math.max(now + LEFT_APART_MS, Math.min(...this.#left.values()));
		const next = Math.min(nextLook(this.#host.state(), now) ?? Number.POSITIVE_INFINITY, this.#host.deadline(), left);
		if (Number.isFinite(next)) this.setAlarm(next);
		else this.#alarmAt = 0;
	}

	get #alarm(): number {
		return this.#alarmAt ?? this.#host.state().alarmAt;
	}
}

/** Commands whose time is up: an undelivered one is final, a delivered one may still be carried out. */
export function expired({ commands }: ClusterState, now: number): CommandEndEntry[] {
	const absent: string[] = [];
	const late: string[] = [];
	for (const { id, state, until } of commands.waiting()) if (until <= now) (state === "accepted" ? absent : late).push(id);
	const entries: CommandEndEntry[] = [];
	if (absent.length > 0) entries.push({ type: "command-end", at: now, ids: absent, end: "absent" });
	if (late.length > 0) entries.push({ type: "command-end", at: now, ids: late, end: "timed-out" });
	return entries;
}
