/** First line of each record of the spool: what it says. */
import type { Dropped } from "./outbox-entry.ts";
import type { LaneName } from "./waiting.ts";

/** All that is not told by the entries themselves: the first record of every segment, so that older ones may go. */
export interface OpenNote {
	k: "open";
	/** Whose spool it is. */
	bridge: string;
	/** Tells it from other bridges of the name. */
	instance: string;
	/** 0: the cluster has given none out yet. */
	epoch: number;
	/** When the process that wrote it began, ms. */
	started: number;
	/** Newest number given out, and newest entry. */
	seq: number;
	id: number;
	dropped?: Dropped;
	gaps: { count: number; samples: number; events: number };
	/** How far what the colony has said reaches, in its own words. */
	position?: unknown;
}

/** A frame; its text follows. */
export interface PutNote extends Dropped {
	k: "put";
	id: number;
	type: string;
	/** Of its line. */
	bytes: number;
	whole?: true;
	/** Where it had a number when it was written (again). */
	seq?: number;
	skewMs?: number;
	/** With this frame all is put that the colony has said up to there. */
	position?: unknown;
}

/** The colony's position has changed with nothing to be put. */
export interface PositionNote {
	k: "position";
	position: unknown;
}

/** These entries got numbers, from `seq` on; id 0 stands for the gap over what was dropped so far. */
export interface NumberNote {
	k: "number";
	seq: number;
	skewMs: number;
	ids: number[];
	gap?: Dropped;
}

/** What these lanes held up to entry `through` had to go. */
export interface DropNote {
	k: "drop";
	dropped: Dropped;
	gaps: OpenNote["gaps"];
	through: number;
	lanes: LaneName[];
}

/** The cluster has named the epoch that an epoch note, or the spool itself, began. */
export interface RunNote {
	k: "run";
	epoch: number;
}

/** A new epoch: numbers start again, and what does not outlive an epoch is void. */
export interface EpochNote {
	k: "epoch";
	epoch: number;
	/** Up to here the cluster had everything of the epoch before. */
	acked: number;
}

export type Note = OpenNote | PutNote | NumberNote | DropNote | EpochNote | RunNote | PositionNote;
