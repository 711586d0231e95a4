/** Which of a worker's numbers its page draws: the most telling first, never more than a viewer's message can carry. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { MOST_METRICS, workerNumbers } from "../../colony-bridge/protocol/pages/page-queries.ts";
import { workerPage } from "../../colony-bridge/protocol/pages/pages.ts";
import { planPage } from "../../colony-bridge/protocol/pages/plan.ts";
import { LIMITS } from "../../colony-bridge/protocol/wire/limits.ts";
import { parseSelector } from "../../colony-bridge/protocol/wire/selector.ts";
import type { SeriesDefinition } from "../../colony-bridge/protocol/wire/series.ts";

const series = (worker: string, name: string, type: SeriesDefinition["type"] = "gauge", more: Record<string, string> = {}) => ({
	name,
	type,
	labels: { worker, ...more },
});
const names = (selectors: string[]) => selectors.map((selector) => parseSelector(selector)?.name);

test("the usual ones come first, then what tells of trouble; what two others make up is left out, and restarts stand apart", () => {
	const found = workerNumbers("w", [
		series("w", "shoe_size"),
		series("w", "heap_percent"),
		series("w", "tasks_total", "counter"),
		series("w", "queue_length"),
		series("w", "tasks_failed", "counter"),
		series("w", "tasks_completed", "counter"),
		series("w", "memory_mb"),
		series("w", "upload_errors_total", "counter"),
		series("w", "worker_restarts_total", "counter"),
		series("w", "latency_bucket", "bucket", { le: "1" }),
		series("w", "cpu_percent"),
	]);
	expect(names(found.gauges)).toEqual(["cpu_percent", "memory_mb", "queue_length", "heap_percent", "shoe_size"]);
	expect(names(found.rates)).toEqual(["tasks_completed", "tasks_failed", "upload_errors_total"]);
	expect(found.restarts).toBe('worker_restarts_total{worker="w"}');
});

test("a worker that has said nothing lately is asked for the usual ones", () => {
	const { gauges, rates } = workerNumbers("w", []);
	expect(names([...gauges, ...rates])).toEqual(["cpu_percent", "memory_mb", "tasks_active", "tasks_completed", "tasks_failed"]);
});

test("series of one metric are told apart while they are few, and drawn as one where they are many", () => {
	const parted = (count: number) =>
		workerNumbers(
			"w",
			Array.from({ length: count }, (_, i) => series("w", "slots", "gauge", { slot: `${i}` })),
		).gauges;
	expect(parted(2)).toEqual(['slots{slot="0",worker="w"}', 'slots{slot="1",worker="w"}']);
	expect(parted(9)).toEqual(['slots{worker="w"}']);
});

test("whatever a colony reports of whatever worker, the page's questions fit a viewer's message and each is one that can be asked", () => {
	const text = fc.string({ minLength: 1, maxLength: LIMITS.nameChars, unit: "binary" });
	const metric = fc.stringMatching(/^[a-z_][a-z0-9_]{0,198}$/);
	const one = fc.tuple(metric, fc.constantFrom("gauge" as const, "counter" as const, "bucket" as const), text);
	fc.assert(
		fc.property(text, fc.array(one, { maxLength: 40 }), (worker, reported) => {
			const all = reported.map(([name, type, slot]) => series(worker, name, type, { slot }));
			const layout = { widgets: [], pages: [] };
			const queries = planPage(workerPage(worker), layout, {}, { series: all }) ?? {};
			expect(Object.keys(queries).length).toBeGreaterThan(5);
			const { gauges, rates } = workerNumbers(worker, all);
			expect(new Set(names([...gauges, ...rates])).size).toBeLessThanOrEqual(MOST_METRICS + 5);
			// Half of it is left to a worker's name, which the other questions say too.
			expect(JSON.stringify(gauges.concat(rates)).length).toBeLessThanOrEqual(LIMITS.viewerChars / 2);
		}),
		{ numRuns: 30 },
	);
});
