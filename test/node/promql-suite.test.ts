/** Prometheus' own scripts against the engine: every case that reads no native histogram passes, its warnings and infos included. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runScript, scriptsOf } from "../promql/suite.ts";
import { ROOT } from "./house-imports.ts";

const SUITE = join(ROOT, "../shared/promql-suite");
const there = existsSync(SUITE);
if (!there) console.warn(`${SUITE} is not there: Prometheus' scripts are skipped`);

describe.skipIf(!there)("Prometheus' scripts", () => {
	test.each(there ? scriptsOf(SUITE) : [])("%s", (file) => {
		const verdicts = runScript(readFileSync(join(SUITE, file), "utf8"));
		expect(verdicts.filter(({ result }) => result === "failed")).toEqual([]);
		expect(verdicts.length).toBeGreaterThan(0);
	});
});

describe("the runner", () => {
	const loaded = 'load 1m\n  up{job="a"} 1 2 _ 4 stale\n  up{job="b"} 1+1x4\n  requests {{schema:0 count:1 sum:1 buckets:[1]}}x4\n\n';

	test.each([
		["a value", 'eval instant at 1m up\n  up{job="a"} 2\n  up{job="b"} 2', "passed"],
		["another value", 'eval instant at 1m up\n  up{job="a"} 2\n  up{job="b"} 3', "failed"],
		["a series too many", 'eval instant at 1m up\n  up{job="a"} 2', "failed"],
		["a series too few", 'eval instant at 1m up{job="a"}\n  up{job="a"} 2\n  up{job="b"} 2', "failed"],
		["missing and stale points of a range", 'eval range from 0 to 4m step 1m up{job="a"}\n  up{job="a"} 1 2 2 4 _', "passed"],
		["a scalar", "eval instant at 0 1 + 1\n  2", "passed"],
		["an error", "eval instant at 0 up + on(x) up\n  expect fail", "passed"],
		["an error that does not come", "eval instant at 0 up\n  expect fail", "failed"],
		[
			"a warning that is not expected",
			'eval instant at 1m quantile_over_time(2, up{job="b"}[2m])\n  expect no_warn\n  {job="b"} Inf',
			"failed",
		],
		[
			"the text of a warning",
			'eval instant at 1m quantile_over_time(2, up{job="b"}[2m])\n  expect warn msg: other\n  {job="b"} Inf',
			"failed",
		],
		["an order", 'eval instant at 1m sort_desc(up)\n  expect ordered\n  up{job="b"} 2\n  up{job="a"} 2', "failed"],
		["native histograms", "eval instant at 1m requests\n  requests {{schema:0 count:1 sum:1 buckets:[1]}}", "refused"],
		["a string", 'eval instant at 0 "a"\n  expect string "a"', "passed"],
		["a range vector", 'eval instant at 1m up{job="b"}[1m1s]\n  expect range vector from 0 to 1m step 1m\n  up{job="b"} 1 2', "passed"],
	])("judges %s", (_, script, result) => {
		expect(runScript(loaded + script).map((verdict) => verdict.result)).toEqual([result]);
	});
});
