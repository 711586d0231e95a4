/** Schema of the spool's records: the first line of each, as JSON. */
import type { Dropped } from "./outbox-entry.ts";
import type { LaneName } from "./waiting.ts";

/** First record of every segment. It holds all state that entries do not, so that older segments may be deleted. */
export interface OpenRecord {
	k: "open";
	bridge: string;
	/** Distinguishes bridges of the same name. */
	instance: string;
	/** 0: not assigned by the cluster yet. */
	epoch: number;
	/** Start of the process that wrote it, ms. */
	started: number;
	/** Newest sequence number, and newest entry. */
	seq: number;
	id: number;
	dropped?: Dropped;
	gaps: { count: number; samples: number; events: number };
	/** The colony's read position, in its own format. */
	position?: unknown;
}

/** A frame, followed by its text. */
export interface PutRecord extends Dropped {
	k: "put";
	id: number;
	type: string;
	/** Bytes of the line. */
	bytes: number;
	whole?: true;
	/** Set if the frame had a number when the record was written or rewritten. */
	seq?: number;
	skewMs?: number;
	/** The colony's read position after this frame. */
	position?: unknown;
}

/** The colony's read position moved without a frame. */
export interface PositionRecord {
	k: "position";
	position: unknown;
}

/** Numbers the entries `ids`, from `seq` on. Id 0 is the gap frame for the dropped range. */
export interface NumberRecord {
	k: "number";
	seq: number;
	skewMs: number;
	ids: number[];
	gap?: Dropped;
}

/** Entries up to `through` were evicted from these lanes. */
export interface DropRecord {
	k: "drop";
	dropped: Dropped;
	gaps: OpenRecord["gaps"];
	through: number;
	lanes: LaneName[];
}

/** The cluster has assigned the epoch that an epoch record, or the spool itself, began. */
export interface RunRecord {
	k: "run";
	epoch: number;
}

/** A new epoch: numbers restart at 1, and frames that depend on the old epoch are void. */
export interface EpochRecord {
	k: "epoch";
	epoch: number;
	/** Last number of the previous epoch that the cluster acknowledged. */
	acked: number;
}

export type SpoolRecord = OpenRecord | PutRecord | NumberRecord | DropRecord | EpochRecord | RunRecord | PositionRecord;
