/** The worker with counters, in workerd, with what it says of itself. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startBuiltWorker } from "../../wire/built-worker.ts";
import { peakMemory } from "../hostile/memory.ts";
import type { Crowded } from "./crowded.ts";

/** Everybody here has one address. */
const CONFIG = JSON.stringify({ socketsPerClient: 100_000, requestsPerMinute: 10_000_000 });

export interface CrowdWorker {
	url: string;
	counted(): Promise<Crowded>;
	/** Of the cluster, by its own estimate, MB. */
	estimated(): Promise<number>;
	/** Ends all objects, and with them all sockets, at once. */
	drop(): Promise<void>;
	/** @returns the most that workerd took, bytes. */
	end(): Promise<number>;
}

export async function startCrowdWorker(): Promise<CrowdWorker> {
	const folder = await mkdtemp(join(tmpdir(), "hiveframe-crowd-"));
	const worker = await startBuiltWorker(folder, "bench", "test/workerd/crowd-worker.ts", { DASHBOARD_CONFIG: CONFIG });
	const memory = peakMemory(process.pid, "workerd");
	const ask = async <Answer>(path: string): Promise<Answer> => (await (await fetch(worker.url + path)).json()) as Answer;
	return {
		url: worker.url,
		counted: () => ask<Crowded>("/counted"),
		estimated: async () => (await ask<{ used: { memory_mb?: number } }>("/clusters/default/api/health")).used.memory_mb ?? 0,
		drop: async () => {
			await fetch(`${worker.url}/dropped`, { method: "POST" });
		},
		async end() {
			const peak = memory.end();
			await worker.end();
			await rm(folder, { recursive: true, force: true });
			return peak;
		},
	};
}
