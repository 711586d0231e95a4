/** What a bridge is told and what it tells of itself. */
import { hostname } from "node:os";
import type { Colony } from "../colony.ts";
import { refuseUnknown } from "../option-check.ts";
import type { Layout } from "../protocol/wire/layout.ts";
import { LIMITS } from "../protocol/wire/limits.ts";
import type { DashboardLayout } from "../widgets/dashboard-layout.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Connect } from "./link.ts";
import type { SpoolOptions } from "./outbox/spool.ts";
import { restOf } from "./pace.ts";
import type { UplinkState } from "./uplink-owner.ts";

export interface BridgeOptions {
	colony: Colony;
	/** Where the dashboard is, or how to open a link to a cluster in this process. */
	to: Endpoint | Connect;
	/**
	 * Unique within the cluster and the same after a restart. Default: the colony's name, with the host's where a network lies between; a second
	 * process of the host has `-2` behind it.
	 */
	name?: string;
	/** Time between snapshots, ms. Default 5000 over a network, 1000 within the process. Errors, failures and marks do not wait for it. */
	intervalMs?: number;
	/** Pages and widgets to announce; a `DashboardLayout` brings its custom widgets, which the bridge draws. */
	layout?: Layout | DashboardLayout;
	/** Bytes of frames kept while the dashboard is away. Default 16 MB. */
	bufferBytes?: number;
	/**
	 * Keeps what the dashboard does not have on disk, in a directory of this bridge's own: behind the memory buffer, and beyond the process, so that
	 * a bridge started again with the same name goes on where it was. `maxBytes`: default 256 MB. See `spool/spool.ts` for how to size it.
	 */
	spool?: SpoolOptions;
	/**
	 * Time between pushes while nobody looks, ms; snapshots are taken as ever. Default: six intervals, 30 s at most; within the process the
	 * interval.
	 */
	restMs?: number;
	/** Hears what goes wrong, once a minute for the same words. Default: a warning on the console. */
	onError?: (error: Error) => void;
}

export interface BridgeStats {
	state: UplinkState;
	connected: boolean;
	epoch: number;
	/** Newest frame made and newest frame durable in the cluster. */
	seq: number;
	acked: number;
	buffered: { frames: number; bytes: number };
	/** Bytes of the spool. Absent: there is none. */
	spooled?: number;
	/** Snapshots taken, and pushes they went out in. */
	snapshots: number;
	pushes: number;
	/** How far this machine's clock is ahead of the dashboard's, as it is corrected, ms. */
	skewMs: number;
	/** What had to be dropped, ever. */
	gaps: { count: number; samples: number; events: number };
	/** Frames the cluster refused. */
	refused: number;
	/** Warnings reported to `onError`, repeats included. */
	warnings: number;
	reconnects: number;
	/** HTTP status with which the dashboard turned the newest link away, 401 or 403. It is tried again. */
	denied?: number;
	/** Why the bridge's name cannot be had: another bridge has it and goes on speaking. It is tried again. */
	inUse?: string;
	/** Absent: not told on this link. */
	viewers?: number;
}

const OPTIONS: Record<keyof BridgeOptions, true> = {
	colony: true,
	to: true,
	name: true,
	intervalMs: true,
	layout: true,
	bufferBytes: true,
	spool: true,
	restMs: true,
	onError: true,
};

/** Fills in the defaults. @throws where an option is unknown or cannot be right. */
export function bridgeSettings(options: BridgeOptions) {
	const { colony, to, name, intervalMs, restMs, onError, spool } = options;
	refuseUnknown("Bridge", OPTIONS, options);
	if (typeof to === "object") refuseUnknown<Endpoint>("Bridge: to", { url: true, cluster: true, token: true }, to);
	if (spool) refuseUnknown<SpoolOptions>("Bridge: spool", { directory: true, maxBytes: true }, spool);
	if (typeof colony?.name !== "string" || colony.name === "" || typeof colony.snapshot !== "function") {
		throw new TypeError("a bridge needs a colony: an object with a name and a snapshot() method");
	}
	const inProcess = typeof to === "function";
	const interval = intervalMs ?? (inProcess ? 1000 : 5000);
	if (!Number.isInteger(interval) || interval < 100 || interval > 3_600_000) {
		throw new RangeError(`invalid intervalMs ${interval}; write whole milliseconds from 100 to 3600000`);
	}
	const rest = restMs ?? (inProcess ? interval : restOf(interval));
	if (!Number.isInteger(rest) || rest < interval || rest > 3_600_000) {
		throw new RangeError(`invalid restMs ${rest}; write whole milliseconds from the interval (${interval}) to 3600000`);
	}
	return {
		name: (name ?? (inProcess ? colony.name : `${colony.name}@${hostname()}`)).slice(0, LIMITS.nameChars),
		intervalMs: interval,
		restMs: rest,
		onError: onError ?? ((error: Error) => console.warn(`bridge of "${colony.name}": ${error.message}`)),
	};
}
