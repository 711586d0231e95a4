/** How long a push, a viewer and a look at the host's health wait, side by side. */
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { quantile } from "../harness/figure.ts";
import type { Colony } from "./colony.ts";

/** p99 of each, ms. */
export interface Measured {
	push: number;
	viewer: number;
	health: number;
}

const ROUNDS = 120;
const APART_MS = 70;

export async function measure(colony: Colony): Promise<Measured> {
	const times = { push: [] as number[], viewer: [] as number[], health: [] as number[] };
	const timed = async (what: keyof Measured, work: Promise<unknown>): Promise<void> => {
		const begun = performance.now();
		await work;
		times[what].push(performance.now() - begun);
	};
	for (let round = 0; round < ROUNDS; round++) {
		const heard = once(colony.viewer, "delta");
		await Promise.all([timed("push", colony.push()), timed("viewer", heard), timed("health", colony.health())]);
		await pause(APART_MS);
	}
	return { push: quantile(times.push, 0.99), viewer: quantile(times.viewer, 0.99), health: quantile(times.health, 0.99) };
}
