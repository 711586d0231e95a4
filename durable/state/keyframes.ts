/**
 * Keyframes: the whole state at some positions of the log, so that the state at any position is a keyframe and the entries after it.
 *
 * One is due when reading the entries since the last would cost about as much as reading a keyframe: a busy log gets them by size, a quiet
 * one by count. With each the history writes down its head. Rows hold 2 MB at most, so a keyframe is cut into parts.
 */
import type { Sql } from "../storage/sql.ts";
import { ClusterState, type StoredState } from "./cluster-state.ts";
import { bodyOf, deflated, type MomentBounds, Moments, PART_BYTES, PARTS } from "./moments.ts";

export interface KeyframePace {
	/** Entries after a keyframe before the next is due. */
	soonest: number;
	/** The most entries there may be between two. */
	latest: number;
	/** Characters of entries that make one due whatever their number. */
	large: number;
	/** One is due after so long, ms, and so many entries: of the past one in ten minutes is kept. Rows are billed, so a quiet log has fewer. */
	apart: number;
	few: number;
}

export const KEYFRAME_PACE: KeyframePace = { soonest: 120, latest: 1_000, large: 5_000_000, apart: 600_000, few: 100 };

/** Bytes of a keyframe that are compressed in a millisecond or two. */
const SMALL_BYTES = 256_000;
/** Last words of a colony are kept no closer to the keyframe before than this, ms. */
const LAST_WORDS_APART_MS = 5_000;

export const KEYFRAME_SQL = {
	newest: "SELECT part FROM keyframe WHERE part < ? ORDER BY part DESC LIMIT 1",
	read: "SELECT packed, body FROM keyframe WHERE part >= ? AND part < ? ORDER BY part",
	add: "INSERT INTO keyframe (part, packed, body) VALUES (?, ?, ?)",
	drop: "DELETE FROM keyframe WHERE part < ?",
	room: "INSERT INTO keyframe (part, packed, body) VALUES (-1, 0, zeroblob(131072))",
} as const;

export class Keyframes {
	readonly #sql: Sql;
	readonly #pace: KeyframePace;
	/** Positions of keyframes that may still be needed, oldest first. Position 0, the empty state, is always one. */
	#positions: number[] = [0];
	#bytes = 0;
	/** Estimated resident bytes of the state that the newest keyframe has. */
	#resident = 0;
	#entriesSince = 0;
	#charsSince = 0;
	/** Instant of the newest, ms. */
	#at = 0;
	/** All of them, older ones too. */
	readonly moments: Moments;

	constructor(sql: Sql, pace: KeyframePace = KEYFRAME_PACE, bounds: Partial<MomentBounds> = {}) {
		this.#sql = sql;
		this.#pace = pace;
		this.moments = new Moments(sql, bounds);
	}

	/**
	 * Estimated size of the state as a keyframe, bytes: that of the newest one, less by the share of the state that has gone since, or more by what
	 * has come, which is no more than the entries since say.
	 */
	sizeOf(state: ClusterState): number {
		const gained = state.bytes - this.#resident;
		const scale = this.#resident > 0 ? this.#bytes / this.#resident : 1;
		return this.#bytes + (gained < 0 ? gained * scale : Math.min(gained * Math.max(1, scale), this.#charsSince));
	}

	/** Position of the newest keyframe that is not after a position: what came before is no longer needed to come back to it. */
	notAfter(position: number): number {
		return this.#positions.findLast((each) => each <= position) ?? 0;
	}

	/** The state at the newest keyframe that is not after a position; the empty one where there is no position to come back to. */
	load(position: number | undefined): ClusterState {
		if (position === undefined) return new ClusterState();
		const [found] = this.#sql.all<{ part: number }>(KEYFRAME_SQL.newest, (position + 1) * PARTS);
		if (!found) return new ClusterState();
		const at = Math.floor(found.part / PARTS);
		const rows = this.#sql.all<{ packed: number; body: Uint8Array }>(KEYFRAME_SQL.read, at * PARTS, (at + 1) * PARTS);
		this.#positions = [at];
		const { json, bytes } = readable(rows, at);
		this.#bytes = bytes;
		const state = ClusterState.restore(json);
		this.#resident = state.bytes;
		this.#at = state.at;
		return state;
	}

	/** An entry has been read or is about to be written. @param at its instant, ms. */
	count(chars: number, at: number): void {
		if (this.#at === 0) this.#at = at;
		this.#entriesSince++;
		this.#charsSince += chars;
	}

	/** @param at instant of the newest entry, ms. */
	due(at: number): boolean {
		const { soonest, latest, large, apart, few } = this.#pace;
		if (this.#entriesSince >= latest || (this.#entriesSince >= few && at - this.#at >= apart)) return true;
		if (this.#charsSince >= Math.max(large, this.#bytes)) return true;
		return this.#entriesSince >= soonest && this.#charsSince >= this.#bytes / 4;
	}

	/**
	 * Keeps the state as the colony was heard for the last time, while it is still that, or a keyframe of seconds ago: who comes and goes all the
	 * time is not worth more. @returns to be called inside a transaction, with the oldest entry of the log.
	 */
	lastWords(state: ClusterState): (oldest: number) => void {
		// A restart may have gone back to an older one, and taken in the entries up to one that is there.
		const newest = this.moments.notAfter(state.position);
		if (newest && (newest.position === state.position || state.at - newest.at < LAST_WORDS_APART_MS)) {
			return () => this.moments.keep(newest.position);
		}
		const keyframe = keyframeOf(state, 1);
		return (oldest) => this.write(keyframe, oldest);
	}

	/** Inside a transaction. @param oldest the oldest entry of the log: keyframes before it give their own state alone. */
	write(keyframe: Keyframe, oldest: number): void {
		const { position, at, last, body, resident } = keyframe;
		// A small one is compressed at once, which takes no time: later it would be two rows more.
		const packed = body.byteLength <= SMALL_BYTES ? 1 : 0;
		const stored = packed ? deflated(body) : body;
		for (let i = 0; i * PART_BYTES < stored.byteLength; i++) {
			this.#sql.run(KEYFRAME_SQL.add, position * PARTS + i, packed, stored.slice(i * PART_BYTES, (i + 1) * PART_BYTES));
		}
		this.moments.add({ position, at, bytes: stored.byteLength, last, packed }, oldest);
		this.#at = at;
		this.#positions = [...this.#positions.filter((each) => each >= oldest - 1), position];
		this.#bytes = body.byteLength;
		this.#resident = resident;
		this.#entriesSince = 0;
		this.#charsSince = 0;
	}
}

/** A state, written out. */
export interface Keyframe {
	position: number;
	at: number;
	/** See `Moment`. */
	last: number;
	body: Uint8Array;
	/** Estimated resident bytes of the state. */
	resident: number;
}

export function keyframeOf(state: ClusterState, last = 0): Keyframe {
	const body = new TextEncoder().encode(JSON.stringify(state.store()));
	return { position: state.position, at: state.at, last, body, resident: state.bytes };
}

/** A keyframe that cannot be read: others may be. */
export class DamagedKeyframe extends Error {
	override readonly name = "DamagedKeyframe";
	readonly position: number;

	constructor(position: number, cause: unknown) {
		super(`keyframe ${position} cannot be read`, { cause });
		this.position = position;
	}
}

function readable(rows: readonly { packed: number; body: Uint8Array }[], position: number): { json: StoredState; bytes: number } {
	try {
		const parts = rows.map(bodyOf);
		const text = new TextDecoder();
		const whole = parts.map((body, i) => text.decode(body, { stream: i < parts.length - 1 })).join("");
		return { json: JSON.parse(whole) as StoredState, bytes: parts.reduce((sum, { byteLength }) => sum + byteLength, 0) };
	} catch (error) {
		throw new DamagedKeyframe(position, error);
	}
}

/** Inside a transaction: writes as much as a large push and leaves nothing. @throws where the disk does not take it. */
export function tryRoom(sql: Sql): void {
	sql.run(KEYFRAME_SQL.room);
	sql.run(KEYFRAME_SQL.drop, 0);
}
