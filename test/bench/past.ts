/** Looks at the past of a cluster: the time of a seek, what it costs pushes and memory, and what is kept. */
import { reportOf } from "./harness/child.ts";
import type { Figure } from "./harness/figure.ts";
import type { PastReport } from "./programs/past.ts";

/** Workers, and minutes of pushes: at least three keyframes. */
const SIZES = [
	[8, 60],
	[1_000, 45],
	[10_000, 30],
] as const;

export async function* run(): AsyncGenerator<Omit<Figure, "bench">> {
	for (const [workers, minutes] of SIZES) {
		const report = await reportOf<PastReport>("past", String(workers), String(minutes));
		const reference = { name: "the same of the present", value: report.liveP50 };
		const of = `${workers} workers`;
		yield { name: `seek_p50_ms of ${of}`, value: report.seekP50, unit: "ms", reference };
		yield { name: `seek_p99_ms of ${of}`, value: report.seekP99, unit: "ms", reference };
		yield { name: `longest_step_ms of ${of}: a push waits no longer`, value: report.longestStep, unit: "ms" };
		yield { name: `look_mb of ${of}`, value: report.lookBytes / 1e6, unit: "MB" };
		yield { name: `kept_mb_a_day of ${of}`, value: report.bytesADay / 1e6, unit: "MB" };
		yield { name: `push_p99_ms of ${of}`, value: report.pushP99, unit: "ms", reference: { name: "p50", value: report.pushP50 } };
		yield { name: `keyframe_push_ms of ${of}`, value: report.keyframePush, unit: "ms", reference: { name: "p50", value: report.pushP50 } };
	}
}
