/** What a bridge would push: one snapshot, read and checked as the bridge does, in words. */
import { setTimeout as wait } from "node:timers/promises";
import { Complaints } from "../bridge/complaints.ts";
import type { Frame } from "../bridge/outbox-entry.ts";
import { Sampler } from "../bridge/sampler.ts";
import { seriesKey } from "../protocol/selector.ts";
import { MergedColony } from "../sources/merged-colony.ts";
import type { BridgePlan } from "./bridge-plan.ts";
import { sourcesOf } from "./bridge-sources.ts";

/** A pipe may go on for ever, and a log at its end may say nothing: so long, in ms, they are listened to. */
const LISTEN_MS = 3_000;

/** @returns text for a terminal or a file. */
export async function dryRun(plan: BridgePlan): Promise<string> {
	const said: string[] = [];
	const complaints = new Complaints((error) => void said.push(error.message));
	const colony = new MergedColony(plan.title, sourcesOf(plan));
	const sampler = new Sampler(colony, complaints);
	colony.subscribe((event) => void sampler.events.add(event));
	colony.start();
	const pipes = colony.sources.flatMap(({ ended }) => ended ?? []);
	const enough = new AbortController();
	if (pipes.length > 0 || plan.logs.length > 0) {
		const listened = wait(LISTEN_MS, undefined, { signal: enough.signal }).catch(() => {});
		const files = plan.logs.some(({ file }) => file !== "-") ? [wait(600)] : [];
		await Promise.race([Promise.all([...pipes, ...files]).finally(() => enough.abort()), listened]);
	}
	const frames = await sampler.sample(() => true);
	await colony.stop();
	frames.push(...sampler.events.take());
	const at = `${plan.to}${plan.cluster === undefined ? "" : `, cluster "${plan.cluster}"`}, every ${plan.intervalMs} ms`;
	return [`bridge "${plan.name}" would push to ${at}:`, ...written(frames), ...said.map((words) => `left out: ${words}`), ""].join("\n");
}

function* written(frames: readonly Frame[]): Iterable<string> {
	const series = new Map<number, Extract<Frame, { type: "series" }>["series"][number]>();
	for (const frame of frames) {
		if (frame.type === "series") for (const one of frame.series) series.set(one.id, one);
		if (frame.type === "state") yield* writtenState(frame);
		if (frame.type === "tick") {
			yield `  ${frame.ids.length} samples`;
			for (const [i, id] of frame.ids.entries()) {
				const one = series.get(id);
				if (one) yield `    ${seriesKey(one.name, one.labels)} ${frame.values[i]}${one.unit ? ` ${one.unit}` : ""} (${one.type})`;
			}
		}
		if (frame.type === "events") {
			yield `  ${frame.events.length} events`;
			for (const event of frame.events) yield `    ${JSON.stringify(event)}`;
		}
	}
}

function* writtenState({ health, queued, ...parts }: Extract<Frame, { type: "state" }>): Iterable<string> {
	if (health) yield `  health ${health.status}${health.reason === undefined ? "" : `: ${health.reason}`}`;
	if (queued !== undefined) yield `  ${queued} tasks queued in all`;
	for (const part of ["workers", "tasks", "streams", "checks"] as const) {
		const list = parts[part]?.set ?? [];
		if (list.length === 0) continue;
		yield `  ${list.length} ${part}`;
		for (const { id, status, ...more } of list)
			yield `    ${id} ${status}${Object.keys(more).length > 0 ? ` ${JSON.stringify(more)}` : ""}`;
	}
}
