/** One link session for bridge and gateway: what goes before a push, and when a link is given up, tried again or left for good. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Connect, LinkEvents } from "../../colony-bridge/bridge/link.ts";
import { LinkSession } from "../../colony-bridge/bridge/link-session.ts";
import { Warnings } from "../../colony-bridge/bridge/warnings.ts";
import type { DownFrame } from "../../colony-bridge/protocol/wire/down.ts";

let links: { events: LinkEvents; sent: string[] }[];
let warnings: string[];
let heard: string[];
let hello: object;
let session: LinkSession;

const WELCOME: DownFrame = { type: "welcome", protocol: 1, epoch: 7, lastSeq: 0 };
const newest = () => links.at(-1) as (typeof links)[0];
const say = (frame: DownFrame) => newest().events.message(JSON.stringify(frame));

beforeEach(() => {
	vi.useFakeTimers();
	links = [];
	warnings = [];
	heard = [];
	hello = { type: "hello", bridge: "b" };
	const connect: Connect = (events) => {
		const sent: string[] = [];
		links.push({ events, sent });
		return { send: (text) => sent.push(text), close: () => {} };
	};
	const owner = {
		hello: () => hello,
		welcome: () => session.begin(),
		ack: (seq: number) => session.acknowledged(true, seq),
		command: () => {},
		viewerCount: (viewers: number | undefined) => heard.push(`viewers ${viewers}`),
		refused: ({ kind }: { kind: string }) => heard.push(`refused ${kind}`),
		superseded: ({ detail }: { detail: string }) => heard.push(`superseded ${detail}`),
		wake: () => session.open(),
	};
	session = new LinkSession(connect, owner, new Warnings(({ message }) => warnings.push(message)), "gateway");
	session.open();
	newest().events.open();
});
afterEach(() => {
	session.stop();
	vi.useRealTimers();
});

test("hello goes first, and before a push only where it has changed or the clock is to be measured", () => {
	expect(newest().sent).toMatchObject([expect.stringMatching(/^\{"type":"hello","bridge":"b","sent":\d+\}$/)]);
	say(WELCOME);
	session.push("one");
	hello = { ...hello, intervalMs: 5 };
	session.push("two");
	session.push("three");
	session.announce();
	vi.advanceTimersByTime(20_000);
	say({ type: "ack", seq: 0 });
	vi.advanceTimersByTime(50_000);
	session.push("four");
	expect(newest().sent.slice(1)).toEqual([
		"one",
		expect.stringMatching(/"intervalMs":5.*\ntwo$/),
		"three",
		expect.stringMatching(/\nfour$/),
	]);
});

test("a superseded link is not opened again, whether a frame or a closed request said so", () => {
	newest().events.closed(4009, "a later run");
	expect(heard).toEqual(["superseded a later run"]);
	expect(session.state).toBe("superseded");
	vi.advanceTimersByTime(600_000);
	expect(links).toHaveLength(1);
});

test("a name in use is asked for again soon, and reported once its holder should have been silent", () => {
	const inUse: DownFrame = { type: "error", kind: "in-use", detail: "held", fatal: true, retryAfterMs: 5_000 };
	say(inUse);
	expect([session.state, session.inUse]).toEqual(["waiting", undefined]);
	vi.advanceTimersByTime(5_300);
	expect(links).toHaveLength(2);
	newest().events.open();
	say(inUse);
	expect(session.inUse).toBe("held");
	vi.advanceTimersByTime(5_300);
	newest().events.open();
	say(WELCOME);
	expect(session.inUse).toBeUndefined();
});

test("a refused token is named with its owner, until a link is live", () => {
	newest().events.closed(401, "wrong");
	expect(session.denied).toBe(401);
	expect(warnings[0]).toMatch(
		/refused the gateway's token \(401: wrong\); give the gateway the token that the dashboard has as BRIDGE_TOKEN/,
	);
	vi.advanceTimersByTime(30_000);
	newest().events.open();
	say(WELCOME);
	expect(session.denied).toBeUndefined();
});

test("a push without an answer, and a missed frame, close the link and ignore its later frames", () => {
	say(WELCOME);
	say({ type: "viewers", count: 2 });
	session.push("one");
	vi.advanceTimersByTime(30_000);
	expect(warnings.join()).toMatch(/out of step with the dashboard \(no answer for 30000 ms\)/);
	say({ type: "viewers", count: 3 });
	expect(session.viewers).toBeUndefined();
	vi.advanceTimersByTime(30_000);
	newest().events.open();
	say(WELCOME);
	say({ type: "error", kind: "sequence", detail: "frame 2 is missing", fatal: true });
	expect(heard.filter((each) => each.startsWith("refused"))).toEqual(["refused sequence"]);
	expect(session.state).toBe("waiting");
});
