/**
 * Commands to the colony as of the log: the newest, those under way, and those whose key a retry may still bring.
 *
 * A command is sent only to the run of the bridge that it was written down as delivered to, so that no second run carries it out again; what a
 * run has not answered when the next one begins is `unknown`.
 */

import { isUnderWay } from "../../colony-bridge/protocol/query/command-words.ts";
import type { CommandState } from "../../colony-bridge/protocol/query/control.ts";
import { shorten } from "../../colony-bridge/protocol/values/text.ts";
import type { Command } from "../../colony-bridge/protocol/wire/down.ts";
import type { CommandEndEntry, CommandEntry, DeliveredEntry } from "../log/entry.ts";

export interface CommandRecord {
	readonly id: string;
	readonly command: Command;
	readonly bridge: string;
	readonly state: CommandState;
	/** Who asked, and how they proved it. */
	readonly by: CommandEntry["by"];
	readonly key?: string;
	/** Number of its entry in the audit, and how many ends it has come to: a result may follow a time-out. */
	readonly audit: number;
	readonly ends: number;
	/** ms, like all instants here. */
	readonly at: number;
	/** When it ends where nothing more is heard. */
	readonly until: number;
	/** Run of the bridge that has it. */
	readonly epoch?: number;
	readonly deliveredAt?: number;
	readonly endedAt?: number;
	/** The colony's words. */
	readonly message?: string;
}

export type StoredCommands = CommandRecord[];

/** Ended ones that are kept where no key asks for more. */
const RECENT = 1_000;
/** A key is remembered this long, ms. */
export const KEY_MS = 86_400_000;
/** Past these a new command is not taken. */
export const MOST_UNDER_WAY = 2_000;
export const MOST_COMMANDS = 5_000;
/** Characters of the colony's words. */
const WORDS = 500;

export class Commands {
	/** Oldest first. */
	readonly #records = new Map<string, CommandRecord>();
	readonly #underWay = new Set<string>();
	readonly #keys = new Map<string, string>();
	#ended: CommandRecord[] = [];
	#version = 0;

	/** Rises whenever something changed. Not part of the state. */
	get version(): number {
		return this.#version;
	}
	get size(): number {
		return this.#records.size;
	}
	get underWay(): number {
		return this.#underWay.size;
	}
	/** The next instant at which one ends by itself, ms. */
	get deadline(): number | undefined {
		let first: number | undefined;
		for (const { until } of this.waiting()) if (first === undefined || until < first) first = until;
		return first;
	}

	get(id: string): CommandRecord | undefined {
		return this.#records.get(id);
	}

	/** The command that was asked for with this key within a day. */
	byKey(key: string, by: CommandRecord["by"], now: number): CommandRecord | undefined {
		const found = this.#records.get(this.#keys.get(keyOf(key, by)) ?? "");
		return found && now - found.at < KEY_MS ? found : undefined;
	}

	/** Under way, oldest first. @param bridge whose; absent: everybody's. */
	*waiting(bridge?: string): Generator<CommandRecord> {
		for (const id of this.#underWay) {
			const record = this.#records.get(id);
			if (record && (bridge === undefined || record.bridge === bridge)) yield record;
		}
	}

	/** One under way that this one would only repeat or cross: a restart of the same worker, or any scaling. */
	atOnce(bridge: string, command: Command): CommandRecord | undefined {
		for (const record of this.waiting(bridge)) {
			const { command: other } = record;
			if (other.action === "scale" ? command.action === "scale" : command.action === "restart" && command.worker === other.worker)
				return record;
		}
		return undefined;
	}

	newest(limit: number): CommandRecord[] {
		return Array.from(this.#records.values()).slice(-limit).reverse();
	}

	accept({ id, at, command, bridge, by, key, audit, until }: CommandEntry): void {
		this.#drop(at);
		const record: CommandRecord = { id, command, bridge, state: "accepted", by, audit, ends: 0, at, until };
		this.#set(key === undefined ? record : { ...record, key });
	}

	deliver({ ids, at, epoch, until }: DeliveredEntry): void {
		for (const id of ids) {
			const record = this.#records.get(id);
			if (record?.state === "accepted") this.#set({ ...record, state: "delivered", epoch, deliveredAt: at, until });
		}
	}

	/** Time is up. */
	expire({ ids, at, end }: CommandEndEntry): void {
		for (const id of ids) {
			const record = this.#records.get(id);
			if (record && isUnderWay(record.state)) this.#end(record, end, at);
		}
	}

	/** A run of the bridge begins: commands of the one before are not delivered to it. */
	newRun(bridge: string, at: number): void {
		for (const record of [...this.waiting(bridge)]) if (record.state === "delivered") this.#end(record, "unknown", at);
	}

	/** The colony's answer. @returns the command, where it was this bridge's to answer and nothing was known yet. */
	result(bridge: string, id: string, ok: boolean, message: string | undefined, at: number): CommandRecord | undefined {
		const record = this.#records.get(id);
		if (record?.bridge !== bridge || record.deliveredAt === undefined) return undefined;
		if (record.state === "done" || record.state === "failed") return undefined;
		return this.#end(record, ok ? "done" : "failed", at, message);
	}

	/** Commands that ended since this was asked last. Not part of the state. */
	takeEnded(): CommandRecord[] {
		const ended = this.#ended;
		this.#ended = [];
		return ended;
	}

	store(): StoredCommands {
		return [...this.#records.values()];
	}
	restore(stored: StoredCommands): void {
		for (const record of stored) this.#set(record);
	}

	#end(record: CommandRecord, state: CommandState, at: number, message?: string): CommandRecord {
		const words = message === undefined ? {} : { message: shorten(message, WORDS) };
		const ended: CommandRecord = { ...record, state, endedAt: at, ends: record.ends + 1, ...words };
		this.#set(ended);
		this.#ended.push(ended);
		return ended;
	}

	#set(record: CommandRecord): void {
		this.#records.set(record.id, record);
		if (record.key !== undefined) this.#keys.set(keyOf(record.key, record.by), record.id);
		if (isUnderWay(record.state)) this.#underWay.add(record.id);
		else this.#underWay.delete(record.id);
		this.#version++;
	}

	/** Makes room for one more. */
	#drop(now: number): void {
		if (this.#records.size < RECENT) return;
		for (const { id, state, key, by, at } of this.#records.values()) {
			if (isUnderWay(state) || (key !== undefined && now - at < KEY_MS)) continue;
			this.#records.delete(id);
			if (key !== undefined && this.#keys.get(keyOf(key, by)) === id) this.#keys.delete(keyOf(key, by));
			if (this.#records.size < RECENT) return;
		}
	}
}

/** One person's keys are not another's. */
function keyOf(key: string, { name, via }: CommandRecord["by"]): string {
	return `${via} ${key} ${name}`;
}
