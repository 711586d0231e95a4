/** A cluster keeps its memory: in a process whose heap is as large as a Durable Object's, and in somebody's program. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { EMBEDDED } from "../../durable/cluster/limits.ts";
import type { MemoryReport } from "./memory-program.ts";

/** What a Durable Object has beside its budget, MB: 128 less 90. */
const BESIDE = 38;

async function run(mode: "crowd" | "hour", megabytes: number): Promise<MemoryReport> {
	const program = join(import.meta.dirname, "memory-program.ts");
	const options = ["--expose-gc", `--max-old-space-size=${megabytes + BESIDE}`, "--disable-warning=ExperimentalWarning"];
	const { stdout } = await promisify(execFile)(process.execPath, [...options, program, mode, String(megabytes)]);
	return JSON.parse(stdout) as MemoryReport;
}

test("a colony far past its memory: what is new is refused by name, what is known goes on, and the process lives", {
	timeout: 300_000,
}, async () => {
	const budget = 24;
	const { used, measured, errors, findings, series, fresh, refusedSeries } = await run("crowd", budget);
	// What viewers and tasks took since the last refusal comes on top.
	expect(used).toBeLessThan(budget + BESIDE / 2);
	expect(measured).toBeLessThan(budget + BESIDE / 2);
	expect({ fresh, series }).toEqual({ fresh: 500, series: 500 });
	expect(refusedSeries).toBeGreaterThan(1_000);
	expect(errors).toContainEqual(expect.stringMatching(/^no room for series crowd\{\}: # of # MB of memory are used; report fewer/));
	expect(errors).toContainEqual(expect.stringMatching(/^no room for bridge "newcomer-#": the cluster's state is full \(.*\): .*memoryMb/));
	for (const what of ["workers, tasks, streams or checks", "layouts"])
		expect(errors).toContainEqual(expect.stringMatching(`^the cluster's state is full \\(.*\\): remove ${what}`));
	expect(findings).toContainEqual(expect.stringMatching(/^[\d,]+ series past the limits are left out/));
});

test("an hour of 650 series in somebody's program takes less than the default", { timeout: 300_000 }, async () => {
	const { used, measured, errors, findings, refusedSeries } = await run("hour", EMBEDDED.memoryMb);
	expect({ errors, findings, refusedSeries }).toEqual({ errors: [], findings: [], refusedSeries: 0 });
	expect(measured).toBeLessThan(EMBEDDED.memoryMb);
	expect(used).toBeLessThan(EMBEDDED.memoryMb);
});
