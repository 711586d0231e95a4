/**
 * Whatever happens around a gateway (bridges and dashboards that come and go, kills, refusing disks, days), every sample and event of its
 * bridges arrives once and in order or is counted in a gap, and where room has to be made the oldest go first.
 */
import fc from "fast-check";
import { afterEach, beforeEach, test, vi } from "vitest";
import { Site, type Step, step } from "./gateway-model.ts";

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

/** What draws have found. */
const FOUND: Step[][] = [
	// Two links say hello for a new run in one write, which fails: the run of the first is gone when that of the second begins.
	[
		{ do: "push", bridge: 1, frames: 1 },
		{ do: "leave", bridge: 1 },
		{ do: "push", bridge: 1, frames: 1 },
		{ do: "say", bridge: 1, what: "tick", many: 1 },
		{ do: "refuse", writes: 1 },
		{ do: "pass", ms: 0 },
	],
	// A host loses its power, all of whose words have arrived: its next run begins while the link of the one before counts as open.
	[
		{ do: "push", bridge: 0, frames: 1 },
		{ do: "pass", ms: 0 },
		{ do: "say", bridge: 0, what: "tick", many: 2 },
		{ do: "push", bridge: 0, frames: 40 },
		{ do: "pass", ms: 500 },
		...Array.from({ length: 6 }, (): Step[] => [
			{ do: "read", texts: 3, answer: true },
			{ do: "pass", ms: 500 },
		]).flat(),
		{ do: "restart", bridge: 0, heard: false },
		{ do: "say", bridge: 0, what: "tick", many: 1 },
	],
];

test("D2, D5: no frame is missing without a gap, and none is doubled, whatever happens", () => {
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
		{ numRuns: Number(process.env.RUNS ?? 150), examples: FOUND.map((steps) => [steps, 3712]) },
	);
});
