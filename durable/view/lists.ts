/** The bridges of a cluster: all of them where they are few; of many their number, and those in trouble by name. Also what they leave out. */

import type { QueryOf } from "../../colony-bridge/protocol/query/query.ts";
import type { CheckRow, CommandRow, Rows } from "../../colony-bridge/protocol/query/rows.ts";
import type { BridgeCounts, ClusterView, LinkView } from "../../colony-bridge/protocol/query/view.ts";
import { defined } from "../../colony-bridge/protocol/values/objects.ts";
import { compareText } from "../../colony-bridge/protocol/values/text.ts";
import { NOT_HEARD } from "../../colony-bridge/protocol/wire/liveness.ts";
import type { Check, LeftOut } from "../../colony-bridge/protocol/wire/state.ts";
import type { ClusterState } from "../state/cluster-state.ts";
import type { CommandRecord } from "../state/commands.ts";
import { behind, type Link, staleFrom, staleSince } from "../state/link.ts";
import type { Work } from "../work/work.ts";
import type { Facts } from "./facts.ts";
import { LabelledRows } from "./labelled-rows.ts";
import { matchesGlob } from "./recent-events.ts";

/** Rows listed. A page's first answer stays small with a thousand bridges. */
const MOST_ROWS = 20;

/** Ongoing losses before past ones, then the largest first. */
export function byWeight(a: LeftOut, b: LeftOut): number {
	return Number(a.at !== undefined) - Number(b.at !== undefined) || b.count - a.count;
}

export function leftOutView(links: readonly Link[]): Pick<ClusterView, "leftOut"> {
	const rows = links.flatMap(({ bridge, leftOut = [] }) => leftOut.map((left) => ({ bridge, ...left })));
	return rows.length > 0 ? { leftOut: { total: rows.length, rows: rows.sort(byWeight).slice(0, MOST_ROWS) } } : {};
}

/** Bridges listed by name. A page's first answer and each delta stay small with a thousand of them. */
export const MOST_LISTED = 40;
/** A clock this far off is worth a word, ms. */
export const SKEWED_MS = 1000;

/** @param links those that report or are connected, sorted by name. @param now ms. */
export function linksView(
	links: readonly Link[],
	connected: ReadonlySet<string>,
	now: number,
): { bridges: BridgeCounts; links: LinkView[] } {
	const bridges: BridgeCounts = { total: links.length, stale: 0, withGaps: 0, restart: 0, scale: 0 };
	for (const link of links) {
		if (staleSince(link, now) !== undefined) bridges.stale++;
		if (link.gaps.count > 0) bridges.withGaps++;
		if (link.capabilities.includes("restart")) bridges.restart++;
		if (link.capabilities.includes("scale")) bridges.scale++;
	}
	const shown = listed(links, now);
	if (shown.length < links.length) {
		const next = nextStaleAt(links, new Set(shown), now);
		if (Number.isFinite(next)) bridges.nextStaleAt = next;
	}
	return { bridges, links: shown.map((link) => linkView(link, connected, now)) };
}

/** When the first of those that are not named will be silent, ms; infinity: none of them speaks. */
function nextStaleAt(links: readonly Link[], shown: ReadonlySet<Link>, now: number): number {
	return links.reduce((next, link) => {
		const at = shown.has(link) ? Number.POSITIVE_INFINITY : staleFrom(link);
		return at > now && at < next ? at : next;
	}, Number.POSITIVE_INFINITY);
}

/** The worst ones, then those that accept commands; in order of names, so that no row jumps. */
function listed(links: readonly Link[], now: number): readonly Link[] {
	if (links.length <= MOST_LISTED) return links;
	const ranked = links.map((link) => ({ link, rank: trouble(link, now) }));
	return ranked
		.sort((a, b) => b.rank - a.rank)
		.slice(0, MOST_LISTED)
		.map(({ link }) => link)
		.sort((a, b) => compareText(a.bridge, b.bridge));
}

function trouble(link: Link, now: number): number {
	if (staleSince(link, now) !== undefined) return 4;
	if (behind(link) !== undefined || Math.abs(link.skewMs ?? 0) > SKEWED_MS) return 3;
	if (link.gaps.count > 0) return 2;
	return link.capabilities.length > 0 ? 1 : 0;
}

function linkView(link: Link, connected: ReadonlySet<string>, now: number): LinkView {
	const backlogMs = staleSince(link, now) === undefined ? behind(link) : undefined;
	return {
		bridge: link.bridge,
		colony: link.colony,
		connected: connected.has(link.bridge),
		...(!link.reporting && { unreported: true }),
		lastPushAt: link.lastPushAt,
		intervalMs: link.intervalMs,
		gaps: link.gaps,
		...defined({ lastGapAt: link.lastGapAt }),
		...(link.skewMs !== undefined && Math.abs(link.skewMs) > SKEWED_MS && { skewMs: link.skewMs }),
		...defined({ backlogMs }),
		capabilities: link.capabilities,
	};
}

/** Checks, those in trouble first. */
const RANK: Record<CheckRow["status"], number> = { failed: 0, [NOT_HEARD]: 1, warning: 2, unknown: 3, ok: 4 };

export class CheckRows {
	readonly #rows: LabelledRows<Check, "checks">;

	constructor(facts: Facts) {
		const { checks } = facts.state;
		this.#rows = new LabelledRows(
			"checks",
			"check",
			checks,
			facts,
			({ status }) => RANK[status],
			({ value }, values) => ({ ...value, values }),
		);
	}

	answer({ ids, ...window }: QueryOf<"checks">): Work<Rows<"checks">> {
		return ids ? this.#rows.chosen((id) => ids.some((one) => matchesGlob(one, id)), window) : this.#rows.answer(window);
	}
}

/** Newest first. */
export function commands(state: ClusterState, query: QueryOf<"commands">): Rows<"commands"> {
	return { kind: "commands", total: state.commands.size, rows: state.commands.newest(query.limit).map(commandRow) };
}

/** The part of a command that viewers may see. */
export function commandRow(record: CommandRecord): CommandRow {
	const { id, command, bridge, state, by, at, deliveredAt, endedAt, message } = record;
	return {
		id,
		command,
		bridge,
		state,
		...(by.name && { by: by.name }),
		at,
		...defined({ deliveredAt, endedAt, message }),
	};
}

/** Newest first. */
export function runs(state: ClusterState, { limit }: QueryOf<"runs">): Rows<"runs"> {
	const all = state.runs.all();
	return {
		kind: "runs",
		total: all.length,
		...(state.runs.total > all.length && { overall: state.runs.total }),
		rows: all.slice(0, limit),
	};
}
