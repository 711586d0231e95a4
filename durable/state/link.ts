/** The state of one bridge. */
import { defined } from "../../colony-bridge/protocol/values/objects.ts";
import type { Layout } from "../../colony-bridge/protocol/wire/layout.ts";
import * as liveness from "../../colony-bridge/protocol/wire/liveness.ts";
import type { LeftOut } from "../../colony-bridge/protocol/wire/state.ts";
import type { Capability, Hello, UpFrameOf, WidgetDrawing } from "../../colony-bridge/protocol/wire/up.ts";
import { valueBytes } from "../work/resident.ts";
import { type SeriesNumbers, seriesNumbers } from "./series-numbers.ts";

/** Pages and widgets, of a bridge or the dashboard's own. */
export interface Announced {
	layout?: Layout;
	/** Newest drawings of the layout's custom widgets, by their ids. */
	html: Map<string, DrawnWidget>;
}

export interface Link extends Announced {
	bridge: string;
	epoch: number;
	/** Distinguishes bridges of one name, where it is sent. */
	instance?: string;
	/** When the pushing process began, where it is sent, ms. */
	started?: number;
	/** Its clock minus the cluster's, as it measured, ms. */
	skewMs?: number;
	colony: string;
	capabilities: Capability[];
	intervalMs: number;
	/** Last sequence number taken in, in this epoch. */
	seq: number;
	/** The run before of which something was taken in, and how much: one that never heard of this one may still ask. */
	before?: { epoch: number; seq: number };
	/** Instant of the last push on the cluster's clock, ms. */
	lastPushAt: number;
	/** It has sent ticks, state or events: one that only brought a layout is never missed. */
	reporting: boolean;
	/** Instant of its newest samples, ms. */
	sampledAt?: number;
	/** It has sent state in this epoch: until then what is known is the run's before. */
	current: boolean;
	/** The colony's own judgement, if it has one. */
	health?: NonNullable<UpFrameOf<"state">["health"]>;
	/** When it came to the status it has, ms. */
	healthSince?: number;
	/** Tasks queued in all, where the colony reports it. */
	queued?: number;
	gaps: { count: number; samples: number; events: number };
	/** Items of its colony that the bridge leaves out. Absent: none. */
	leftOut?: LeftOut[];
	/** When the last gap became known, ms. */
	lastGapAt?: number;
	/** Written to the log by the alarm, ms. */
	staleSince?: number;
	/** Series by the bridge's ids in this epoch. */
	series: SeriesNumbers;
}

/** A bridge that has sent goodbye, or was forgotten. Its older runs stay superseded, and one that reconnects gets the durable number. */
export type ForgottenLink = Pick<Link, "bridge" | "epoch" | "instance" | "started" | "seq" | "before" | "gaps">;

export interface DrawnWidget {
	at: number;
	drawing: WidgetDrawing;
}

/** `series`: id, number, id, number, … `html`: absent in keyframes from before there was any. */
export type StoredLink = Omit<Link, "series" | "html"> & { series: number[]; html?: DrawnWidget[] };

export function storeLink({ series, html, ...link }: Link): StoredLink {
	return { ...link, series: series.store(), html: [...html.values()] };
}

export function restoreLink({ series, html = [], ...link }: StoredLink): Link {
	return { ...link, series: seriesNumbers(link.bridge, series), html: new Map(html.map((drawn) => [drawn.drawing.id, drawn])) };
}

export function newLink(hello: Hello, at: number): Link {
	const { bridge, epoch, instance, started, skewMs, colony, capabilities, intervalMs } = hello;
	return {
		bridge,
		epoch,
		...defined({ instance, started, skewMs }),
		colony,
		capabilities,
		intervalMs,
		seq: 0,
		lastPushAt: at,
		reporting: false,
		current: false,
		gaps: { count: 0, samples: 0, events: 0 },
		html: new Map(),
		series: seriesNumbers(bridge),
	};
}

/** The part of a run that the next run keeps. */
export function beforeOf({ epoch, seq, before }: ForgottenLink): Pick<Link, "before"> {
	const previous = seq > 0 ? { epoch, seq } : before;
	return previous ? { before: previous } : {};
}

/** The instant from which the bridge counts as silent, ms; infinity for one that is never missed. */
export function staleFrom(link: Link): number {
	return link.reporting ? liveness.staleFrom(link) : Number.POSITIVE_INFINITY;
}

/** @returns since when it has been silent, ms, or undefined. */
export function staleSince(link: Link, now: number): number | undefined {
	return link.reporting ? liveness.staleSince(link, now) : undefined;
}

/** @returns how old its newest samples are, ms, where a bridge that speaks has more of them than it could send so far. */
export function behind(link: Link): number | undefined {
	const age = link.lastPushAt - (link.sampledAt ?? link.lastPushAt);
	return age > liveness.MISSED_INTERVALS * link.intervalMs ? age : undefined;
}

/** Resident bytes of a bridge beside its series, layout and drawings. */
const LINK_BYTES = 1_500;
/** Always there for a bridge's health and what it leaves out: it can say that it is not well however full the cluster is. */
const TOLD_BYTES = 1_000;
/** Resident bytes of a bridge that has pushed nothing yet. */
export const NEW_LINK_BYTES = LINK_BYTES + TOLD_BYTES;

/** Resident bytes of a link. */
export function linkBytes(link: Link): number {
	let bytes = LINK_BYTES + link.series.bytes + layoutBytes(link.layout) + toldBytes(link);
	for (const { drawing } of link.html.values()) bytes += valueBytes(drawing);
	return bytes;
}

/** Resident bytes of the colony's own judgement and of what is left out. */
export function toldBytes({ health, leftOut }: Pick<Link, "health" | "leftOut">): number {
	return Math.max(TOLD_BYTES, valueBytes(health) + valueBytes(leftOut));
}

/** True of the first state of a run that tells more than what is left out: it is whole, and what it leaves out is not known any more. */
export function isWhole(link: Link, { type: _, seq: __, at: ___, leftOut, ...parts }: UpFrameOf<"state">): boolean {
	return !link.current && (leftOut === undefined || Object.keys(parts).length > 0);
}

const LAYOUTS = new WeakMap<Layout, number>();

/** Resident bytes of a layout, kept since every push asks for it. */
export function layoutBytes(layout: Layout | undefined): number {
	if (!layout) return 0;
	let bytes = LAYOUTS.get(layout);
	if (bytes === undefined) {
		bytes = valueBytes(layout);
		LAYOUTS.set(layout, bytes);
	}
	return bytes;
}
