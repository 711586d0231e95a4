/**
 * Takes the state from one position of the log to the next. Pure: the entry is all it looks at, so that the same log gives the same state
 * live, after a restart and for any past instant. What must be judged (limits, clocks, numbers of series) was judged before the entry was
 * written.
 */

import { customWidgets } from "../../colony-bridge/protocol/pages/pages.ts";
import { commandWords } from "../../colony-bridge/protocol/query/command-words.ts";
import type { Layout } from "../../colony-bridge/protocol/wire/layout.ts";
import type { Hello, UpFrameOf } from "../../colony-bridge/protocol/wire/up.ts";
import type { Entry, ForgetEntry, LoggedFrame, LoggedGap, LoggedSeries, OwnEntry, PushEntry, SilentEntry } from "../log/entry.ts";
import type { ClusterState } from "./cluster-state.ts";
import { type Announced, beforeOf, isWhole, type Link, newLink, staleSince } from "./link.ts";
import { forgetPatches, keepEndedCheckpoints, reducePatches } from "./patches.ts";
import { LEFT_OUT, type SeriesNumbers, seriesNumbers } from "./series-numbers.ts";

/** @returns the series of a push, by the bridge's ids: a goodbye at its end has let the link go that had them. */
export function reduce(state: ClusterState, entry: Entry): SeriesNumbers | undefined {
	state.position++;
	state.at = entry.at;
	if (state.position === 1) state.began = entry.at;
	const series = reduceEntry(state, entry);
	state.noteReported();
	return series;
}

function reduceEntry(state: ClusterState, entry: Entry): SeriesNumbers | undefined {
	switch (entry.type) {
		case "push": {
			const series = reducePush(state, entry);
			state.countLink(entry.bridge);
			return series;
		}
		case "own":
			reduceOwn(state, entry);
			break;
		case "stale":
			reduceSilence(state, entry);
			break;
		case "forget":
			reduceForget(state, entry);
			break;
		case "command":
			state.commands.accept(entry);
			break;
		case "delivered":
			state.commands.deliver(entry);
			break;
		case "command-end":
			state.commands.expire(entry);
			break;
		case "annotation":
			state.annotations.set(entry.annotation);
			break;
		case "annotation-removed":
			state.annotations.remove(entry.id);
	}
	return undefined;
}

function reduceOwn(state: ClusterState, { at, layout, widgets = [] }: OwnEntry): void {
	if (layout) announce(state, state.own, layout);
	for (const drawing of widgets) state.own.html.set(drawing.id, { at, drawing });
}

function reduceSilence(state: ClusterState, entry: SilentEntry): void {
	const link = state.links.get(entry.bridge);
	if (!link) return;
	link.staleSince = entry.since;
	state.runs.fellSilent(link.bridge, entry.since);
	// It was the alarm that wrote this: the next push sets one.
	state.alarmAt = 0;
	state.recentEvents.mark({ at: entry.since, kind: "silence", text: `${link.bridge} fell silent` });
	const reporting = [...state.links.values()].filter((each) => each.reporting);
	if (reporting.every((each) => each.staleSince !== undefined)) state.verdicts.fellSilent(entry.since);
}

function reduceForget(state: ClusterState, entry: ForgetEntry): void {
	const link = state.links.get(entry.bridge);
	if (!link) return;
	state.runs.forgotten(link.bridge, link.lastPushAt);
	letGo(state, link);
	state.recentEvents.mark({ at: entry.at, kind: "forget", text: `${link.bridge} has been silent for too long: its data was removed` });
}

function reduceGoodbye(state: ClusterState, link: Link, { seq }: UpFrameOf<"goodbye">): void {
	link.seq = seq;
	state.commands.newRun(link.bridge, state.at);
	state.runs.stopped(link.bridge, state.at);
	letGo(state, link);
	state.recentEvents.mark({ at: state.at, kind: "goodbye", text: `${link.bridge} stopped` });
}

/** The bridge goes, and with it its current state. */
function letGo(state: ClusterState, link: Link): void {
	for (const stream of forgetPatches(state, link.bridge)) state.checkpoints.delete(stream);
	const { changes, workers, streams, checks } = state;
	changes.workers.keepOnly((id) => workers.get(id) !== undefined);
	changes.streams.keepOnly((id) => streams.get(id) !== undefined);
	changes.checks.keepOnly((id) => checks.get(id) !== undefined);
	state.letGo(link);
	if (link.layout) state.layoutVersion++;
}

function reducePush(state: ClusterState, entry: PushEntry): SeriesNumbers {
	if (entry.verdict) state.verdicts.judged(entry.verdict);
	// Judged by what was promised until now: a hello that promises shorter intervals comes after a longer one.
	const before = state.links.get(entry.bridge);
	const silent = before && (before.staleSince ?? staleSince(before, entry.at));
	if (entry.hello) reduceHello(state, entry.hello, entry.at);
	state.intake.refused += entry.refused ?? 0;
	state.intake.repeats += entry.repeats ?? 0;
	if (entry.alarm !== undefined) state.alarmAt = entry.alarm;
	const link = state.links.get(entry.bridge);
	if (!link) throw new Error(`entry ${state.position} is of bridge "${entry.bridge}", which never sent hello`);
	if (silent !== undefined) {
		const seconds = Math.round((entry.at - silent) / 1000);
		state.recentEvents.mark({ at: entry.at, kind: "silence", text: `${link.bridge} speaks again after ${seconds} s of silence` });
		delete link.staleSince;
	}
	link.lastPushAt = entry.at;
	if (entry.seq === link.seq && entry.frames.length === 0) return link.series;
	state.intake.pushes++;
	for (const frame of entry.frames) reduceFrame(state, link, frame);
	link.seq = entry.seq;
	return link.series;
}

function reduceHello(state: ClusterState, hello: Hello, at: number): void {
	const old = state.links.get(hello.bridge);
	if (old?.epoch === hello.epoch) {
		old.colony = hello.colony;
		old.capabilities = hello.capabilities;
		old.intervalMs = hello.intervalMs;
		if (hello.skewMs !== undefined) old.skewMs = hello.skewMs;
		if (hello.started === undefined || hello.started === old.started) return;
		old.started = hello.started;
		state.runs.replaced(hello.bridge, old.lastPushAt);
		// Its frames go on where they were, but what the process before was told to do it knows nothing of.
		state.commands.newRun(hello.bridge, at);
		state.recentEvents.mark({ at, kind: "start", text: `${hello.bridge} started again` });
		return;
	}
	state.commands.newRun(hello.bridge, at);
	if (old) state.runs.replaced(hello.bridge, old.lastPushAt);
	const forgotten = state.forgotten.get(hello.bridge);
	const text = old ? "started a new run" : forgotten ? "is back" : "connected for the first time";
	state.recentEvents.mark({ at, kind: "start", text: `${hello.bridge} ${text}` });
	const previous = old ?? forgotten;
	const link: Link = { ...newLink(hello, at), ...(previous && beforeOf(previous)) };
	if (forgotten) link.gaps = forgotten.gaps;
	state.forgotten.delete(hello.bridge);
	if (old) {
		// The run before left these; the new one has not spoken yet.
		link.series = seriesNumbers(link.bridge, [], old.series);
		link.reporting = old.reporting;
		link.gaps = old.gaps;
		if (old.lastGapAt !== undefined) link.lastGapAt = old.lastGapAt;
		link.lastPushAt = old.lastPushAt;
		if (old.health) link.health = old.health;
		if (old.healthSince !== undefined) link.healthSince = old.healthSince;
		if (old.queued !== undefined) link.queued = old.queued;
		if (old.leftOut) link.leftOut = old.leftOut;
		if (old.layout) link.layout = old.layout;
		link.html = old.html;
		if (old.staleSince !== undefined) link.staleSince = old.staleSince;
	}
	state.links.set(hello.bridge, link);
}

function reports(state: ClusterState, link: Link): void {
	link.reporting = true;
	state.runs.reported(link, state.at);
}

function reduceFrame(state: ClusterState, link: Link, frame: LoggedFrame): void {
	switch (frame.type) {
		case "series":
			reduceSeries(state, link, frame);
			return;
		case "tick":
			reports(state, link);
			link.sampledAt = Math.max(link.sampledAt ?? 0, frame.at);
			if (frame.ids.length > 0) state.sampledAt = Math.max(state.sampledAt, frame.at);
			return;
		case "state":
			reports(state, link);
			reduceState(state, link, frame);
			state.runs.counted(link.bridge, state.workers.ownedBy(link.bridge));
			return;
		case "events":
			reports(state, link);
			reduceEvents(state, link, frame);
			return;
		case "layout":
			announce(state, link, frame.layout);
			return;
		case "html":
			for (const drawing of frame.widgets) link.html.set(drawing.id, { at: frame.at, drawing });
			return;
		case "gap":
			reduceGap(state, link, frame);
			return;
		case "result":
			reduceResult(state, link, frame);
			return;
		case "goodbye":
			reduceGoodbye(state, link, frame);
	}
}

function reduceResult(state: ClusterState, { bridge }: Link, { command: id, ok, message }: UpFrameOf<"result">): void {
	const command = state.commands.result(bridge, id, ok, message, state.at);
	const what = command ? `${commandWords(command.command)}${command.by.name && ` (${command.by.name})`}` : `command ${id}`;
	const text = `${what} ${ok ? "was carried out" : "failed"}${message ? `: ${message}` : ""}`;
	const worker = command?.command.action === "restart" && command.command.worker;
	state.recentEvents.mark({ at: state.at, kind: "command", text, ...(worker && { worker }) });
}

function reduceSeries(state: ClusterState, link: Link, frame: LoggedSeries): void {
	for (const { id, number } of frame.series) {
		link.series.set(id, number);
		state.seriesEnd = Math.max(state.seriesEnd, number + 1);
	}
	for (const id of frame.leftOut ?? []) link.series.set(id, LEFT_OUT);
}

function reduceState(state: ClusterState, link: Link, frame: UpFrameOf<"state">): void {
	const before = link.health?.status;
	if (isWhole(link, frame)) {
		keepEndedCheckpoints(state, forgetPatches(state, link.bridge));
		delete link.health;
		delete link.queued;
		delete link.leftOut;
		link.current = true;
	}
	if (frame.health) {
		if (frame.health.status !== before) link.healthSince = state.at;
		link.health = frame.health;
	}
	if (frame.queued !== undefined) link.queued = frame.queued;
	if (frame.leftOut?.length) link.leftOut = frame.leftOut;
	else if (frame.leftOut) delete link.leftOut;
	reducePatches(state, link.bridge, frame);
}

function reduceEvents(state: ClusterState, link: Link, frame: UpFrameOf<"events">): void {
	const isWorker = (id: string) => state.workers.get(id) !== undefined;
	for (const event of frame.events) {
		if (event.type === "log") {
			state.recentEvents.log(event, isWorker);
			if (event.level === "ERROR" || event.level === "CRITICAL") state.runs.logged(link.bridge, event.at, event.message);
		} else if (event.type === "mark") state.recentEvents.mark(event);
		else {
			const { type: _, ...end } = event;
			state.totals[end.status]++;
			state.taskStats.count(end);
			state.runs.taskEnded(link.bridge, end);
			if (end.status === "failed") state.recentEvents.taskFailed(end);
			const active = (state.running.get(end.id) ?? state.queued.get(end.id))?.value;
			// A retry under the same id may have begun already.
			if (active && (active.attempt ?? 1) <= (end.attempt ?? active.attempt ?? 1)) {
				state.running.remove(link.bridge, end.id);
				state.queued.remove(link.bridge, end.id);
			}
		}
	}
}

/** Drawings go with the widgets they are of. */
function announce(state: ClusterState, to: Announced, layout: Layout): void {
	to.layout = layout;
	state.layoutVersion++;
	const custom = new Set(customWidgets(layout));
	for (const id of to.html.keys()) if (!custom.has(id)) to.html.delete(id);
}

function reduceGap(state: ClusterState, link: Link, gap: LoggedGap): void {
	link.gaps = {
		count: link.gaps.count + 1,
		samples: link.gaps.samples + gap.samples,
		events: link.gaps.events + gap.events,
	};
	link.lastGapAt = state.at;
	const what = `${gap.samples} samples and ${gap.events} events`;
	const text = gap.late
		? `${gap.samples} samples of ${link.bridge} came too late: samples that old are no longer kept`
		: `${link.bridge} dropped ${what}`;
	state.recentEvents.mark({ at: gap.from, until: gap.until, kind: "gap", text });
}
