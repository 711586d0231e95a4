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
 * `workers`, `tasks`, `streams`, `checks`, `queued` and `health` stand until the next line that has them: whoever is not listed there is gone.
 * `metrics` are samples of now, as an object of numbers or as a list with type, unit and help. `logs` and `ended` happened: `at` and
 * `endedAt` (ms since 1970, or ISO 8601) are now and `level` is INFO where they are left out.
 */
import * as v from "valibot";
import { Metric, SNAPSHOT_PARTS } from "../../colony.ts";
import { Text, WrittenInstant } from "../../protocol/names.ts";
import { describeIssues } from "../../protocol/problem.ts";
import { recordOf } from "../../protocol/record.ts";
import { parseSelector } from "../../protocol/selector.ts";
import { Health, LogLevel, LogLine, TaskEnd } from "../../protocol/state.ts";

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

/** @throws saying what is wrong with the line. */
export function parseFrame(line: string): StdinFrame {
	let json: unknown;
	try {
		json = JSON.parse(line);
	} catch {
		throw new Error(`"${line.slice(0, 60)}" is no JSON`);
	}
	if (typeof json !== "object" || json === null || Array.isArray(json)) throw new Error(`"${line.slice(0, 60)}" is no JSON object`);
	const parsed = v.safeParse(StdinFrame, json);
	if (parsed.success) return parsed.output;
	const unknown = parsed.issues.find((issue) => issue.type === "strict_object" && issue.path?.length === 1 && issue.expected === "never");
	if (unknown) throw new Error(`there is no part "${v.getDotPath(unknown)}"; the parts are ${PARTS.join(", ")}`);
	throw new Error(describeIssues(parsed.issues));
}
