/** The uplink's callbacks into its bridge. */
import type { Command, DownFrame } from "../protocol/wire/down.ts";
import type { Hello } from "../protocol/wire/up.ts";
import type { Frame } from "./outbox/outbox-entry.ts";

export interface UplinkOwner {
	hello(epoch: number): Hello;
	/** The first frames for a cluster without any state. */
	everything(): Frame[];
	command(id: string, command: Command): void;
	/** Viewer count of the cluster; undefined: unknown. */
	demand(viewers: number | undefined): void;
	/** The cluster refused a frame; it changed nothing there. */
	refused(frame: Extract<DownFrame, { type: "error" }>): void;
	/** A later run of this bridge has taken over: this one must stop. */
	superseded(): void;
}

export type UplinkState = "idle" | "waiting" | "connecting" | "live" | "superseded" | "stopped";
