/** What a cluster says that it holds, beside what its process was measured to hold. */
import { expect, test } from "vitest";
import { reportOf } from "../bench/harness/child.ts";
import type { ClusterReport } from "../bench/programs/cluster.ts";

test("the estimate of a cluster's memory is within a factor of one and a half of the truth", async () => {
	const { heap, buffers, estimate } = (await reportOf<ClusterReport>("cluster", "2000", "6")).steady;
	const estimated = Object.values(estimate).reduce((sum, bytes) => sum + bytes, 0);
	expect(estimated).toBeGreaterThan((heap + buffers) / 1.5);
	expect(estimated).toBeLessThan((heap + buffers) * 1.5);
}, 120_000);
