/**
 * Frames that have to make room, as few frames of the same numbers: samples and events become a gap that counts them, patches of the state
 * become one patch with the changes of all, and of drawings the newest stays. Series, layouts and results stay as they are: they are
 * few, and everything after them leans on them.
 */
import { type Dropped, dropped, measure } from "../../../colony-bridge/bridge/outbox/outbox-entry.ts";
import { LIMITS } from "../../../colony-bridge/protocol/wire/limits.ts";
import type { UpFrame, UpFrameOf, WidgetDrawing } from "../../../colony-bridge/protocol/wire/up.ts";

type StateFrame = UpFrameOf<"state">;
const PARTS = ["workers", "tasks", "streams", "checks"] as const;

/** @param frames in sequence, as they were taken in. @returns frames that stand for all of their numbers. */
export function condense(frames: readonly UpFrame[]): UpFrame[] {
	const folded = new Map<UpFrame, UpFrame>();
	const states = frames.filter((frame) => frame.type === "state");
	const drawings = frames.filter((frame) => frame.type === "html");
	for (const [all, one] of [
		[states, foldStates(states)],
		[drawings, foldDrawings(drawings)],
	] as const) {
		// A patch too large for a push stays split.
		if (one) folded.set(all.at(-1) as UpFrame, one);
		else for (const frame of all) folded.set(frame, frame);
	}
	return gapped(frames, (frame) => folded.get(frame) ?? (leanedOn(frame) ? frame : undefined));
}

/** Each stretch of frames that go becomes one gap. @param stays what stands for a frame from now on; undefined: it goes. */
export function gapped(frames: readonly UpFrame[], stays: (frame: UpFrame) => UpFrame | undefined): UpFrame[] {
	const out: UpFrame[] = [];
	let gap: UpFrameOf<"gap"> | undefined;
	for (const frame of frames) {
		const retained = stays(frame);
		if (retained) {
			if (gap) out.push(gap);
			gap = undefined;
			out.push(retained);
		} else gap = extended(gap, frame);
	}
	if (gap) out.push(gap);
	return out;
}

/** One gap for all of them. @returns undefined where there is none. */
export function gapOf(frames: Iterable<UpFrame>): UpFrameOf<"gap"> | undefined {
	let gap: UpFrameOf<"gap"> | undefined;
	for (const frame of frames) gap = extended(gap, frame);
	return gap;
}

function leanedOn({ type }: UpFrame): boolean {
	return type === "series" || type === "layout" || type === "result";
}

function extended(gap: UpFrameOf<"gap"> | undefined, frame: UpFrame): UpFrameOf<"gap"> {
	const { samples, events, from, until }: Dropped = dropped(gap, measure(frame));
	const first = gap?.first ?? (frame.type === "gap" ? frame.first : frame.seq);
	return { type: "gap", seq: frame.seq, first, samples, events, from, until };
}

/** @returns undefined where there is none, or one frame cannot hold it. */
function foldStates(states: readonly StateFrame[]): StateFrame | undefined {
	const last = states.at(-1);
	if (!last) return undefined;
	const one: StateFrame = { type: "state", seq: last.seq, at: last.at };
	const health = states.findLast((state) => state.health)?.health;
	const queued = states.findLast((state) => state.queued !== undefined)?.queued;
	const leftOut = states.findLast((state) => state.leftOut)?.leftOut;
	if (health) one.health = health;
	if (leftOut) one.leftOut = leftOut;
	if (queued !== undefined) one.queued = queued;
	for (const part of PARTS) {
		const patches = states.flatMap((state) => state[part] ?? []) as Patch[];
		if (patches.length > 0) Object.assign(one, { [part]: foldPatches(patches) });
	}
	const tooMany = PARTS.some((part) => Math.max(one[part]?.set?.length ?? 0, one[part]?.remove?.length ?? 0) > LIMITS.entriesPerFrame);
	return tooMany || tooLong(one) ? undefined : one;
}

interface Patch {
	replace?: boolean | undefined;
	set?: { id: string }[] | undefined;
	remove?: string[] | undefined;
}

function foldPatches(patches: readonly Patch[]): Patch {
	let replace = false;
	const set = new Map<string, { id: string }>();
	const remove = new Set<string>();
	for (const patch of patches) {
		if (patch.replace) {
			replace = true;
			set.clear();
			remove.clear();
		}
		for (const entry of patch.set ?? []) {
			set.set(entry.id, entry);
			remove.delete(entry.id);
		}
		for (const id of patch.remove ?? []) {
			set.delete(id);
			if (!replace) remove.add(id);
		}
	}
	return { ...(replace && { replace }), set: [...set.values()], ...(remove.size > 0 && { remove: [...remove] }) };
}

function foldDrawings(frames: readonly UpFrameOf<"html">[]): UpFrameOf<"html"> | undefined {
	const last = frames.at(-1);
	if (!last) return undefined;
	const newest = new Map<string, WidgetDrawing>();
	for (const { widgets } of frames) for (const widget of widgets) newest.set(widget.id, widget);
	const one: UpFrameOf<"html"> = { ...last, widgets: [...newest.values()] };
	return newest.size > LIMITS.widgets || tooLong(one) ? undefined : one;
}

function tooLong(frame: UpFrame): boolean {
	return Buffer.byteLength(JSON.stringify(frame)) > LIMITS.pushBytes;
}
