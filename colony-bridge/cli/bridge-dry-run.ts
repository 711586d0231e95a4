/** Describes one snapshot, read and validated as the bridge does, without pushing it. */
import { setTimeout as wait } from "node:timers/promises";
import { authorization, bridgeAddresses, problemKind, refusal, stranger, unreachable } from "../bridge/endpoint.ts";
import type { Frame } from "../bridge/outbox/outbox-entry.ts";
import { Sampler } from "../bridge/sampler.ts";
import { Warnings } from "../bridge/warnings.ts";
import { counted } from "../protocol/values/text.ts";
import { seriesKey } from "../protocol/wire/selector.ts";
import { MergedColony } from "../sources/source.ts";
import { EXIT, type ExitCode } from "./bridge-log.ts";
import { type BridgePlan, noticesOf } from "./bridge-plan.ts";
import { readToken } from "./bridge-run.ts";

/** A pipe may never end, and a log may have no new line: they are read for so long, ms. */
const LISTEN_MS = 3_000;

/** @returns text for a terminal or a file, and the exit code: nothing could be read, or the dashboard would not take it. */
export async function dryRun(plan: BridgePlan): Promise<{ text: string; code: ExitCode }> {
	const token = plan.tokenFile === undefined ? undefined : await readToken(plan.tokenFile);
	const trying = tryDashboard(plan, token);
	const warned: string[] = [];
	const warnings = new Warnings((error) => void warned.push(error.message));
	const colony = new MergedColony(
		plan.title,
		plan.sources.map(({ make }) => make()),
	);
	const sampler = new Sampler(colony, warnings);
	colony.subscribe((event) => void sampler.events.add(event));
	colony.start();
	const pipes = colony.sources.flatMap(({ ended }) => ended ?? []);
	const enough = new AbortController();
	const settling = plan.sources.flatMap(({ settlesMs }) => settlesMs ?? []);
	if (pipes.length + settling.length > 0) {
		const listened = wait(LISTEN_MS, undefined, { signal: enough.signal }).catch(() => {});
		await Promise.race([Promise.all([...pipes, ...settling.map((ms) => wait(ms))]).finally(() => enough.abort()), listened]);
	}
	const frames = await sampler.sample(() => true);
	await colony.stop();
	frames.push(...sampler.events.take());
	const at = `${plan.to}${plan.cluster === undefined ? "" : `, cluster "${plan.cluster}"`}, every ${plan.intervalMs / 1000} s`;
	const checks = frames.flatMap((frame) => (frame.type === "state" ? (frame.checks?.set ?? []) : []));
	const down = checks.length > 0 && checks.every(({ status }) => status === "failed");
	const tried = await trying;
	const lines = [
		`bridge "${plan.name}" would push to ${at}:`,
		...written(frames),
		...warned.map((words) => `left out: ${words}`),
		...noticesOf(plan),
		...(down ? ["nothing could be read: every source is down"] : []),
		tried.words,
		"",
	];
	return { text: lines.join("\n"), code: tried.code || (down ? EXIT.fault : EXIT.stopped) };
}

const TRY_MS = 10_000;

/** Asks for the bridge's place without taking it. */
async function tryDashboard({ to: url, cluster }: BridgePlan, token: string | undefined): Promise<{ words: string; code: ExitCode }> {
	const { http: address } = bridgeAddresses({ url, ...(cluster !== undefined && { cluster }) });
	try {
		const response = await fetch(address, { headers: authorization(token), signal: AbortSignal.timeout(TRY_MS) });
		const body = await response.text();
		if (problemKind(body) === "upgrade") return { words: `the dashboard at ${address.host} takes this bridge`, code: EXIT.stopped };
		if (response.status === 401 || response.status === 403) {
			return { words: `the dashboard at ${address.host} refuses the token: ${refusal(body) || response.status}`, code: EXIT.denied };
		}
		return { words: refusal(body) || stranger(address, response.status, response.statusText), code: EXIT.fault };
	} catch (error) {
		return { words: `no way to the dashboard: ${unreachable(address, error)}`, code: EXIT.fault };
	}
}

function* written(frames: readonly Frame[]): Iterable<string> {
	const series = new Map<number, Extract<Frame, { type: "series" }>["series"][number]>();
	for (const frame of frames) {
		if (frame.type === "series") for (const one of frame.series) series.set(one.id, one);
		if (frame.type === "state") yield* writtenState(frame);
		if (frame.type === "tick") {
			yield `  ${counted(frame.ids.length, "sample")}`;
			for (const [i, id] of frame.ids.entries()) {
				const one = series.get(id);
				if (one) yield `    ${seriesKey(one.name, one.labels)} ${frame.values[i]}${one.unit ? ` ${one.unit}` : ""} (${one.type})`;
			}
		}
		if (frame.type === "events") {
			yield `  ${counted(frame.events.length, "event")}`;
			for (const event of frame.events) yield `    ${JSON.stringify(event)}`;
		}
	}
}

function* writtenState({ health, queued, ...parts }: Extract<Frame, { type: "state" }>): Iterable<string> {
	if (health) yield `  health ${health.status}${health.reason === undefined ? "" : `: ${health.reason}`}`;
	if (queued !== undefined) yield `  ${counted(queued, "task")} queued in all`;
	for (const part of ["worker", "task", "stream", "check"] as const) {
		const list = parts[`${part}s`]?.set ?? [];
		if (list.length === 0) continue;
		yield `  ${counted(list.length, part)}`;
		for (const { id, status, ...more } of list)
			yield `    ${id} ${status}${Object.keys(more).length > 0 ? ` ${JSON.stringify(more)}` : ""}`;
	}
}
