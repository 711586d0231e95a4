/**
 * Pushes of bridges through a gateway on the way to a dashboard, and the same pushes straight to that dashboard, by turns. Each server has a
 * process of its own and keeps what it takes on disk; each bridge has two pushes on the way, as the real one.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { RawBridge } from "../wire/raw-bridge.ts";
import { steadyTick } from "../wire/steady-frames.ts";
import { ask, endProgram, startProgram } from "./harness/child.ts";
import { type Figure, median } from "./harness/figure.ts";
import type { Serving } from "./programs/serve.ts";

const SERIES = 65;
const PUSHES = 1_000;
const RUNS = 3;
const WINDOW = 2;
const LOOK_MS = 5;
/** ms between the instants of a bridge's ticks. */
const APART_MS = 10;

export async function* run(): AsyncGenerator<Omit<Figure, "bench">> {
	const folder = await mkdtemp(join(tmpdir(), "hive-bench-"));
	const dashboard = await startProgram<Serving>("serve", "dashboard", folder);
	const gateway = await startProgram<Serving>("gateway", dashboard.report.url, folder);
	try {
		for (const bridges of [1, 20, 100]) {
			const straight: number[] = [];
			const acknowledged: number[] = [];
			const through: number[] = [];
			for (let i = 0; i < RUNS; i++) {
				straight.push(PUSHES / (await pushed(dashboard.report.url, `straight-${bridges}`, bridges)));
				const began = performance.now();
				acknowledged.push(PUSHES / (await pushed(gateway.report.url, `through-${bridges}`, bridges)));
				while ((await ask<number>(gateway.child, "held")) > 0) await pause(LOOK_MS);
				through.push(PUSHES / ((performance.now() - began) / 1000));
			}
			const reference = { name: "straight to the dashboard", value: median(straight) };
			const named = `${bridges} bridge${bridges > 1 ? "s" : ""}`;
			yield { name: `acknowledged by the gateway, ${named}`, value: median(acknowledged), unit: "pushes/s", reference };
			yield { name: `arrived through the gateway, ${named}`, value: median(through), unit: "pushes/s", reference };
			const samples = { name: reference.name, value: reference.value * SERIES };
			yield { name: `arrived through the gateway, ${named}`, value: median(through) * SERIES, unit: "samples/s", reference: samples };
		}
	} finally {
		await endProgram(gateway.child);
		await endProgram(dashboard.child);
		await rm(folder, { recursive: true });
	}
}

/** @returns seconds from the first push to the last acknowledgement. */
async function pushed(url: string, name: string, count: number): Promise<number> {
	const epoch = Date.now();
	const bridges = await Promise.all(
		Array.from({ length: count }, (_, i) => RawBridge.connect(url, "bench", { bridge: `${name}-${i}`, epoch, intervalMs: 1000 })),
	);
	await Promise.all(
		bridges.map((bridge, i) => {
			const labels = { bridge: `${name}-${i}` };
			const series = Array.from({ length: SERIES }, (_, id) => ({ id, name: `bench_${id}`, labels, type: "gauge" as const }));
			bridge.push({ type: "series", seq: 1, series });
			return bridge.acknowledge(1);
		}),
	);
	const began = performance.now();
	await Promise.all(
		bridges.map(async (bridge) => {
			const last = 1 + PUSHES / count;
			for (let seq = 2; seq <= last; seq++) {
				if (seq - WINDOW > 1) await bridge.acknowledge(seq - WINDOW);
				bridge.push(steadyTick(SERIES, seq, epoch + seq * APART_MS));
			}
			await bridge.acknowledge(last);
		}),
	);
	const seconds = (performance.now() - began) / 1000;
	await Promise.all(bridges.map((bridge) => bridge.close()));
	return seconds;
}
