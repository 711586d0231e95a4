import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Clock } from "../../colony-bridge/bridge/clock.ts";
import { frameText, type OutboxEntry } from "../../colony-bridge/bridge/outbox/outbox-entry.ts";
import { Pace, restOf } from "../../colony-bridge/bridge/timing.ts";

/** A machine whose clock is ahead, a cluster, and a network between them. */
class World {
	time = 1_700_000_000_000;
	ahead: number;
	readonly clock: Clock;

	constructor(ahead: number) {
		this.ahead = ahead;
		this.clock = new Clock({ now: () => this.time + this.ahead, passed: () => this.time - 1_600_000_000_000 });
	}

	exchange(up: number, down: number): boolean {
		const sent = this.clock.begin();
		const received = this.time + up;
		this.time += up + down;
		return this.clock.end({ sent, received, answered: received });
	}
}

describe("the clock", () => {
	test("has an error of at most half of the smallest round trip, plus the threshold below which it corrects nothing", () => {
		const trips = fc.array(fc.tuple(fc.nat(2000), fc.nat(2000)), { minLength: 1, maxLength: 8 });
		fc.assert(
			fc.property(fc.integer({ min: -1e8, max: 1e8 }), trips, (ahead, given) => {
				const world = new World(ahead);
				for (const [up, down] of given) world.exchange(up, down);
				const best = Math.min(...given.map(([up, down]) => up + down));
				expect(Math.abs(world.clock.skewMs - ahead)).toBeLessThanOrEqual(best + 50 + 2);
			}),
		);
	});

	test("corrects nothing within its error, and detects a clock that is set", () => {
		const world = new World(30);
		expect(world.exchange(5, 5)).toBe(false);
		expect(world.clock.skewMs).toBe(0);
		expect(world.clock.due).toBe(false);
		world.ahead = 3_600_000;
		expect(world.clock.due).toBe(true);
		expect(world.exchange(5, 5)).toBe(true);
		expect(world.clock.skewMs).toBe(3_600_000);
		expect(world.clock.due).toBe(false);
		world.time += 64_000;
		expect(world.clock.due).toBe(true);
	});

	test("passes over an answer to an earlier hello", () => {
		const world = new World(5000);
		const sent = world.clock.begin();
		world.clock.begin();
		world.time += 1;
		expect(world.clock.end({ sent: sent - 1, received: world.time, answered: world.time })).toBe(false);
	});
});

test("a frame's instants are moved when it gets its number; event time and values are not", () => {
	const entry: OutboxEntry = {
		type: "state",
		id: 1,
		seq: 4,
		skewMs: 1000,
		bytes: 0,
		samples: 0,
		events: 0,
		from: 0,
		until: 0,
		whole: false,
	};
	const body = {
		at: 5000,
		workers: { set: [{ id: "at", startedAt: 1500, pid: 1200 }] },
		streams: { set: [{ id: "s", watermark: 3000, checkpoint: { endedAt: 500 } }] },
	};
	expect(JSON.parse(frameText(entry, JSON.stringify(body).slice(1)))).toEqual({
		type: "state",
		seq: 4,
		at: 4000,
		workers: { set: [{ id: "at", startedAt: 500, pid: 1200 }] },
		streams: { set: [{ id: "s", watermark: 3000, checkpoint: { endedAt: 0 } }] },
	});
});

test("instants are corrected in the JSON text as in the parsed frame, whatever its strings look like", () => {
	const name = fc.oneof(fc.string(), fc.constantFrom("at", 'x"at', "until", '"at":5', "\\", '\\"at":1', "endedAt"));
	const key = name.filter((each) => each !== "__proto__");
	const { value } = fc.letrec((tie) => ({
		value: fc.oneof(
			{ maxDepth: 3 },
			name,
			fc.integer(),
			fc.double({ noNaN: true, noDefaultInfinity: true }),
			fc.dictionary(key, tie("value")),
			fc.array(tie("value")),
		),
	}));
	const instants = /^(at|until|since|queuedAt|startedAt|endedAt)$/;
	const moved = (field: string, each: unknown) => (typeof each === "number" && instants.test(field) ? Math.max(0, each - 60) : each);
	fc.assert(
		fc.property(value, (content) => {
			const entry = {
				type: "events" as const,
				id: 1,
				seq: 1,
				skewMs: 60,
				bytes: 0,
				samples: 0,
				events: 0,
				from: 0,
				until: 0,
				whole: false,
			};
			const json = JSON.stringify({ content });
			expect(JSON.parse(frameText(entry, json.slice(1)))).toEqual({ type: "events", seq: 1, ...JSON.parse(json, moved) });
		}),
	);
});

describe("the pace", () => {
	test("without viewers a sixth of the pushes are sent, and a new viewer takes effect at once", () => {
		expect([restOf(1000), restOf(5000), restOf(60_000)]).toEqual([6000, 30_000, 60_000]);
		const pace = new Pace(5000, restOf(5000));
		let [pushes, told] = [0, 0];
		pace.viewerCount(0, 0);
		for (let now = 0; now < 3_600_000; now += 5000) {
			const { push, changed } = pace.beat(now);
			pushes += push ? 1 : 0;
			told += changed ? 1 : 0;
		}
		// 720 snapshots: the first half minute as ever, then one in six.
		expect(pushes).toBe(6 + 119);
		expect([told, pace.intervalMs]).toEqual([1, 30_000]);
		expect(pace.viewerCount(1, 3_600_000)).toBe(true);
		expect([pace.intervalMs, pace.beat(3_605_000).push]).toEqual([5000, true]);
	});

	test("it never rests while the viewer count is unknown", () => {
		const pace = new Pace(5000, 30_000);
		for (let now = 0; now < 600_000; now += 5000) expect(pace.beat(now)).toEqual({ push: true, changed: false });
	});
});
