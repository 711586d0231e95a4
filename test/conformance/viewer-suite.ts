import { afterEach, expect, test } from "vitest";
import { applyChange } from "../../colony-bridge/protocol/query/delta.ts";
import type { QueryInput } from "../../colony-bridge/protocol/query/query.ts";
import { type Answer, type Delta, PING, PONG, type Probe, type Snapshot, type ToViewer } from "../../colony-bridge/protocol/query/view.ts";
import { LIMITS } from "../../colony-bridge/protocol/wire/limits.ts";
import { helloOf, lines, push, pushExample, T0 } from "./example-colony.ts";
import type { Host } from "./host.ts";
import { TextSocket } from "./text-socket.ts";

let names = 0;
const freshBase = () => `/clusters/viewer-${names++}`;

const QUERIES: QueryInput[] = [
	{ kind: "cluster" },
	{ kind: "layout" },
	{ kind: "workers" },
	{ kind: "tasks" },
	{ kind: "ended" },
	{ kind: "taskStats" },
	{ kind: "streams" },
	{ kind: "checks" },
	{ kind: "logs" },
	{ kind: "errors" },
	{ kind: "errorGroups" },
	{ kind: "marks" },
	{ kind: "series" },
	{ kind: "metrics", selectors: ["cpu_percent", "tasks_total"], range: "15m" },
	{ kind: "samples", selectors: ["tasks_total"] },
];

/** A viewer: one snapshot, then deltas that lead to what polling would have said. */
export function viewerSuite(host: () => Host): void {
	const open: TextSocket[] = [];
	afterEach(async () => {
		await Promise.all(open.splice(0).map((socket) => socket.close()));
	});

	async function watch(base: string, queries: QueryInput[], headers: Record<string, string> = {}): Promise<TextSocket> {
		const socket = await TextSocket.open(`${host().url}${base}/api/live`, headers);
		open.push(socket);
		socket.send({ type: "watch", queries });
		return socket;
	}

	async function poll(base: string, queries: QueryInput[]): Promise<Snapshot> {
		const response = await fetch(`${host().url}${base}/api/view?queries=${encodeURIComponent(JSON.stringify(queries))}`);
		expect(response.status).toBe(200);
		expect(response.headers.get("cache-control")).toBe("no-store");
		return (await response.json()) as Snapshot;
	}

	const change = (hello: object, seq: number) =>
		lines(
			hello,
			{
				type: "state",
				seq,
				at: T0 + 60_000,
				workers: { set: [{ id: "worker-9", status: "busy" }], remove: ["a,b"] },
			},
			{
				type: "events",
				seq: seq + 1,
				events: [{ type: "log", at: T0 + 59_000, level: "ERROR", source: "queen", message: `change ${seq}` }],
			},
		);

	/** The answers after as many deltas as it takes to reach `position`. */
	async function follow(socket: TextSocket, snapshot: Snapshot, position: number): Promise<Answer[]> {
		const answers = [...snapshot.answers];
		let at = snapshot.position;
		while (at < position) {
			const delta = await socket.frame<Delta>("delta");
			for (const one of delta.changes) answers[one.index] = applyChange(answers[one.index], one);
			at = delta.position;
		}
		return answers;
	}

	/** Without what moves with the clock (a chart that follows ends now) or with who is linked. */
	const settled = (answers: Answer[]) =>
		answers.filter(({ kind }) => kind !== "cluster").map((answer) => (answer.kind === "metrics" ? { ...answer, start: 0 } : answer));

	test("a snapshot of every kind of query, the same as polling gives", async () => {
		const base = freshBase();
		await pushExample(host(), base, "viewers");
		const socket = await watch(base, QUERIES);
		const snapshot = await socket.frame<Snapshot>("snapshot");
		const polled = await poll(base, QUERIES);
		expect(snapshot.answers.map(({ kind }) => kind)).toEqual(QUERIES.map(({ kind }) => kind));
		expect(snapshot.position).toBe(polled.position);
		expect(settled(snapshot.answers)).toEqual(settled(polled.answers));
	});

	test("deltas add up to the polled answer", async () => {
		const base = freshBase();
		const hello = helloOf("viewers");
		await (
			await push(host(), base, lines(hello, { type: "state", seq: 1, at: T0, workers: { set: [{ id: "a,b", status: "idle" }] } }))
		).text();
		const live = QUERIES.filter(({ kind }) => kind !== "samples");
		const socket = await watch(base, live);
		const snapshot = await socket.frame<Snapshot>("snapshot");
		for (const seq of [2, 4]) await (await push(host(), base, change(hello, seq))).text();
		const polled = await poll(base, live);
		expect(polled.position).toBeGreaterThan(snapshot.position);
		const answers = await follow(socket, snapshot, polled.position);
		expect(settled(answers)).toEqual(settled(polled.answers));
		const workers = answers.find(({ kind }) => kind === "workers");
		expect(workers).toMatchObject({ total: 1, rows: [{ id: "worker-9", status: "busy" }] });
	});

	test("a page of the dashboard itself may watch", async () => {
		const base = freshBase();
		await pushExample(host(), base, "viewers");
		const socket = await watch(base, [{ kind: "cluster" }], { origin: host().url });
		expect((await socket.frame<Snapshot>("snapshot")).answers).toHaveLength(1);
	});

	test("clusters are apart from one another", async () => {
		const [left, right] = [freshBase(), freshBase()];
		const one = helloOf("left");
		const two = helloOf("right");
		const worker = (id: string) => ({ type: "state", seq: 1, at: T0, workers: { set: [{ id, status: "busy" }] } });
		await (await push(host(), left, lines(one, worker("left-1")))).text();
		await (await push(host(), right, lines(two, worker("right-1")))).text();
		const socket = await watch(left, [{ kind: "workers" }]);
		await socket.frame<Snapshot>("snapshot");
		await (await push(host(), right, change(two, 2))).text();
		await (await push(host(), left, change(one, 2))).text();
		const text = JSON.stringify(await socket.frame<Delta>("delta"));
		expect(text).toContain("worker-9");
		const ids = async (base: string) => {
			const [answer] = (await poll(base, [{ kind: "workers" }])).answers;
			return answer?.kind === "workers" ? answer.rows.map(({ id }) => id).sort() : [];
		};
		expect(await ids(left)).toEqual(["left-1", "worker-9"]);
		expect(await ids(right)).toEqual(["right-1", "worker-9"]);
	});

	test("a viewer may ask for something else", async () => {
		const base = freshBase();
		await pushExample(host(), base, "viewers");
		const socket = await watch(base, [{ kind: "cluster" }]);
		await socket.frame<Snapshot>("snapshot");
		socket.send({ type: "watch", queries: [{ kind: "checks" }, { kind: "logs", limit: 1 }] });
		const snapshot = await socket.frame<Snapshot>("snapshot");
		expect(snapshot.answers.map(({ kind }) => kind)).toEqual(["checks", "logs"]);
		expect(snapshot.answers[1]).toMatchObject({ rows: [{ message: "quiet" }] });
	});

	test.each([
		["no JSON", "{"],
		["a kind nobody knows", { type: "watch", queries: [{ kind: "secrets" }] }],
		["a selector that is none", { type: "watch", queries: [{ kind: "metrics", selectors: ["{"], range: "1h" }] }],
		["too many queries", { type: "watch", queries: Array(LIMITS.queries + 1).fill({ kind: "cluster" }) }],
		["a message that is too long", `{"type":"watch","queries":[]${" ".repeat(8_000)}}`],
	])("%s is answered with a problem", async (_, frame) => {
		const base = freshBase();
		await pushExample(host(), base, "viewers");
		const socket = await TextSocket.open(`${host().url}${base}/api/live`);
		open.push(socket);
		socket.send(frame);
		const answer = await socket.frame<Extract<ToViewer, { type: "error" }>>("error");
		expect(answer.problem.status).toBeGreaterThanOrEqual(400);
		expect(answer.problem.detail).not.toBe("");
	});

	test("a viewer that does not read is disconnected, and nobody else waits", async () => {
		const base = freshBase();
		const hello = helloOf("viewers");
		const message = "x".repeat(7000);
		const events = Array.from({ length: 100 }, () => ({ type: "log", at: T0, level: "INFO", source: "queen", message }));
		await (await push(host(), base, lines(hello, { type: "events", seq: 1, events }))).text();
		const socket = await watch(base, [{ kind: "cluster" }]);
		await socket.frame<Snapshot>("snapshot");
		socket.read(false);
		for (let limit = 1; limit <= 100; limit++) socket.send({ type: "watch", queries: [{ kind: "logs", limit }] });
		expect((await fetch(`${host().url}/api/health`)).status).toBe(200);
		expect((await poll(base, [{ kind: "cluster" }])).answers).toHaveLength(1);
		socket.read(true);
		expect((await socket.end()).code).toBe(4008);
	});

	test("a viewer that acknowledges may be sent more than the bound of unacknowledged data", async () => {
		const base = freshBase();
		await pushExample(host(), base, "viewers");
		const socket = await watch(base, [{ kind: "cluster" }]);
		for (let n = 0; n < 100; n++) {
			const frame = await socket.frame<Snapshot | Probe>("snapshot", "probe");
			socket.send(frame.type === "probe" ? { type: "ack", probe: frame.id } : { type: "watch", queries: [{ kind: "logs", limit: 1 + n }] });
		}
		expect(await socket.frame<Snapshot>("snapshot")).toBeDefined();
	});

	test("a ping is answered", async () => {
		const base = freshBase();
		await pushExample(host(), base, "viewers");
		const socket = await TextSocket.open(`${host().url}${base}/api/live`);
		open.push(socket);
		socket.send(PING);
		expect(await socket.text()).toBe(PONG);
	});
}
