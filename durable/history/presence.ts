/**
 * Which of a block's instants a series has: alternating counts of instants it has and has not, first those it has. Written once for all
 * series that agree, and most blocks have one presence only: all of them.
 */
import type { ByteReader, ByteWriter } from "../../colony-bridge/protocol/codec/bytes.ts";

/** @param all ascending. @param some ascending, each in `all`. */
export function writePresence(all: ArrayLike<number>, some: ArrayLike<number>, count: number, out: ByteWriter): void {
	const runs: number[] = [];
	let has = true;
	let run = 0;
	let place = 0;
	for (let i = 0; i < all.length; i++) {
		const here = place < count && all[i] === some[place];
		if (here) place++;
		if (here === has) run++;
		else {
			runs.push(run);
			has = here;
			run = 1;
		}
	}
	if (has && runs.length > 0) runs.push(run);
	out.varint(runs.length);
	for (const length of runs) out.varint(length);
}

/** @returns those of `all` that are there. */
export function readPresence(from: ByteReader, all: Uint32Array): Uint32Array {
	const runs = from.varint();
	if (runs === 0) return all;
	const some = new Uint32Array(all.length);
	let count = 0;
	let place = 0;
	for (let i = 0; i < runs; i++) {
		const run = from.varint();
		if (i % 2 === 0) {
			some.set(all.subarray(place, place + run), count);
			count += run;
		}
		place += run;
	}
	return some.subarray(0, count);
}
