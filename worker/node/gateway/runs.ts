/** Runs of local bridges as the gateway keeps them, and the tables of its store. */
import { FRAMES_TABLE, type StoredSize } from "../../../colony-bridge/bridge/outbox/stored-frames.ts";
import type { NewestRun } from "../../../colony-bridge/protocol/wire/delivery/hello.ts";
import type { Hello } from "../../../colony-bridge/protocol/wire/up.ts";
import type { Part } from "../../../durable/storage/sql.ts";

/** One run of a bridge: an epoch. */
export interface Run extends StoredSize {
	readonly id: number;
	readonly bridge: string;
	readonly epoch: number;
	/** Hello as the bridge sent it; its epoch is the gateway's. */
	hello: Hello;
	/** The dashboard's epoch of this run; 0: it has given none out. */
	upstream: number;
	/** Last number taken. */
	last: number;
	/** The run before of which something was taken. */
	before?: NewestRun["before"];
	/** Last number that the dashboard has acknowledged. */
	acked: number;
	/** The dashboard has lost what it had of this run: the bridge must begin a new one. */
	lost: boolean;
	/** It has sent goodbye. */
	gone: boolean;
	/** When something of it was heard last, or this process began, ms. */
	heardAt: number;
}

export type RunRow = {
	id: number;
	bridge: string;
	epoch: number;
	hello: string;
	last: number;
	acked: number;
	lost: number;
	upstream: number;
	gone: number;
	before: string | null;
};

export const GATEWAY: Part = {
	name: "gateway",
	tables: ["runs", "frames", "gateway"],
	steps: [
		{
			id: "runs and frames",
			run: [
				`CREATE TABLE runs (id INTEGER PRIMARY KEY, bridge TEXT NOT NULL, epoch INTEGER NOT NULL, hello TEXT NOT NULL, last INTEGER NOT NULL,
					acked INTEGER NOT NULL, lost INTEGER NOT NULL, upstream INTEGER NOT NULL DEFAULT 0, gone INTEGER NOT NULL DEFAULT 0, before TEXT,
					UNIQUE (bridge, epoch))`,
				FRAMES_TABLE,
				"CREATE TABLE gateway (id INTEGER PRIMARY KEY, instance TEXT NOT NULL)",
			],
		},
	],
};
