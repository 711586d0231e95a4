import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PushText } from "../../colony-bridge/protocol/wire/delivery/push-text.ts";
import { PushTurns, WAITING } from "../../durable/work/push-turns.ts";

/** Pauses end when the test says so. */
function rig() {
	const pauses: (() => void)[] = [];
	const done: string[] = [];
	const turns = new PushTurns((then) => void pauses.push(then));
	return {
		turns,
		done,
		push: (link: object, client: string, name: string, chars = 10) =>
			turns.take(link, client, new PushText("x".repeat(chars)), () => void done.push(name)),
		/** Others have had their turn. @returns whether something waited */
		goOn: () => {
			const then = pauses.shift();
			then?.();
			return then !== undefined;
		},
	};
}

describe("turns of pushes", () => {
	test("a few are processed at once, and more after the turns of others", () => {
		const { push, done, goOn } = rig();
		const link = {};
		for (let n = 0; n < 20; n++) push(link, "a", `${n}`);
		const first = done.length;
		expect(first).toBeGreaterThan(2);
		expect(first).toBeLessThan(10);
		let pauses = 0;
		while (goOn()) pauses++;
		expect(done).toEqual(Array.from({ length: 20 }, (_, n) => `${n}`));
		expect(pauses).toBeGreaterThanOrEqual(20 / first - 1);
	});

	test("C4: a long push is parsed in one turn and applied in another", () => {
		const { turns, push, done, goOn } = rig();
		const series = [{ id: 0, name: "series", labels: { label: "x".repeat(900_000) }, type: "gauge" }];
		const long = new PushText(JSON.stringify({ type: "series", seq: 1, series }));
		turns.take({}, "a", long, () => void done.push("long"));
		push({}, "b", "next");
		expect(done).toEqual([]);
		goOn();
		expect(done).toEqual(["long"]);
		goOn();
		expect(done).toEqual(["long", "next"]);
	});

	test("C4: a client with many pushes delays another by one of them at most", () => {
		const { push, done, goOn } = rig();
		for (let n = 0; n < 40; n++) push({}, "many", `many ${n}`);
		push({}, "one", "one");
		goOn();
		expect(done.indexOf("one")).toBeGreaterThan(0);
	});

	test("past the queue of one link it is refused, and other links of the client are not", () => {
		const { push } = rig();
		const link = {};
		const refusals = Array.from({ length: WAITING.pushes + 20 }, () => push(link, "a", "")).filter((refusal) => refusal !== undefined);
		expect(refusals[0]).toMatch(/more than 64 pushes wait/);
		expect(push({}, "a", "")).toBeUndefined();
	});

	test("past the queue of all links it is refused", () => {
		const { push } = rig();
		push({}, "a", "", 1_000_000);
		for (let n = 0; n < WAITING.chars / 1_000_000; n++) expect(push({}, `${n}`, "", 1_000_000)).toBeUndefined();
		expect(push({}, "b", "")).toMatch(/too much waits/);
	});

	test("each link keeps its order and ends after all that came over it", () => {
		const events = fc.array(fc.record({ link: fc.nat(4), end: fc.boolean(), goOn: fc.boolean(), chars: fc.constantFrom(1, 300_000) }));
		fc.assert(
			fc.property(events, (sequence) => {
				const { turns, push, done, goOn } = rig();
				const links = Array.from({ length: 5 }, () => ({ ended: false }));
				const said: string[][] = links.map(() => []);
				for (const [n, { link: i, end, goOn: pause, chars }] of sequence.entries()) {
					const link = links[i] as (typeof links)[number];
					if (link.ended) continue;
					const name = `${i} ${n}`;
					if (end) {
						link.ended = true;
						turns.end(link, `${i % 2}`, () => void done.push(name));
						said[i]?.push(name);
					} else if (push(link, `${i % 2}`, name, chars) === undefined) said[i]?.push(name);
					if (pause) goOn();
				}
				while (goOn());
				for (const [i, names] of said.entries()) expect(done.filter((name) => name.startsWith(`${i} `))).toEqual(names);
			}),
		);
	});
});
