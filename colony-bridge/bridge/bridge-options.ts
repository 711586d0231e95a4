/** A bridge's options and statistics. */
import { hostname } from "node:os";
import type { Colony } from "../colony.ts";
import { refuseUnknown } from "../option-check.ts";
import type { Layout } from "../protocol/wire/layout.ts";
import { LIMITS } from "../protocol/wire/limits.ts";
import type { DashboardLayout } from "../widgets/dashboard-layout.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Connect } from "./link.ts";
import type { LinkState } from "./link-session.ts";
import type { SpoolOptions } from "./outbox/spool.ts";
import { restOf } from "./timing.ts";

export interface BridgeOptions {
	colony: Colony;
	/** The dashboard's address, or a function that opens a link to a cluster in this process. */
	to: Endpoint | Connect;
	/**
	 * Unique within the cluster, and the same after a restart. Default: the colony's name, followed by the host's name over a network; a second
	 * process on the host appends `-2`.
	 */
	name?: string;
	/** Time between snapshots, ms. Default 5000 over a network, 1000 within the process. Errors, failures and marks are sent at once. */
	intervalMs?: number;
	/** Pages and widgets to announce; a `DashboardLayout` brings its custom widgets, which the bridge draws. */
	layout?: Layout | DashboardLayout;
	/** Bytes of frames kept while the dashboard is away. Default 16 MB. */
	bufferBytes?: number;
	/**
	 * Keeps unacknowledged frames on disk, in a directory of this bridge's own. They extend the memory buffer and survive the process: a bridge
	 * restarted under the same name resumes. `maxBytes`: default 256 MB; `outbox/spool.ts` says how to size it.
	 */
	spool?: SpoolOptions;
	/**
	 * Time between pushes while the dashboard has no viewer, ms. Snapshots are still taken every interval. Default: six intervals, at most 30 s;
	 * within the process, one interval.
	 */
	restMs?: number;
	/** Called for each warning, at most once a minute for the same one. Default: `console.warn`. */
	onError?: (error: Error) => void;
}

export interface BridgeStats {
	state: LinkState;
	connected: boolean;
	epoch: number;
	/** Newest frame numbered, and newest frame acknowledged by the cluster. */
	seq: number;
	acked: number;
	buffered: { frames: number; bytes: number };
	/** Bytes of the spool. Absent without one. */
	spooled?: number;
	/** Snapshots taken, and pushes sent. */
	snapshots: number;
	pushes: number;
	/** Lead of this machine's clock over the dashboard's, ms, as it is corrected. */
	skewMs: number;
	/** Dropped ranges since the spool or the process began: ranges, samples and events in them. */
	gaps: { count: number; samples: number; events: number };
	/** Frames the cluster refused. */
	refused: number;
	/** Warnings reported to `onError`, repeats included. */
	warnings: number;
	reconnects: number;
	/** HTTP status with which the dashboard refused the newest link, 401 or 403. The bridge retries. */
	denied?: number;
	/** Another bridge holds the name and still pushes. The bridge retries. */
	inUse?: string;
	/** Absent until the cluster has reported it on this link. */
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

/** Fills in the defaults. @throws if an option is unknown or invalid. */
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
