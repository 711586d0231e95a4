/** Invalid messages of a viewer: each is answered with an error, and the socket stays. */
import { describe, expect, test } from "vitest";
import { LIMITS } from "../../colony-bridge/protocol/wire/limits.ts";
import { Line, Rig } from "./cluster-rig.ts";

describe("a viewer's message", () => {
	test.each<[string, object | string, string]>([
		["not JSON", "{]", "invalid"],
		["an unknown type", { type: "dance" }, "invalid"],
		["an unknown query", { type: "watch", queries: [{ kind: "dances" }] }, "invalid"],
		["a range of bananas", { type: "watch", queries: [{ kind: "metrics", selectors: ["up"], range: "banana" }] }, "invalid"],
		["too many queries", { type: "watch", queries: Array.from({ length: LIMITS.queries + 1 }, () => ({ kind: "cluster" })) }, "invalid"],
		[
			"more than a hibernating socket remembers",
			{ type: "watch", queries: [{ kind: "logs", sources: Array.from({ length: 39 }, () => "€".repeat(195)) }] },
			"too-large",
		],
	])("%s is answered with a problem, and the viewer may try again", (_, message, kind) => {
		const viewer = new Line(new Rig(), "viewer");
		viewer.say(message);
		expect(viewer.take<unknown>()).toEqual([{ type: "error", problem: expect.objectContaining({ kind, detail: expect.any(String) }) }]);
		viewer.say({ type: "watch", queries: [{ kind: "cluster" }] });
		expect(viewer.take<unknown>()).toEqual([expect.objectContaining({ type: "snapshot" })]);
	});

	test("that is huge ends the link", () => {
		const viewer = new Line(new Rig(), "viewer");
		viewer.say("x".repeat(LIMITS.viewerChars + 1));
		expect(viewer.take<unknown>()).toEqual([{ type: "error", problem: expect.objectContaining({ kind: "too-large" }) }]);
		expect(viewer.closedWith).toBe(1008);
	});
});
