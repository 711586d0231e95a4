/** What one row of the log says. Everything the cluster knows is the sum of its entries, in order. */
import type { Actor } from "../../colony-bridge/protocol/access.ts";
import type { Command } from "../../colony-bridge/protocol/down.ts";
import type { Layout } from "../../colony-bridge/protocol/layout.ts";
import type { SeriesDefinition } from "../../colony-bridge/protocol/series.ts";
import type { Hello, UpFrame, UpFrameOf, WidgetDrawing } from "../../colony-bridge/protocol/up.ts";

/** A frame as it was accepted. A series carries the history's number too, so that reading the log alone gives the same state. */
export type LoggedFrame = Exclude<UpFrame, { type: "series" | "gap" }> | LoggedSeries | LoggedGap;
export interface LoggedSeries {
	type: "series";
	seq: number;
	series: ({ id: number; number: number } & SeriesDefinition)[];
	/** Ids past the cluster's limit: their samples are left out. */
	left?: number[];
}
/** What the bridge dropped or, `late`, what is from before every sample that the history keeps. */
export type LoggedGap = UpFrameOf<"gap"> & { late?: true };
export type LoggedTick = UpFrameOf<"tick">;

/** One push: what was accepted of it, and up to which number of the sequence it was read. */
export interface PushEntry {
	type: "push";
	/** The cluster's clock, ms. */
	at: number;
	bridge: string;
	epoch: number;
	/** Only where it changes what is known of the bridge. */
	hello?: Hello;
	/** Last sequence number taken in, refused frames included. */
	seq: number;
	frames: LoggedFrame[];
	/** Frames refused and frames repeated since the entry before. */
	refused?: number;
	repeats?: number;
	/** The alarm that was set with this push, ms: known after a restart without asking the host. */
	alarm?: number;
}

/** The dashboard's own pages and widgets, which no bridge brings, and new drawings of its custom widgets. */
export interface OwnEntry {
	type: "own";
	at: number;
	layout?: Layout;
	widgets?: WidgetDrawing[];
}

/** Written by the alarm: a bridge that reported has missed three intervals. */
export interface SilentEntry {
	type: "silent";
	at: number;
	bridge: string;
	/** Instant of its last push, ms. */
	since: number;
}

/** A bridge has been gone so long, or others need its place, that what it said is let go. */
export interface ForgetEntry {
	type: "forget";
	at: number;
	bridge: string;
}

/** Somebody asked for a command. */
export interface CommandEntry {
	type: "command";
	at: number;
	id: string;
	command: Command;
	/** Whose colony it is for. */
	bridge: string;
	by: Pick<Actor, "name" | "role" | "via">;
	/** Their `Idempotency-Key`. */
	key?: string;
	/** Number of its entry in the audit. */
	audit: number;
	/** When it is given up where it cannot be delivered, ms. */
	until: number;
}

/** Commands are handed to one run of a bridge: written before they are sent. */
export interface DeliveredEntry {
	type: "delivered";
	at: number;
	bridge: string;
	epoch: number;
	ids: string[];
	/** When an answer is no longer waited for, ms. */
	until: number;
}

/** Commands whose time is up. */
export interface CommandEndEntry {
	type: "command-end";
	at: number;
	ids: string[];
	end: "absent" | "timed-out";
}

export type Entry = PushEntry | OwnEntry | SilentEntry | ForgetEntry | CommandEntry | DeliveredEntry | CommandEndEntry;
