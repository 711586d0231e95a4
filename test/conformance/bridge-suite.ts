import { afterEach, describe, expect, test } from "vitest";
import { PING, PONG } from "../../colony-bridge/protocol/query/view.ts";
import type { DownFrame } from "../../colony-bridge/protocol/wire/down.ts";
import { PROTOCOL_VERSION } from "../../colony-bridge/protocol/wire/version.ts";
import { helloOf, lines, push, T0 } from "./example-colony.ts";
import type { Host } from "./host.ts";
import { TextSocket } from "./text-socket.ts";

type Of<Type extends DownFrame["type"]> = Extract<DownFrame, { type: Type }>;

let names = 0;
/** A cluster of its own for each test. */
const freshBase = () => `/clusters/bridge-${names++}`;

const definition = { type: "series", seq: 1, series: [{ id: 0, name: "load", type: "gauge" }] };
const tick = (seq: number, value: unknown, at = T0 + seq) => ({ type: "tick", seq, at, ids: [0], values: [value] });

/** A bridge over its socket and over HTTP: what is acknowledged is there, once, and what is refused changes nothing. */
export function bridgeSuite(host: () => Host): void {
	const open: TextSocket[] = [];
	afterEach(async () => {
		await Promise.all(open.splice(0).map((socket) => socket.close()));
	});

	async function connect(base: string): Promise<TextSocket> {
		const socket = await TextSocket.open(`${host().url}${base}/api/bridge`, { authorization: `Bearer ${host().token}` });
		open.push(socket);
		return socket;
	}

	async function values(base: string): Promise<number[]> {
		const response = await fetch(`${host().url}${base}/api/metrics?names=load&range=1h`);
		const body = (await response.json()) as { load?: { value: number }[] };
		return (body.load ?? []).map(({ value }) => value);
	}

	async function acknowledged(socket: TextSocket, seq: number): Promise<void> {
		let frame: DownFrame;
		do frame = await socket.frame<DownFrame>();
		while (frame.type === "ack" && frame.seq < seq);
		expect(frame).toEqual({ type: "ack", seq });
	}

	test("D1: hello is welcomed, and acknowledged frames are stored", async () => {
		const base = freshBase();
		const socket = await connect(base);
		socket.send(helloOf("one"));
		expect(await socket.frame<DownFrame>()).toEqual({
			type: "welcome",
			protocol: PROTOCOL_VERSION,
			epoch: expect.any(Number),
			lastSeq: 0,
		});
		socket.send(definition, tick(2, 1));
		await acknowledged(socket, 2);
		expect(await values(base)).toEqual([1]);
		socket.send(tick(3, 2));
		await acknowledged(socket, 3);
		expect(await values(base)).toEqual([1, 2]);
	});

	test("D2: a bridge that reconnects resumes after the last durable frame, and a frame sent twice counts once", async () => {
		const base = freshBase();
		const hello = helloOf("one");
		const first = await connect(base);
		first.send(hello);
		await first.frame<Of<"welcome">>("welcome");
		first.send(definition, tick(2, 1), tick(3, 2));
		await acknowledged(first, 3);
		await first.close();
		const second = await connect(base);
		second.send(hello);
		expect(await second.frame<Of<"welcome">>("welcome")).toEqual({
			type: "welcome",
			protocol: PROTOCOL_VERSION,
			epoch: expect.any(Number),
			lastSeq: 3,
		});
		second.send(tick(3, 2), tick(4, 3));
		await acknowledged(second, 4);
		expect(await values(base)).toEqual([1, 2, 3]);
	});

	test("D6: a newer run takes over, and the older one is refused from then on", async () => {
		const base = freshBase();
		const older = await connect(base);
		older.send(helloOf("one"));
		await older.frame<Of<"welcome">>("welcome");
		const newer = await connect(base);
		newer.send(helloOf("one"));
		expect(await newer.frame<Of<"welcome">>("welcome")).toMatchObject({ lastSeq: 0 });
		expect((await older.end()).code).toBe(4009);
	});

	test("entries that a bridge leaves out are a finding with its reason; instants may be ISO 8601 or have fractions", async () => {
		const base = freshBase();
		const socket = await connect(base);
		socket.send(helloOf("one"));
		await socket.frame<Of<"welcome">>("welcome");
		const workers = ["2026-01-15T12:00:00+02:00", Date.UTC(2026, 0, 15, 10) + 0.25].map((startedAt, i) => ({
			id: `w${i}`,
			status: "idle",
			startedAt,
		}));
		const leftOut = [
			{ field: "logs.level", count: 5, reason: "LOUD is no level", at: T0 },
			{ field: "workers.startedAt", count: 8, reason: '"w9": "yesterday" is no instant' },
		];
		socket.send({ type: "state", seq: 1, at: Date.now(), workers: { replace: true, set: workers }, leftOut });
		await acknowledged(socket, 1);
		const json = async (path: string) => (await fetch(`${host().url}${base}${path}`)).json();
		expect(await json("/api/workers")).toMatchObject([{ started_at: "2026-01-15T10:00:00Z" }, { started_at: "2026-01-15T10:00:00Z" }]);
		const [lost, missing] = leftOut as [object, object];
		const { at: _, ...words } = { at: 0, ...lost };
		expect(await json("/api/cluster")).toMatchObject({
			status: "degraded",
			reason: "bridge test left out 8 entries at workers.startedAt, and at 1 more",
			findings: [{ kind: "left-out", message: '"w9": "yesterday" is no instant' }],
			left_out_total: 2,
			left_out: [
				{ bridge: "test", ...missing },
				{ bridge: "test", ...words, last: new Date(T0).toISOString().replace(".000Z", "Z") },
			],
		});
		socket.send({ type: "state", seq: 2, at: Date.now(), leftOut: [] });
		await acknowledged(socket, 2);
		expect(await json("/api/cluster")).toMatchObject({ status: "healthy" });
	});

	test("log lines past the size of one answer are on the next page, each once", async () => {
		const base = freshBase();
		const socket = await connect(base);
		socket.send(helloOf("one"));
		await socket.frame<Of<"welcome">>("welcome");
		const message = (n: number) => `${n} ${"x".repeat(7_000)}`;
		const event = (n: number) => ({ type: "log", at: T0 + n, level: n % 2 ? "INFO" : "ERROR", source: "queen", message: message(n) });
		socket.send({ type: "events", seq: 1, events: Array.from({ length: 11 }, (_, n) => event(n)) });
		await acknowledged(socket, 1);
		interface Page {
			logs: { message: string }[];
			total: number;
			next?: string;
		}
		for (const filter of ["", "&source=q*", "&level=ERROR"]) {
			const expected = Array.from({ length: 11 }, (_, n) => 10 - n).filter((n) => !filter.includes("ERROR") || n % 2 === 0);
			const found: string[] = [];
			const pages: number[] = [];
			let next: string | undefined = "";
			while (next !== undefined) {
				const page: Page = await (await fetch(`${host().url}${base}/api/logs?limit=50${filter}${next && `&cursor=${next}`}`)).json();
				expect(page.total).toBe(expected.length);
				found.push(...page.logs.map((line) => line.message));
				pages.push(page.logs.length);
				next = page.next;
			}
			expect(pages.length).toBeGreaterThan(1);
			expect(found).toEqual(expected.map(message));
		}
	});

	test("a ping is answered", async () => {
		const socket = await connect(freshBase());
		socket.send(PING);
		expect(await socket.text()).toBe(PONG);
	});

	test.each([
		["no JSON", "{", "no-hello"],
		["no hello", tick(1, 1), "no-hello"],
		["an unknown protocol version", { ...helloOf("one"), protocol: 999 }, "protocol"],
	])("a link that begins with %s ends", async (_, frame, kind) => {
		const base = freshBase();
		const socket = await connect(base);
		socket.send(frame);
		expect(await socket.frame<DownFrame>()).toMatchObject({ type: "error", kind, fatal: true });
		expect((await socket.end()).code).toBe(1008);
		expect((await fetch(`${host().url}${base}/api/cluster`)).status).toBe(404);
	});

	test("D3: a link that jumps ahead in the sequence is closed, and the next resumes", async () => {
		const base = freshBase();
		const socket = await connect(base);
		socket.send(helloOf("one"));
		await socket.frame<Of<"welcome">>("welcome");
		socket.send(definition, tick(9, 1));
		expect(await socket.frame<Of<"error">>("error")).toMatchObject({ kind: "sequence", seq: 9, fatal: true });
		expect((await socket.end()).code).toBe(1012);
		expect(await values(base)).toEqual([]);
	});

	test("a message past its bound is refused with the reason", async () => {
		const base = freshBase();
		const socket = await connect(base);
		socket.send(helloOf("one"));
		await socket.frame<Of<"welcome">>("welcome");
		socket.send(`${JSON.stringify(definition)}\n${" ".repeat(1_000_000)}`);
		expect(await socket.frame<DownFrame>()).toMatchObject({ type: "error", kind: "too-large" });
		expect(await values(base)).toEqual([]);
	});

	describe.each([
		["over the socket", true],
		["over HTTP", false],
	])("%s", (_, overSocket) => {
		/** Sends the frames after a hello and a definition. @returns what came back for them. */
		async function answers(base: string, frame: object | string, count = 1): Promise<DownFrame[]> {
			const hello = helloOf("one");
			const text = typeof frame === "string" ? frame : JSON.stringify(frame);
			if (!overSocket) {
				const response = await push(host(), base, `${lines(hello, definition)}\n${text}`);
				expect(response.status).toBe(200);
				expect(response.headers.get("content-type")).toBe("application/x-ndjson");
				const frames = (await response.text())
					.split("\n")
					.filter(Boolean)
					.map((line) => JSON.parse(line) as DownFrame);
				return frames.filter(({ type }) => type === "error").slice(0, count);
			}
			const socket = await connect(base);
			socket.send(hello);
			await socket.frame<Of<"welcome">>("welcome");
			socket.send(definition, text);
			const frames: DownFrame[] = [];
			while (frames.length < count) frames.push(await socket.frame<Of<"error">>("error"));
			return frames;
		}

		test.each([
			["NaN", '{"type":"tick","seq":2,"at":1,"ids":[0],"values":[NaN]}', "invalid", undefined],
			["null for a value", tick(2, null), "invalid", 2],
			["a string for a value", tick(2, "1"), "invalid", 2],
			["more ids than values", { ...tick(2, 1), ids: [0, 0] }, "invalid", 2],
			["a type nobody knows", { type: "wish", seq: 2 }, "invalid", 2],
			[
				"a task that runs without a name",
				{ type: "state", seq: 2, at: T0, tasks: { set: [{ id: "t", status: "running" }] } },
				"invalid",
				2,
			],
			["a series that was never announced", { ...tick(2, 1), ids: [7] }, "unknown-series", 2],
			["an instant two days ago", tick(2, 1, Date.now() - 2 * 86_400_000), "instant", 2],
			["an instant in an hour", tick(2, 1, Date.now() + 3_600_000), "instant", 2],
		])("%s is refused by number and changes nothing", async (_, frame, kind, seq) => {
			const base = freshBase();
			const [error] = await answers(base, frame);
			expect(error).toMatchObject({ type: "error", kind, fatal: false, ...(seq && { seq }) });
			expect((error as Of<"error">).detail).not.toBe("");
			expect(await values(base)).toEqual([]);
		});

		test("D4: the frames of a push after a refused one are applied", async () => {
			const base = freshBase();
			await answers(base, `${JSON.stringify(tick(2, null))}\n${JSON.stringify(tick(3, 5))}`);
			await expect.poll(() => values(base)).toEqual([5]);
		});
	});

	test("D6: the cluster numbers runs; a name is held until goodbye, which removes the bridge's current state", async () => {
		const base = freshBase();
		const helloAs = (instance: string, epoch = 0) => helloOf("one", { bridge: "pod", instance, epoch });
		const holder = await connect(base);
		holder.send(helloAs("a"));
		const { epoch, lastSeq } = await holder.frame<Of<"welcome">>("welcome");
		expect(Math.abs(epoch - Date.now())).toBeLessThan(60_000);
		expect(lastSeq).toBe(0);
		holder.send({ type: "state", seq: 1, at: T0, workers: { replace: true, set: [{ id: "w", status: "idle" }] } });
		await acknowledged(holder, 1);
		const other = await push(host(), base, lines(helloAs("b")));
		expect(other.status).toBe(409);
		expect(Number(other.headers.get("Retry-After"))).toBeGreaterThan(0);
		expect(await other.json()).toMatchObject({ kind: "in-use", detail: expect.stringMatching(/"pod" is in use .* free in \d+ s/) });
		holder.send({ type: "goodbye", seq: 2 });
		await acknowledged(holder, 2);
		expect(await (await fetch(`${host().url}${base}/api/workers`)).json()).toEqual([]);
		const view = await fetch(`${host().url}${base}/api/view?queries=${encodeURIComponent('[{"kind":"cluster"}]')}`);
		expect(await view.json()).toMatchObject({ answers: [{ view: { status: "unknown", links: [], bridges: { total: 0 } } }] });
		// The same again, for whom its goodbye was lost on the way: its run is over, and it is told what has arrived of it.
		const again = await push(host(), base, lines(helloAs("a", epoch), { type: "goodbye", seq: 2 }));
		const [back] = (await again.text()).split("\n").map((line) => JSON.parse(line || "{}") as DownFrame);
		expect(back).toMatchObject({ type: "welcome", lastSeq: 2 });
		expect((back as Of<"welcome">).epoch).toBeGreaterThan(epoch);
		const old = await push(host(), base, lines(helloAs("b", epoch)));
		expect(await old.json()).toMatchObject({ kind: "superseded" });
		const own = await push(host(), base, lines(helloOf("one", { bridge: "layout", epoch: 9_000_000_000_000 })));
		expect(await own.json()).toMatchObject({ kind: "invalid", detail: expect.stringContaining("is reserved for the dashboard") });
	});

	test("D8: a bridge of the next release that still speaks this version is served in it", async () => {
		const next = { protocol: PROTOCOL_VERSION + 1, oldest: PROTOCOL_VERSION, greeting: "a field of then" };
		const answer = await push(host(), freshBase(), lines(helloOf("next", next), definition, tick(2, 1)));
		const [first] = (await answer.text()).split("\n");
		expect(JSON.parse(first ?? "")).toMatchObject({ type: "welcome", protocol: PROTOCOL_VERSION, lastSeq: 0 });
		const later = { protocol: PROTOCOL_VERSION + 2, oldest: PROTOCOL_VERSION + 1 };
		const refused = await push(host(), freshBase(), lines(helloOf("later", later)));
		const [theirs, here] = [`versions ${later.oldest} to ${later.protocol}`, `version ${PROTOCOL_VERSION}`];
		const detail = `this bridge supports protocol ${theirs}, this dashboard ${here}: update the dashboard`;
		expect([refused.status, await refused.json()]).toEqual([400, expect.objectContaining({ kind: "protocol", detail })]);
	});

	test("the fallback answers with the frames a socket would get", async () => {
		const base = freshBase();
		const hello = helloOf("one");
		const first = await push(host(), base, lines(hello, definition, tick(2, 1)));
		const frames = (await first.text())
			.trim()
			.split("\n")
			.map((line) => JSON.parse(line) as DownFrame);
		expect(frames[0]).toEqual({ type: "welcome", protocol: PROTOCOL_VERSION, epoch: expect.any(Number), lastSeq: 0 });
		expect(frames.at(-1)).toEqual({ type: "ack", seq: 2 });
		const second = await push(host(), base, lines(hello, tick(2, 1), tick(3, 2)));
		expect(
			(await second.text())
				.trim()
				.split("\n")
				.map((line) => JSON.parse(line)),
		).toEqual([
			{ type: "welcome", protocol: PROTOCOL_VERSION, epoch: expect.any(Number), lastSeq: 2 },
			{ type: "ack", seq: 3 },
		]);
		expect(await values(base)).toEqual([1, 2]);
	});
}
