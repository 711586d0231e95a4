/**
 * One line of standard input: a JSON object with any of these parts, each whole in itself.
 *
 * ```sh
 * echo '{"metrics": {"queue_depth": 3, "cpu_percent{worker=\"w1\"}": 42.5}}'
 * echo '{"workers": [{"id": "w1", "status": "busy", "role": "scout"}], "queued": 7}'
 * echo '{"logs": [{"message": "it works"}, {"level": "ERROR", "source": "w1", "message": "it does not"}]}'
 * echo '{"ended": [{"id": "t-17", "name": "resize", "status": "failed", "error": {"message": "too large"}}]}'
 * echo '{"health": {"status": "degraded", "reason": "the disk is nearly full"}}'
 * ```
 *
 * `workers`, `tasks`, `streams`, `checks`, `queued` and `health` last until the next line that has them, which removes those it does not list.
 * `metrics` are samples of now, as an object of numbers or as a list with type, unit and help. `logs` and `ended` happened: `at` and
 * `endedAt` (ms since 1970, or ISO 8601) are now and `level` is INFO where they are left out.
 */

import type { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import * as v from "valibot";
import { LeftOutTally } from "../../bridge/left-out.ts";
import { wordsOf } from "../../bridge/warnings.ts";
import { type ColonySnapshot, Metric, SNAPSHOT_PARTS } from "../../colony.ts";
import { counted } from "../../protocol/values/text.ts";
import { LIMITS } from "../../protocol/wire/limits.ts";
import { Text, WrittenInstant } from "../../protocol/wire/names.ts";
import { describeIssues } from "../../protocol/wire/problem.ts";
import { recordOf } from "../../protocol/wire/record.ts";
import { parseSelector, seriesKey } from "../../protocol/wire/selector.ts";
import { Health, LogLevel, LogLine, TaskEnd } from "../../protocol/wire/state.ts";
import type { ColonyEvent } from "../../protocol/wire/up.ts";
import { BoundedLines } from "../bounded-lines.ts";
import type { Source } from "../source.ts";

const now = () => Date.now();

const NumbersByName = v.pipe(
	recordOf(v.string(), v.number()),
	v.rawTransform(({ dataset, addIssue, NEVER }): Metric[] => {
		const metrics: Metric[] = [];
		for (const [text, value] of Object.entries(dataset.value)) {
			const selector = parseSelector(text);
			if (!selector) {
				addIssue({ message: `"${text.slice(0, 100)}" is no metric; write name or name{label="value"}` });
				return NEVER;
			}
			metrics.push({ name: selector.name, value, ...(Object.keys(selector.labels).length > 0 && { labels: selector.labels }) });
		}
		return metrics;
	}),
	v.array(Metric),
);

export const StdinFrame = v.strictObject({
	health: v.optional(v.strictObject({ status: Health, reason: v.optional(Text) })),
	workers: v.optional(SNAPSHOT_PARTS.workers),
	tasks: v.optional(SNAPSHOT_PARTS.tasks),
	queued: v.optional(SNAPSHOT_PARTS.queued),
	streams: v.optional(SNAPSHOT_PARTS.streams),
	checks: v.optional(SNAPSHOT_PARTS.checks),
	metrics: v.optional(v.lazy((input) => (Array.isArray(input) ? SNAPSHOT_PARTS.metrics : NumbersByName))),
	logs: v.optional(
		v.array(v.strictObject({ ...LogLine.entries, at: v.optional(WrittenInstant, now), level: v.optional(LogLevel, "INFO") })),
	),
	ended: v.optional(v.array(v.strictObject({ ...TaskEnd.entries, endedAt: v.optional(WrittenInstant, now) }))),
});
export type StdinFrame = v.InferOutput<typeof StdinFrame>;

const PARTS = Object.keys(StdinFrame.entries);

/** @throws with the reason. */
function parseFrame(line: string): StdinFrame {
	let json: unknown;
	try {
		json = JSON.parse(line);
	} catch {
		throw new Error(`"${line.slice(0, 60)}" is not JSON`);
	}
	if (typeof json !== "object" || json === null || Array.isArray(json)) throw new Error(`"${line.slice(0, 60)}" is not a JSON object`);
	const parsed = v.safeParse(StdinFrame, json);
	if (parsed.success) return parsed.output;
	const unknown = parsed.issues.find((issue) => issue.type === "strict_object" && issue.path?.length === 1 && issue.expected === "never");
	if (unknown) throw new Error(`there is no part "${v.getDotPath(unknown)}"; the parts are ${PARTS.join(", ")}`);
	throw new Error(describeIssues(parsed.issues));
}

/** Frames from a pipe as a source, for anything that can print. */
type State = Omit<StdinFrame, "metrics" | "logs" | "ended">;

export class StdinSource implements Source {
	readonly name = "stdin";
	readonly ended: Promise<void>;
	readonly #stream: Readable;
	readonly #leftOut = new LeftOutTally();
	readonly #lines = new BoundedLines(LIMITS.pushBytes, (line) => this.#line(line));
	readonly #state: State = {};
	/** Samples since the snapshot before, the newest of each series. */
	#metrics = new Map<string, Metric>();
	#listener: ((event: ColonyEvent) => void) | undefined;
	#number = 0;
	#refused = 0;

	constructor(stream: Readable) {
		this.#stream = stream;
		this.ended = finished(stream, { writable: false }).catch(() => {});
	}

	start(listener: (event: ColonyEvent) => void): void {
		this.#listener = listener;
		this.#stream.on("data", (chunk: Buffer) => this.#lines.write(chunk)).on("end", () => this.#lines.end());
	}

	read(): ColonySnapshot {
		const metrics = [...this.#metrics.values()];
		this.#metrics = new Map();
		return { ...this.#state, metrics, leftOut: this.#leftOut.list } as ColonySnapshot;
	}

	status(): string {
		return `${counted(this.#number, "line")}${this.#refused > 0 ? `, ${this.#refused} refused` : ""}`;
	}

	stop(): void {
		this.#stream.destroy();
		this.#lines.end();
	}

	#line(line: string): void {
		this.#number += 1;
		if (line.trim() === "") return;
		try {
			this.#take(parseFrame(line));
		} catch (error) {
			this.#refused += 1;
			this.#leftOut.happened("standard input", `line ${this.#number}: ${wordsOf(error)}`);
		}
	}

	#take({ metrics = [], logs = [], ended = [], ...state }: StdinFrame): void {
		Object.assign(this.#state, state);
		for (const metric of metrics) {
			const key = seriesKey(metric.name, metric.labels);
			if (this.#metrics.size >= LIMITS.series && !this.#metrics.has(key)) throw new Error(`there are more than ${LIMITS.series} series`);
			this.#metrics.set(key, metric);
		}
		for (const line of logs) this.#listener?.({ type: "log", ...line });
		for (const end of ended) this.#listener?.({ type: "taskEnd", ...end });
	}
}
