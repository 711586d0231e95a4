/** The comb's answer as typed arrays. */
import { decodeValue, stateNumber, stateOf } from "../../colony-bridge/protocol/query/cells.ts";
import type { CombRow } from "../../colony-bridge/protocol/query/rows.ts";
import { WORKER } from "../components/status.ts";
import { quantity } from "../format/number.ts";
import { CELL_STATUS_OF_STATE, CELL_STATUSES, type Scale, STEPS, scaleFor, stepOf } from "./cell-status.ts";

export interface Cells {
	count: number;
	/** Index of each cell's status. */
	statuses: Uint8Array;
	states: Uint8Array;
	/** Absent: coloured by state. */
	values: Float32Array | undefined;
	scale: Scale | undefined;
	/** 1 for each cell that passes the filter; absent: there is no filter. */
	matches: Uint8Array | undefined;
	matching: number;
	/** Matching cells by status. */
	tally: number[];
}

const ONE = "1".charCodeAt(0);

export function readCells(rows: readonly CombRow[], metric: string | undefined, unit: string | undefined): Cells {
	let count = 0;
	for (const { states } of rows) count += states.length;
	const states = new Uint8Array(count);
	const values = metric === undefined ? undefined : new Float32Array(count).fill(Number.NaN);
	const matches = rows.some((row) => row.matches !== undefined) ? new Uint8Array(count) : undefined;
	let first = 0;
	for (const row of rows) {
		const { states: text, values: numbers, matches: marks } = row;
		for (let i = 0; i < text.length; i++) {
			states[first + i] = stateNumber(text, i);
			if (matches && marks?.charCodeAt(i) === ONE) matches[first + i] = 1;
			if (values && numbers) values[first + i] = decodeValue(numbers, i);
		}
		first += text.length;
	}
	const scale = values && scaleFor(values, unit);
	const statuses = new Uint8Array(count);
	const tally = new Array<number>(scale ? STEPS + 1 : CELL_STATUSES.length).fill(0);
	let matching = 0;
	for (let i = 0; i < count; i++) {
		const status = scale && values ? stepOf(values[i] as number, scale) : (CELL_STATUS_OF_STATE[states[i] as number] as number);
		statuses[i] = status;
		if (matches && matches[i] === 0) continue;
		matching++;
		tally[status] = (tally[status] as number) + 1;
	}
	return { count, statuses, states, values, scale, matches, matching, tally };
}

export const readIds = (rows: readonly CombRow[]): string[] => rows.flatMap(({ prefix, suffixes }) => suffixes.map((end) => prefix + end));

/** `busy, degraded, 45.2 %` */
export function cellInWords({ states, values, scale }: Cells, i: number): string {
	const { status, health } = stateOf(states[i] ?? 0);
	const value = values?.[i];
	return [
		WORKER[status].word,
		health !== "healthy" && health,
		value !== undefined && (Number.isNaN(value) ? "not reported" : quantity(Number(value.toPrecision(4)), scale?.unit)),
	]
		.filter(Boolean)
		.join(", ");
}
