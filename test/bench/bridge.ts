/**
 * From `hiveframe-dashboard bridge` to the first value that `/api/metrics` shows, each time with a fresh bridge and a fresh cluster; and the time
 * that a spool takes of the event loop for each push.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, writeSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Outbox } from "../../colony-bridge/bridge/outbox/outbox.ts";
import { Spool } from "../../colony-bridge/bridge/outbox/spool.ts";
import { endProgram, startProgram } from "./harness/child.ts";
import { type Figure, median } from "./harness/figure.ts";
import type { Serving } from "./programs/serve.ts";

const RUNS = 9;
const SERIES = 1_000;
const LOOK_MS = 5;
/** Pushes into a spool, and series in each. */
const PUSHES = 1_000;
const SPOOLED_SERIES = 650;
const MAIN = join(import.meta.dirname, "../../dist/node/worker/node/commands/main.js");

export async function* run(): AsyncGenerator<Omit<Figure, "bench">> {
	const folder = await mkdtemp(join(tmpdir(), "hive-bench-"));
	const tokenFile = join(folder, "token");
	await writeFile(tokenFile, "bench");
	const target = await exporter();
	const { child, report } = await startProgram<Serving>("serve", "dashboard");
	try {
		const first: number[] = [];
		const bare: number[] = [];
		for (let i = 0; i < RUNS; i++) {
			first.push(await firstValue(report.url, `bench-${i}`, tokenFile, target.url));
			bare.push(await bareNode());
		}
		const reference = { name: "a Node process that does nothing", value: median(bare) };
		yield { name: `bridge started to first value (${SERIES} series)`, value: median(first), unit: "ms", reference };
		yield* spooled(folder);
	} finally {
		await endProgram(child);
		target.server.close();
		await rm(folder, { recursive: true });
	}
}

/** Each push in turns of its own, as a bridge has them. */
async function* spooled(folder: string): AsyncGenerator<Omit<Figure, "bench">> {
	const spool = new Spool({ directory: join(folder, "spool") }, { bridge: "bench", onError: (message) => console.error(message) });
	const outbox = new Outbox({ spool });
	const file = openSync(join(folder, "file"), "a");
	const ids = Array.from({ length: SPOOLED_SERIES }, (_, id) => id);
	const [appended, acknowledged, written]: number[][] = [[], [], []];
	const timed = async (times: number[] | undefined, work: () => void) => {
		const began = performance.now();
		work();
		times?.push((performance.now() - began) * 1000);
		await new Promise(setImmediate);
	};
	for (let i = 0; i < PUSHES; i++) {
		let push = "";
		await timed(appended, () => {
			outbox.put({ type: "tick", at: Date.now(), ids, values: ids.map((id) => id * 1.37 + i) });
			push = outbox.next() ?? "";
		});
		await timed(acknowledged, () => outbox.ack(outbox.seq));
		await timed(written, () => writeSync(file, push));
	}
	spool.close();
	closeSync(file);
	const reference = { name: "the same bytes written to a file", value: median(written ?? []) };
	yield { name: `a push of ${SPOOLED_SERIES} series into the spool`, value: median(appended ?? []), unit: "µs", reference };
	yield { name: "its acknowledgement", value: median(acknowledged ?? []), unit: "µs", reference };
}

async function exporter(): Promise<{ url: string; server: Server }> {
	const text = Array.from({ length: SERIES }, (_, i) => `load{unit="${i}"} ${i / 7}\n`).join("");
	const server = createServer((_, response) => response.end(text));
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`, server };
}

/** @returns ms from the start of the process to the answer that has the value. */
async function firstValue(to: string, cluster: string, tokenFile: string, target: string): Promise<number> {
	const began = performance.now();
	const options = ["--to", to, "--cluster", cluster, "--token-file", tokenFile, "--prometheus", target];
	const bridge = spawn(process.execPath, [MAIN, "bridge", ...options], { stdio: "ignore" });
	const gone = once(bridge, "exit");
	try {
		for (;;) {
			const response = await fetch(`${to}/clusters/${cluster}/api/metrics?names=${encodeURIComponent('load{unit="7"}')}`);
			const points = Object.values((await response.json()) as object).find(Array.isArray);
			if (response.ok && points && points.length > 0) return performance.now() - began;
			if (bridge.exitCode !== null) throw new Error(`the bridge ended with ${bridge.exitCode}`);
			await wait(LOOK_MS);
		}
	} finally {
		bridge.kill();
		await gone;
	}
}

async function bareNode(): Promise<number> {
	const began = performance.now();
	await once(spawn(process.execPath, ["-e", ""], { stdio: "ignore" }), "exit");
	return performance.now() - began;
}
