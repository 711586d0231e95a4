/**
 * SIGKILL of a bridge with a spool and of its server at random moments, again and again: what was put is there in the end, once, in order. A
 * number that the bridge was killed in the middle of putting may be there or not, and the next process may say it again: those it never reported.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { IN_FULL, kept } from "./known-sequence.ts";
import { RoughWire } from "./rough-wire.ts";

const TOKEN = "kills";
const ROUNDS = IN_FULL ? 50 : 4;
const path = (program: string) => fileURLToPath(new URL(`programs/${program}.ts`, import.meta.url));

async function startServer(folder: string): Promise<{ child: ChildProcess; url: string }> {
	const child = fork(path("node-host"), [folder, TOKEN]);
	const [url] = await once(child, "message");
	return { child, url: String(url) };
}

async function kill(child: ChildProcess): Promise<void> {
	const gone = once(child, "exit");
	child.kill("SIGKILL");
	await gone;
}

test(`D1, D2: ${ROUNDS} kills of bridge and server, and every frame is stored once`, async () => {
	const folder = await mkdtemp(join(tmpdir(), "hiveframe-kills-"));
	const [storage, spool] = [join(folder, "storage"), join(folder, "spool")];
	let server = await startServer(storage);
	const wire = await RoughWire.to(server.url);
	// Each process says numbers of its own, so that one said in a kill is not said again.
	let next = 0;
	const put: number[] = [];
	const startBridge = () => {
		const first = next;
		const child = fork(path("spooling-bridge"), [wire.url, TOKEN, spool, String(first)]);
		child.on("message", (said) => {
			const { put: n } = said as { put?: number };
			if (n !== undefined && n > first) put.push(n);
			if (n !== undefined) next = Math.max(next, n + 1000);
		});
		return child;
	};
	let bridge = startBridge();
	try {
		for (let round = 0; round < ROUNDS; round++) {
			await Promise.race([once(bridge, "message"), pause(15_000)]);
			await pause(Math.random() * 1000);
			if (round % 2 === 0) {
				await kill(bridge);
				bridge = startBridge();
			} else {
				await kill(server.child);
				server = await startServer(storage);
				wire.target = new URL(server.url);
			}
		}
		await once(bridge, "message");
		const ended = new Promise<number>((resolve) => {
			bridge.on("message", (said) => (said as { ended?: number }).ended !== undefined && resolve((said as { ended: number }).ended));
		});
		bridge.send("end");
		const last = await ended;
		const { samples, tasks, gaps } = await kept(server.url);
		const there = new Set(samples);
		expect(there.size, "nothing doubled").toBe(samples.length);
		expect(samples, "in order").toEqual(samples.toSorted((a, b) => a - b));
		expect(
			[...put, last].filter((n) => !there.has(n)),
			"nothing missing",
		).toEqual([]);
		const certain = new Set([...put, last]);
		expect(samples.filter((n) => !certain.has(n)).length, "at most the one being said at each kill").toBeLessThanOrEqual(ROUNDS);
		expect(tasks, "a task's end counts once").toBe(samples.length);
		expect(gaps).toBe(0);
		if (IN_FULL) console.log(JSON.stringify({ rounds: ROUNDS, put: put.length, kept: samples.length }));
	} finally {
		bridge.kill("SIGKILL");
		await kill(server.child).catch(() => {});
		await wire.close();
		await rm(folder, { recursive: true, force: true });
	}
});
