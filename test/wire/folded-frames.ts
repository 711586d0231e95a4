/** The content of a bridge's frames, independent of how it was divided among them. */
import type { Hello, UpFrame, UpFrameOf } from "../../colony-bridge/protocol/wire/up.ts";

const PARTS = ["workers", "tasks", "streams", "checks"] as const;
type Entry = { id: string };

export interface FoldedFrames {
	hello: Pick<Hello, "protocol" | "oldest" | "colony" | "capabilities" | "intervalMs" | "bridge"> | undefined;
	/** Definitions by selector. */
	series: Record<string, object>;
	/** Values by selector, an entry a tick. */
	ticks: Record<string, number>[];
	/** Ids in each state frame with a patch. */
	changes: Record<string, { set?: string[]; remove?: string[] }>[];
	/** Entries by id after the last state frame; parts without entries are absent. */
	state: Record<string, unknown>;
	leftOut: Record<string, number>;
	events: object[];
	results: object[];
	gaps: object[];
}

const selectorOf = (name: string, labels: Record<string, string> = {}): string => {
	const pairs = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
	return pairs.length === 0 ? name : `${name}{${pairs.map(([label, value]) => `${label}=${JSON.stringify(value)}`).join(",")}}`;
};

export function foldFrames(hello: Hello | undefined, frames: readonly UpFrame[]): FoldedFrames {
	const folded: FoldedFrames = {
		hello: hello && {
			protocol: hello.protocol,
			oldest: hello.oldest,
			colony: hello.colony,
			capabilities: hello.capabilities,
			intervalMs: hello.intervalMs,
			bridge: hello.bridge,
		},
		series: {},
		ticks: [],
		changes: [],
		state: {},
		leftOut: {},
		events: [],
		results: [],
		gaps: [],
	};
	const selectors = new Map<number, string>();
	for (const frame of frames) {
		if (frame.type === "series") {
			for (const { id, name, labels, ...rest } of frame.series) {
				selectors.set(id, selectorOf(name, labels));
				folded.series[selectorOf(name, labels)] = rest;
			}
		} else if (frame.type === "tick") {
			// JSON has one zero.
			folded.ticks.push(Object.fromEntries(frame.ids.map((id, i) => [selectors.get(id) ?? `series ${id}`, (frame.values[i] ?? 0) + 0])));
		} else if (frame.type === "state") foldState(folded, frame);
		else if (frame.type === "events") folded.events.push(...frame.events);
		else if (frame.type === "result") folded.results.push({ command: frame.command, ok: frame.ok, message: frame.message });
		else if (frame.type === "gap") folded.gaps.push({ samples: frame.samples, events: frame.events });
	}
	return folded;
}

function foldState(folded: FoldedFrames, frame: UpFrameOf<"state">): void {
	if (frame.health) folded.state.health = frame.health;
	if (frame.queued !== undefined) folded.state.queued = frame.queued;
	if (frame.leftOut) folded.leftOut = Object.fromEntries(frame.leftOut.map(({ field, count }) => [field, count]));
	// The first state of a run is whole, with `replace` or without.
	const change: FoldedFrames["changes"][number] = {};
	for (const part of PARTS) {
		const patch = frame[part];
		if (!patch) continue;
		const entries = { ...(patch.replace ? {} : (folded.state[part] as Record<string, Entry>)) };
		for (const entry of patch.set ?? []) entries[entry.id] = entry;
		for (const id of patch.remove ?? []) delete entries[id];
		if (Object.keys(entries).length > 0) folded.state[part] = entries;
		else delete folded.state[part];
		const { set = [], remove = [] } = patch;
		if (set.length + remove.length === 0) continue;
		change[part] = {
			...(set.length > 0 && { set: set.map(({ id }) => id).sort() }),
			...(remove.length > 0 && { remove: [...remove].sort() }),
		};
	}
	if (Object.keys(change).length > 0) folded.changes.push(change);
}
