/**
 * Kills a host with SIGKILL while 10,000 frames are on their way to it, again and again, and asks in the end what it kept: all that was
 * acknowledged, each once, in order. A bridge that comes back sends a little more than it has to, as one does whose acknowledgement was lost.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import type { ClusterView, Snapshot } from "../../colony-bridge/protocol/query/view.ts";
import type { UpFrame } from "../../colony-bridge/protocol/wire/up.ts";
import { RawBridge } from "../wire/raw-bridge.ts";

export const TOKEN = "faults";

export interface Host {
	/** The dashboard's address. */
	url: string;
	/** SIGKILL to all its processes; resolves when they are gone. */
	kill(): Promise<void>;
}

const FRAMES = 10_000;
const PUSH = 40;
/** Pushes sent before the first of them is acknowledged. */
const AHEAD = 6;
const REPEATED = 100;
/** From frame to frame, ms: the whole is 13 h 53 min, so that windows are sealed and spans are merged all the way. */
const STEP = 5000;

/** The value of each series at frame `seq`: its number, a counter that resets at times, and a double with all digits. */
const SERIES = {
	sequence: { type: "gauge", value: (seq: number) => seq },
	counted_total: { type: "counter", value: (seq: number) => 7 * (seq % 1777) },
	wave: { type: "gauge", value: (seq: number) => Math.sin(seq) * 1e200 },
} as const;
const instant = (seq: number, begin: number): number => begin + seq * STEP;

/** Frame 1 names the series; then a sample of each and a task's end by turns. */
function frame(seq: number, begin: number): UpFrame {
	if (seq === 1) return { type: "series", seq, series: Object.entries(SERIES).map(([name, { type }], id) => ({ id, name, type })) };
	const at = instant(seq, begin);
	if (seq % 2 === 0) return { type: "tick", seq, at, ids: [0, 1, 2], values: Object.values(SERIES).map(({ value }) => value(seq)) };
	const end = { type: "taskEnd", id: `task-${seq}`, name: "counted", status: "completed", startedAt: at - 5, endedAt: at } as const;
	return { type: "events", seq, events: [end] };
}

/** Sends from `first` until all is acknowledged or the link ends; tells every acknowledgement. */
async function send(bridge: RawBridge, first: number, begin: number, acknowledged: (seq: number) => void): Promise<void> {
	for (let next = first; next <= FRAMES; next += PUSH) {
		bridge.push(...Array.from({ length: Math.min(PUSH, FRAMES - next + 1) }, (_, i) => frame(next + i, begin)));
		await bridge.acknowledge(Math.max(1, next - AHEAD * PUSH));
		acknowledged(bridge.acknowledged);
	}
	await bridge.acknowledge(FRAMES);
}

async function view<Answer>(url: string, query: object): Promise<Answer> {
	const response = await fetch(new URL(`/api/view?queries=${encodeURIComponent(JSON.stringify([query]))}`, url));
	expect(response.status).toBe(200);
	return ((await response.json()) as Snapshot).answers[0] as Answer;
}

/** Every sample kept of each series, instants and values, oldest first. */
async function kept(url: string): Promise<Record<string, [number, number][]>> {
	const response = await fetch(new URL("/api/export?format=json&start=0", url));
	expect(response.status).toBe(200);
	const { series } = (await response.json()) as { series: { name: string; samples: { timestamp: string; value: number }[] }[] };
	return Object.fromEntries(
		series.map(({ name, samples }) => [name, samples.map(({ timestamp, value }) => [Date.parse(timestamp), value])]),
	);
}

/** Another bridge of the cluster speaks of now: all that is told of the hours before is late. */
async function speakOfNow(url: string): Promise<void> {
	const other = await RawBridge.connect(url, TOKEN, { bridge: "other", epoch: Date.now() });
	other.push(
		{ type: "series", seq: 1, series: [{ id: 0, name: "present", type: "gauge" }] },
		{ type: "tick", seq: 2, at: Date.now(), ids: [0], values: [1] },
	);
	await other.acknowledge(2);
	await other.close();
}

/**
 * @param start a host with its data in `folder`; started again there, it goes on with what is in it.
 * @param late the frames are those of a bridge that was away while another went on.
 */
export function survivesKills(name: string, rounds: number, start: (folder: string) => Promise<Host>, late = false): void {
	const whose = late ? "frames of a bridge that was away" : "frames";
	test(`D1, D2, H3: ${name}: ${FRAMES} ${whose} and ${rounds} kills, no acknowledged frame is missing and none is doubled`, async () => {
		const folder = await mkdtemp(join(tmpdir(), "hiveframe-faults-"));
		const begin = Date.now() - FRAMES * STEP;
		let acknowledged = 0;
		let host = await start(folder);
		try {
			if (late) await speakOfNow(host.url);
			for (let round = 1; ; round++) {
				const bridge = await RawBridge.connect(host.url, TOKEN, { epoch: begin });
				expect(bridge.welcome.lastSeq, "durable after the kill").toBeGreaterThanOrEqual(acknowledged);
				// Somewhere inside this round's share of the frames.
				const killAt = round > rounds ? undefined : Math.ceil(((round - 1 + Math.random()) * FRAMES) / (rounds + 1));
				let killed: Promise<void> | undefined;
				const first = Math.max(1, bridge.welcome.lastSeq + 1 - REPEATED);
				const sending = send(bridge, first, begin, (seq) => {
					acknowledged = Math.max(acknowledged, seq);
					if (killAt !== undefined && seq >= killAt) killed ??= pause(Math.random() * 20).then(() => host.kill());
				});
				if (killAt === undefined) {
					await sending;
					await bridge.close();
					break;
				}
				await expect(sending, `killed at ${killAt}`).rejects.toThrow("the link ended");
				await killed;
				acknowledged = Math.max(acknowledged, bridge.acknowledged);
				host = await start(folder);
			}
			const ticks = Array.from({ length: FRAMES / 2 }, (_, i) => 2 * (i + 1));
			const pushed = Object.entries(SERIES).map(([name, { value }]) => [name, ticks.map((seq) => [instant(seq, begin), value(seq)])]);
			const { present, ...told } = await kept(host.url);
			expect(present?.length).toBe(late ? 1 : undefined);
			expect(told).toEqual(Object.fromEntries(pushed));
			const { view: cluster } = await view<{ view: ClusterView }>(host.url, { kind: "cluster" });
			expect(cluster.tasks.completed).toBe(FRAMES / 2 - 1);
			expect(cluster.links.map(({ gaps }) => gaps.count)).toEqual(cluster.links.map(() => 0));
		} finally {
			await host.kill();
			await rm(folder, { recursive: true, force: true });
		}
	});
}
