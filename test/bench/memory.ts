/** Resident memory of a process that serves: after an hour of 650 series every 5 s, and of one that only says hello. */
import { RawBridge } from "../wire/raw-bridge.ts";
import { steadySeries, steadyState, steadyTick } from "../wire/steady-frames.ts";
import { ask, endProgram, startProgram } from "./harness/child.ts";
import { type Figure, median } from "./harness/figure.ts";
import type { Serving } from "./programs/serve.ts";

const RUNS = 3;
const SERIES = 650;
const PUSHES = 720;
const INTERVAL_MS = 5000;

async function fill(url: string): Promise<void> {
	const bridge = await RawBridge.connect(url, "bench", { intervalMs: INTERVAL_MS });
	bridge.push(steadySeries(SERIES, 1), steadyState(SERIES / 10, 2, Date.now()));
	const begin = Date.now() - PUSHES * INTERVAL_MS;
	for (let i = 0; i < PUSHES; i++) {
		bridge.push(steadyTick(SERIES, i + 3, begin + i * INTERVAL_MS));
		await bridge.acknowledge(i + 3);
	}
	await (await fetch(url)).text();
	await bridge.close();
}

async function resident(kind: "dashboard" | "bare", load: (url: string) => Promise<unknown>): Promise<number> {
	const { child, report } = await startProgram<Serving>("serve", kind);
	try {
		await load(report.url);
		return (await ask<number>(child, "memory")) / 1e6;
	} finally {
		await endProgram(child);
	}
}

export async function* run(): AsyncGenerator<Omit<Figure, "bench">> {
	const values: number[] = [];
	const idle: number[] = [];
	const bare: number[] = [];
	for (let i = 0; i < RUNS; i++) {
		idle.push(await resident("dashboard", async (url) => (await fetch(url)).text()));
		values.push(await resident("dashboard", fill));
		bare.push(await resident("bare", async (url) => (await fetch(url)).text()));
	}
	const reference = { name: "bare node:http server", value: median(bare) };
	yield { name: "resident, nothing pushed yet", value: median(idle), unit: "MB", reference };
	yield { name: "resident after 1 h of 650 series every 5 s", value: median(values), unit: "MB", reference };
}
