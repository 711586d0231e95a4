/**
 * Whatever happens around a gateway (bridges and dashboards that come and go, kills, refusing disks, days), every sample and event of its
 * bridges arrives once and in order or is counted in a gap, and where room has to be made the oldest go first.
 */
import fc from "fast-check";
import { afterEach, beforeEach, test, vi } from "vitest";
import { Site, step } from "./gateway-model.ts";

beforeEach(() => {
	vi.useFakeTimers({
		toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "setImmediate", "clearImmediate", "Date", "performance"],
		now: Date.UTC(2026, 5, 1),
	});
	vi.spyOn(Math, "random").mockReturnValue(0.5);
	// A store that refuses is told of, each time.
	vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => {
	vi.restoreAllMocks();
	vi.useRealTimers();
});

test("nothing is missing, nothing is doubled, whatever happens", () => {
	fc.assert(
		fc.property(fc.array(step, { maxLength: 150, size: "max" }), fc.integer({ min: 2_000, max: 30_000 }), (steps, maxBytes) => {
			const site = new Site(maxBytes);
			try {
				for (const action of steps) site.apply(action);
				site.drain();
				site.verify();
			} finally {
				site.stop();
			}
		}),
		{ numRuns: Number(process.env.RUNS ?? 150) },
	);
});
