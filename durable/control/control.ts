/** Those who wait for a command's end: woken by the end itself, or by their own patience. */
import type { AuditEntry } from "../../colony-bridge/protocol/http/audit.ts";
import { commandWords, isUnderWay } from "../../colony-bridge/protocol/query/command-words.ts";
import { sameValue } from "../../colony-bridge/protocol/query/delta.ts";
import type { CommandRow } from "../../colony-bridge/protocol/query/rows.ts";
import { compareText } from "../../colony-bridge/protocol/values/text.ts";
import type { Peer } from "../../colony-bridge/protocol/wire/delivery/hello.ts";
import { quote } from "../../colony-bridge/protocol/wire/delivery/refusal.ts";
import type { Command, DownFrame } from "../../colony-bridge/protocol/wire/down.ts";
import { MISSED_INTERVALS } from "../../colony-bridge/protocol/wire/liveness.ts";
import type { Refusal } from "../../colony-bridge/protocol/wire/problem.ts";
import type { Audit } from "../audit/audit.ts";
import type { Socket } from "../live/socket.ts";
import { sendQuietly } from "../live/viewer.ts";
import type { Entry } from "../log/entry.ts";
import type { Annotate, Annotated, Order, Ordered } from "../port.ts";
import type { ClusterState } from "../state/cluster-state.ts";
import { type CommandRecord, MOST_COMMANDS, MOST_UNDER_WAY } from "../state/commands.ts";
import { type Link, staleSince } from "../state/link.ts";
import { commandRow } from "../view/lists.ts";
import { AnnotationBudget, annotate } from "./annotate.ts";

/** Past this many, an answer is given at once. */
const MOST = 2_000;

class Followers {
	readonly #defer: (work: () => void, ms: number) => void;
	readonly #waiting = new Map<string, Set<() => void>>();
	#count = 0;

	constructor(defer: (work: () => void, ms: number) => void) {
		this.#defer = defer;
	}

	wait(id: string, ms: number): Promise<void> {
		if (this.#count >= MOST) return Promise.resolve();
		return new Promise((resolve) => {
			const group = this.#waiting.get(id) ?? new Set();
			this.#waiting.set(id, group);
			this.#count++;
			const wake = () => {
				if (!group.delete(wake)) return;
				this.#count--;
				if (group.size === 0 && this.#waiting.get(id) === group) this.#waiting.delete(id);
				resolve();
			};
			group.add(wake);
			this.#defer(wake, ms);
		});
	}

	notify(id: string): void {
		for (const wake of [...(this.#waiting.get(id) ?? [])]) wake();
	}
}

/**
 * Commands to the colony, and their results.
 *
 * A command is written down before it is answered for, and written down as delivered before it is sent: whatever breaks in between, it is sent
 * again only to the same run of the bridge, which carries out each id once. A run that ends with a command unanswered leaves it `unknown`.
 * A bridge that is away has {@link ControlPace.deliverMs} to come back, three of its intervals where those are longer.
 */
export interface ControlPace {
	/** A command that could not be handed over within this is given up. ms. */
	deliverMs: number;
	/** After it was handed over, an answer is waited for so long. ms. */
	resultMs: number;
}

const CONTROL_PACE: ControlPace = { deliverMs: 30_000, resultMs: 60_000 };
const LONGEST_DELIVER_MS = 10 * 60_000;

export interface Clock {
	/** ms since 1970. */
	now(): number;
	/** Calls `work` once, later. */
	defer(work: () => void, ms: number): void;
}

/** The cluster as control needs it. */
interface ControlHost {
	state(): ClusterState;
	audit(): Audit;
	/** Writes one entry, and with it what `also` writes. @throws where it could not: nothing was changed then. */
	write(entry: Entry, also?: () => void): void;
	/** Wakes the cluster then. */
	by(at: number): void;
	/** The open socket of this run of the bridge, if it has one. */
	socketOf(to: Peer): Socket | undefined;
}

export class Control {
	readonly #clock: Clock;
	readonly #host: ControlHost;
	readonly #pace: ControlPace;
	readonly #followers: Followers;
	readonly #annotations = new AnnotationBudget();

	constructor(clock: Clock, host: ControlHost, pace: Partial<ControlPace> = {}) {
		this.#clock = clock;
		this.#host = host;
		this.#pace = { ...CONTROL_PACE, ...pace };
		this.#followers = new Followers((work, ms) => clock.defer(work, ms));
	}

	/** Accepts a command, or refuses it with the reason. @throws where it could not be logged. */
	order({ command, bridge, key, actor }: Order): Ordered {
		const now = this.#clock.now();
		const state = this.#host.state();
		const by = { name: actor.name, role: actor.role, via: actor.via };
		const before = key === undefined ? undefined : state.commands.byKey(key, by, now);
		if (before) {
			const same = sameValue(before.command, command) && (bridge === undefined || bridge === before.bridge);
			if (same) return { type: "command", command: commandRow(before) };
			const original = commandWords(before.command);
			return refused("conflict", `Idempotency-Key ${quote(key ?? "")} stands for another command (${original}): take a new key`);
		}
		const link = addressee(command, bridge, state, now);
		if ("type" in link) return link;
		if (state.commands.underWay >= MOST_UNDER_WAY || state.commands.size >= MOST_COMMANDS) {
			return refused(
				"too-many",
				`${state.commands.underWay} commands are under way and ${state.commands.size} are kept: wait for some to end`,
			);
		}
		const same = state.commands.atOnce(link.bridge, command);
		if (same) {
			const what = commandWords(same.command);
			return refused(
				"conflict",
				`"${what}" is under way already (${same.id}, ${same.state}): wait for its end, at most ${Math.ceil((same.until - now) / 1000)} s`,
			);
		}
		// A bridge without a socket takes commands with its pushes.
		const patience = Math.max(this.#pace.deliverMs, Math.min(MISSED_INTERVALS * link.intervalMs, LONGEST_DELIVER_MS));
		const id = crypto.randomUUID();
		const audit = this.#host.audit();
		const target = command.action === "restart" ? command.worker : `${command.workers} workers`;
		this.#host.write(
			{
				type: "command",
				at: now,
				id,
				command,
				bridge: link.bridge,
				by,
				...(key !== undefined && { key }),
				audit: audit.next,
				until: now + patience,
			},
			() => audit.requested({ actor, action: command.action, target, command: id }, now),
		);
		const to = { bridge: link.bridge, epoch: link.epoch };
		const socket = this.#host.socketOf(to);
		if (socket) sendFrames(socket, this.#quietly(to, false));
		const accepted = this.#host.state().commands.get(id) as CommandRecord;
		// One alarm, where delivery has not set an earlier one.
		this.#host.by(accepted.until);
		return { type: "command", command: commandRow(accepted) };
	}

	/** Commands for this run of the bridge on a new link or in an answer over HTTP, with those delivered before without a result. */
	redeliver(to: Peer): DownFrame[] {
		return this.#quietly(to, true);
	}

	/** If it cannot be recorded, nothing is sent and all links are closed: a bridge tries again when it reconnects. */
	#quietly(to: Peer, again: boolean): DownFrame[] {
		try {
			return this.#deliver(to, again);
		} catch (error) {
			console.error(`commands for bridge ${quote(to.bridge)} could not be logged as delivered`, error);
			return [];
		}
	}

	#deliver(to: Peer, again: boolean): DownFrame[] {
		const { commands, links } = this.#host.state();
		if (commands.underWay === 0 || links.get(to.bridge)?.epoch !== to.epoch) return [];
		const now = this.#clock.now();
		const waiting = [...commands.waiting(to.bridge)].filter(({ until }) => until > now);
		const ids = waiting.filter(({ state }) => state === "accepted").map(({ id }) => id);
		if (ids.length > 0) {
			const until = now + this.#pace.resultMs;
			this.#host.write({ type: "delivered", at: now, bridge: to.bridge, epoch: to.epoch, ids, until });
			this.#host.by(until);
		}
		const frames: DownFrame[] = [];
		for (const { id, command, state } of waiting) if (again || state === "accepted") frames.push({ type: "command", id, command });
		return frames;
	}

	/** @returns the command once it has ended, or as it stands after `waitMs`; undefined: there is none. */
	async follow(id: string, waitMs: number): Promise<CommandRow | undefined> {
		const record = this.#host.state().commands.get(id);
		if (record && isUnderWay(record.state) && waitMs > 0) await this.#followers.wait(id, waitMs);
		const now = this.#host.state().commands.get(id);
		return now && commandRow(now);
	}

	/** Commands ended with an entry: notes it in the audit, inside the entry's transaction. */
	settle(ended: readonly CommandRecord[]): void {
		const audit = this.#host.audit();
		for (const record of ended) {
			audit.settle(record.audit, record.ends - 1, record.state, record.message, record.endedAt ?? this.#clock.now());
		}
	}

	/** Called when the entry is durable. */
	announce(ended: readonly CommandRecord[]): void {
		for (const { id } of ended) this.#followers.notify(id);
	}

	/** Writes, changes or deletes an annotation. @throws where it could not be logged. */
	annotate(ask: Annotate): Annotated {
		return annotate(ask, this.#host, this.#annotations, this.#clock.now());
	}

	/** Writes into the record of who did what. */
	audit(entry: AuditEntry): void {
		this.#host.audit().record(entry, this.#clock.now());
	}
}

function sendFrames(socket: Socket, frames: DownFrame[]): void {
	if (frames.length > 0) sendQuietly(socket, frames.map((frame) => JSON.stringify(frame)).join("\n"));
}

function refused(kind: Refusal["kind"], detail: string): Refusal {
	return { type: "refused", kind, detail };
}

/** Which bridge a command goes to, or why to none. */
const refusal = (kind: Refusal["kind"], detail: string): Refusal => ({ type: "refused", kind, detail });

/** @param bridge the one the caller named. @param now ms. */
function addressee(command: Command, bridge: string | undefined, state: ClusterState, now: number): Link | Refusal {
	const link = command.action === "restart" ? ownerOf(command.worker, bridge, state) : scalerOf(bridge, state, now);
	if ("type" in link) return link;
	const since = staleSince(link, now);
	if (since === undefined) return link;
	const seconds = Math.round((now - since) / 1000);
	return refusal(
		"not-heard",
		`bridge ${quote(link.bridge)} has not been heard for ${seconds} s: nothing can be told to its colony until it is`,
	);
}

function ownerOf(worker: string, bridge: string | undefined, state: ClusterState): Link | Refusal {
	const owned = state.workers.get(worker);
	const link = owned && state.links.get(owned.bridge);
	if (!link || (bridge !== undefined && bridge !== link.bridge)) {
		const whose = bridge === undefined ? "" : ` of bridge ${quote(bridge)}`;
		return refusal("not-found", `there is no worker ${quote(worker)}${whose}: check its id in /api/workers`);
	}
	if (!link.capabilities.includes("restart"))
		return refusal("unsupported", `the colony of bridge ${quote(link.bridge)} cannot restart workers`);
	return link;
}

function scalerOf(bridge: string | undefined, state: ClusterState, now: number): Link | Refusal {
	const named = bridge === undefined ? undefined : state.links.get(bridge);
	if (bridge !== undefined && !named) return refusal("not-found", `there is no bridge ${quote(bridge)} in this cluster`);
	const scalers = (named ? [named] : [...state.links.values()]).filter(({ capabilities }) => capabilities.includes("scale"));
	// A stale one does not block one that pushes.
	const speaking = scalers.filter((link) => staleSince(link, now) === undefined);
	const [first, ...others] = speaking.length > 0 ? speaking : scalers;
	if (!first) {
		return refusal(
			"unsupported",
			named ? `the colony of bridge ${quote(named.bridge)} cannot scale` : "no colony of this cluster can scale",
		);
	}
	if (others.length === 0) return first;
	const names = [first, ...others].map((link) => link.bridge).sort(compareText);
	const listed = names.slice(0, 10).map(quote).join(", ") + (names.length > 10 ? ` and ${names.length - 10} more` : "");
	return refusal(
		"conflict",
		`${names.length} bridges can scale: ${listed}; say which, as in {"workers": 15, "bridge": ${quote(names[0] ?? "")}}`,
	);
}
