import { describe, expect, test } from "vitest";
import { passedSocket } from "../../durable/passed-socket.ts";
import type { Socket } from "../../durable/socket.ts";

describe("a socket whose right ends", () => {
	function recorded() {
		const events: string[] = [];
		const socket: Socket = {
			send: (text) => void events.push(text),
			close: (code) => void events.push(`closed ${code}`),
			attachment: undefined,
		};
		return { socket, events };
	}

	test("is closed before the next word, and nothing is heard after", () => {
		const { socket, events } = recorded();
		let now = 0;
		const passed = passedSocket(socket, { until: 1000 }, () => now);
		passed.send("before");
		now = 999;
		passed.send("still");
		now = 1000;
		expect(() => passed.send("after")).toThrow(/is over/);
		expect(events).toEqual(["before", "still", "closed 4401"]);
	});

	test("remembers what the cluster attaches to it; one whose right does not end is itself", () => {
		const { socket } = recorded();
		const passed = passedSocket(socket, { until: 1 }, () => 0);
		passed.attachment = { role: "viewer" };
		expect(socket.attachment).toEqual({ role: "viewer" });
		expect(passed.attachment).toEqual({ role: "viewer" });
		expect(passedSocket(socket, { grant: "token:1" }, () => 0)).toBe(socket);
	});
});
