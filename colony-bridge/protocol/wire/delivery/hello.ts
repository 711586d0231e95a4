/** Checks the first frame of a link: its version, bridge and run. The rules are documented in `wire/up.ts`. */
import * as v from "valibot";
import { describeIssues } from "../problem.ts";
import { Hello } from "../up.ts";
import { commonVersion, OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION } from "../version.ts";
import { type ErrorFrame, fatal, quote } from "./refusal.ts";

/** Bridges that one cluster lists at once: a thousand nodes with one each, and as many again. */
export const MOST_BRIDGES = 2_000;

/** The bridge at the other end of a link, after its hello. */
export type Peer = Pick<Hello, "bridge" | "epoch" | "started">;

/** The newest run of a name. */
export type NewestRun = Pick<Hello, "epoch" | "started" | "instance"> & {
	/** Newest durable frame. */
	seq: number;
	/** The run before it of which something is durable. */
	before?: { epoch: number; seq: number };
};

/** The bridges that are known here. */
export interface Names {
	/** Those that hold a name now. */
	links: { readonly size: number; get(bridge: string): KnownBridge | undefined };
	/** Those that have sent goodbye or were forgotten: their runs do not resume. */
	forgotten: { get(bridge: string): NewestRun | undefined };
}
type KnownBridge = Omit<Hello, "type" | "protocol" | "oldest" | "bridge" | "sent"> & NewestRun;

/** State of the receiver that a hello is checked against. */
export interface HelloContext extends Names {
	/** The clock, ms. */
	now: number;
	/** When the name is free if its holder stays silent, ms. */
	freeAt(bridge: string): number;
	/** The bridge that has been silent for longest, where one is: it makes room for another. */
	longestSilent(): string | undefined;
}

export interface AcceptedHello {
	/** Its epoch is that of the resumed or new run. */
	hello: Hello;
	/** The version of the link. */
	version: number;
	/** The resumed run is not the one that hello named: the frames after hello are of that run and are not read. */
	otherRun: boolean;
	/** Newest durable frame of the run that hello named. */
	lastSeq: number;
	/** True if the hello differs from the one stored. */
	changed: boolean;
	/** A stale bridge to forget in favour of this one. */
	replaces?: string;
}

/** @param json the first line of a push. */
export function readHello(json: unknown, context: HelloContext): AcceptedHello | ErrorFrame {
	const offered = versionsOf(json);
	const version = offered && commonVersion(offered);
	// Before the schema: a later version's hello may look different.
	if (offered && version === undefined) {
		const here = range(OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION);
		const advice = offered.oldest > PROTOCOL_VERSION ? "update the dashboard" : "update the bridge";
		return fatal("protocol", `this bridge supports protocol ${range(offered.oldest, offered.protocol)}, this dashboard ${here}: ${advice}`);
	}
	const parsed = v.safeParse(Hello, json, { abortEarly: true });
	if (!parsed.success) return fatal("invalid", `hello: ${describeIssues(parsed.issues)}`);
	const received = parsed.output;
	const link = context.links.get(received.bridge);
	const run = runOf(received, link, context);
	if ("type" in run) return run;
	const hello = { ...received, epoch: run.epoch };
	const otherRun = received.epoch !== 0 && received.epoch !== run.epoch;
	const accepted: AcceptedHello = {
		hello,
		version: version ?? PROTOCOL_VERSION,
		otherRun,
		lastSeq: run.lastSeq,
		changed: !link || saysMore(hello, link),
	};
	if (link || context.links.size < MOST_BRIDGES) return accepted;
	const replaces = context.longestSilent();
	if (replaces !== undefined) return { ...accepted, replaces };
	const words = `bridge ${quote(received.bridge)} is one too many: this cluster has ${MOST_BRIDGES}, and none of them is stale`;
	return fatal("limit", `${words}; give some of them a cluster of their own`);
}

/** The resumed or new run, and the newest durable frame of the one that was named. */
function runOf(
	hello: Hello,
	link: KnownBridge | undefined,
	{ forgotten, now, freeAt }: HelloContext,
): (Pick<NewestRun, "epoch"> & { lastSeq: number }) | ErrorFrame {
	const newest = link ?? forgotten.get(hello.bridge);
	const fresh = Math.max(now, (newest?.epoch ?? 0) + 1);
	// A number that is not known here is of a cluster that has lost its data.
	const epoch = hello.epoch > (newest?.epoch ?? 0) && hello.epoch <= now ? hello.epoch : fresh;
	if (!newest) return { epoch, lastSeq: 0 };
	const own = newest.instance === hello.instance;
	if (own && hello.epoch === newest.epoch) {
		if (isEarlier(hello, newest)) return supersededBy(hello, newest);
		return { epoch: link ? link.epoch : fresh, lastSeq: newest.seq };
	}
	// An instance that never heard of its new run, of which nothing has come then or which ended with its process, names the one before.
	const unheard = own && hello.instance !== undefined && (newest.seq === 0 || (hello.started ?? 0) > (newest.started ?? 0));
	if (0 < hello.epoch && hello.epoch < newest.epoch && !unheard) return supersededBy(hello, newest);
	const waitMs = link && !own ? freeAt(hello.bridge) - now : 0;
	if (waitMs > 0) return inUse(hello.bridge, waitMs);
	return { epoch, lastSeq: own && hello.epoch === newest.before?.epoch ? newest.before.seq : 0 };
}

function inUse(bridge: string, waitMs: number): ErrorFrame {
	const seconds = Math.ceil(waitMs / 1000);
	const words = `the name ${quote(bridge)} is in use by another bridge of this cluster: give this one a name of its own, or stop the other`;
	return { ...fatal("in-use", `${words}; if that has ended, its name is free in ${seconds} s`), retryAfterMs: waitMs };
}

/** @returns the error where a later run of the same bridge has taken over, or a later process with the same frames on its disk. */
export function overtaken(peer: Peer, { links, forgotten }: Names): ErrorFrame | undefined {
	const newest = links.get(peer.bridge) ?? forgotten.get(peer.bridge);
	if (!newest || peer.epoch > newest.epoch) return undefined;
	return peer.epoch < newest.epoch || isEarlier(peer, newest) ? supersededBy(peer, newest) : undefined;
}

function isEarlier({ started }: Pick<Hello, "started">, newest: NewestRun): boolean {
	return newest.started !== undefined && (started ?? 0) < newest.started;
}

function supersededBy({ bridge, epoch, started }: Peer, newest: NewestRun): ErrorFrame {
	const advice = "stop one, or name them differently";
	if (epoch < newest.epoch) {
		return fatal("superseded", `bridge ${quote(bridge)} run ${epoch} was superseded by its later run ${newest.epoch}: ${advice}`);
	}
	const [ours, theirs] = [started ?? 0, newest.started ?? 0].map((at) => new Date(at).toISOString());
	return fatal("superseded", `bridge ${quote(bridge)} started ${ours} was superseded by the one started ${theirs}: ${advice}`);
}

function saysMore(hello: Hello, link: KnownBridge): boolean {
	return (
		hello.epoch !== link.epoch ||
		(hello.started !== undefined && hello.started !== link.started) ||
		(hello.skewMs !== undefined && hello.skewMs !== link.skewMs) ||
		hello.colony !== link.colony ||
		hello.intervalMs !== link.intervalMs ||
		hello.capabilities.length !== link.capabilities.length ||
		hello.capabilities.some((each) => !link.capabilities.includes(each))
	);
}

/** @returns undefined where the schema has to say what is wrong. */
function versionsOf(json: unknown): { protocol: number; oldest: number } | undefined {
	const { protocol, oldest = protocol } = (json ?? {}) as { protocol?: unknown; oldest?: unknown };
	return typeof protocol === "number" && typeof oldest === "number" ? { protocol, oldest } : undefined;
}

function range(oldest: number, newest: number): string {
	return oldest === newest ? `version ${newest}` : `versions ${oldest} to ${newest}`;
}
