/** What the uplink asks of the bridge it belongs to. */
import type { Command, DownFrame } from "../protocol/wire/down.ts";
import type { Hello } from "../protocol/wire/up.ts";
import type { Frame } from "./outbox/outbox-entry.ts";

export interface UplinkOwner {
	hello(epoch: number): Hello;
	/** All that a cluster without memory must be told first. */
	everything(): Frame[];
	command(id: string, command: Command): void;
	/** So many look at the cluster; undefined: it is not told. */
	demand(viewers: number | undefined): void;
	/** The cluster refused a frame; it changed nothing there. */
	refused(frame: Extract<DownFrame, { type: "error" }>): void;
	/** Another run of this bridge has taken over: it is the end. */
	superseded(): void;
}

export type UplinkState = "idle" | "waiting" | "connecting" | "live" | "superseded" | "stopped";
