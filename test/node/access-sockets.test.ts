import * as v from "valibot";
import { describe, expect, test, vi } from "vitest";
import { DashboardConfig } from "../../colony-bridge/protocol/http/config.ts";
import { leasedSocket, type Socket } from "../../durable/live/socket.ts";
import { type Admission, Gate } from "../../worker/access/gate.ts";
import type { Session } from "../../worker/access/session.ts";
import { ApiTokens } from "../../worker/access/tokens.ts";
import { openNodeAccess } from "../../worker/node/clusters/access.ts";

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

	test("is closed before the next message, and later messages are ignored", () => {
		const { socket, events } = recorded();
		let now = 0;
		const passed = leasedSocket(socket, { until: 1000 }, () => now);
		passed.send("before");
		now = 999;
		passed.send("still");
		now = 1000;
		expect(() => passed.send("after")).toThrow(/is over/);
		expect(events).toEqual(["before", "still", "closed 4401"]);
	});

	test("keeps the cluster's attachment; a socket without an expiry is passed through", () => {
		const { socket } = recorded();
		const passed = leasedSocket(socket, { until: 1 }, () => 0);
		passed.attachment = { role: "viewer" };
		expect(socket.attachment).toEqual({ role: "viewer" });
		expect(passed.attachment).toEqual({ role: "viewer" });
		expect(leasedSocket(socket, { credential: "token:1" }, () => 0)).toBe(socket);
	});
});

describe("a page that only listens", () => {
	const now = Date.UTC(2026, 5, 1);
	const HOUR = 3_600_000;
	const config = v.parse(DashboardConfig, { authEnabled: true, authUsers: { wall: { password: "on the wall", role: "viewer" } } });
	const url = new URL("https://dash.example/api/live");

	test("has its socket closed in time to renew its session, and its sockets can be found until the session's last instant", async () => {
		vi.useFakeTimers({ toFake: ["Date"], now });
		const store = openNodeAccess();
		try {
			const gate = new Gate(config, { store, tokens: new ApiTokens(store), record: async () => {} });
			let cookie = (await gate.signIn("wall", "on the wall", url, {}))?.split(";")[0] ?? "";
			const admit = async () => {
				const answer = new Headers();
				const admission = await gate.admit({ request: new Request(url, { headers: { cookie } }), url, peer: {}, fresh: true, answer });
				cookie = answer.get("set-cookie")?.split(";")[0] ?? cookie;
				return admission;
			};
			const first = await admit();
			const credential = first?.lease.credential ?? "";
			await gate.registerSocket(first as Admission, "default");
			let last = first;
			for (let sockets = 0; sockets < 27; sockets++) {
				expect(last?.lease.until).toBe(Date.now() + 6 * HOUR);
				vi.setSystemTime(last?.lease.until ?? 0);
				last = await admit();
				expect(last?.lease.credential).toBe(credential);
				// Others come and go, and what is over is forgotten.
				await store.registerSocket(`session:${sockets}`, "default", Date.now());
			}
			expect(await gate.signOut(last as Admission & { session: Session })).toEqual(["default"]);
			expect(await admit()).toBeUndefined();
		} finally {
			store.close();
			vi.useRealTimers();
		}
	});
});
