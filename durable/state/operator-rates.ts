/** Records per second into and out of each stream's operators: colonies report totals. Not part of the stored state: a rate needs two reports. */
import { setNewest } from "../../colony-bridge/protocol/values/objects.ts";
import type { Operator, Stream } from "../../colony-bridge/protocol/wire/state.ts";

export interface Records {
	in?: number;
	out?: number;
}
interface Reading {
	/** Instants of the two reports, ms. */
	before: number;
	at: number;
	totals: ReadonlyMap<string, Records>;
	/** Rise of the totals, by operator. */
	rose: ReadonlyMap<string, Records>;
}

/** Minimum time between two readings, ms. */
const SHORTEST_MS = 1000;
/** Streams whose rates are known. */
const MOST_STREAMS = 2000;
/** Intervals without a report of the stream after which its records count as at rest. */
const LATE = 3;

export class OperatorRates {
	readonly #readings = new Map<string, Reading>();

	note({ id, operators }: Stream, at: number): void {
		const before = this.#readings.get(id);
		if (!operators || (before && at - before.at < SHORTEST_MS)) return;
		// Among operators with one id the first counts.
		const totals = new Map(operators.toReversed().map((operator) => [operator.id, totalsOf(operator)]));
		const rose = new Map<string, Records>();
		for (const [operator, now] of before ? totals : []) rose.set(operator, riseOf(now, before?.totals.get(operator) ?? {}));
		setNewest(this.#readings, id, { before: before?.at ?? at, at, totals, rose }, MOST_STREAMS);
	}

	delete(stream: string): void {
		this.#readings.delete(stream);
	}

	/** @param heardAt when its bridge pushed last, ms: what it does not report again has not changed */
	of(stream: string, heardAt: number): (operator: string) => Records {
		const { before = 0, at = 0, rose } = this.#readings.get(stream) ?? {};
		const rested = heardAt - at > LATE * (at - before);
		const seconds = ((rested ? heardAt : at) - before) / 1000;
		return (operator) => {
			const { in: into, out } = (seconds > 0 && rose?.get(operator)) || {};
			return { ...(into !== undefined && { in: into / seconds }), ...(out !== undefined && { out: out / seconds }) };
		};
	}
}

function totalsOf({ subtasks = [] }: Operator): Records {
	const totals: Records = {};
	for (const { recordsIn, recordsOut } of subtasks) {
		if (recordsIn !== undefined) totals.in = (totals.in ?? 0) + recordsIn;
		if (recordsOut !== undefined) totals.out = (totals.out ?? 0) + recordsOut;
	}
	return totals;
}

/** Totals that fell began anew: their rise is unknown. */
function riseOf(now: Records, before: Records): Records {
	const rise: Records = {};
	for (const way of ["in", "out"] as const) {
		const [last, first] = [now[way], before[way]];
		if (last !== undefined && first !== undefined && last >= first) rise[way] = last - first;
	}
	return rise;
}
