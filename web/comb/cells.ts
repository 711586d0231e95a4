/** The comb's answer as typed arrays. */
import { decodeValue, readTally, stateNumber, stateOf } from "../../colony-bridge/protocol/query/cells.ts";
import type { GroupedBy } from "../../colony-bridge/protocol/query/comb-groups.ts";
import type { CombRow } from "../../colony-bridge/protocol/query/rows.ts";
import { WORKER } from "../components/status.ts";
import { count as inDigits, quantity } from "../format/number.ts";
import { CELL_STATUS_OF_STATE, CELL_STATUSES, type Scale, STEPS, scaleFor, stepOf } from "./cell-status.ts";

export interface Cells {
	count: number;
	/** Common property of a cell's workers; undefined: a cell is a worker. */
	by: GroupedBy | undefined;
	/** Index of each cell's status: of a group, the worst of its workers' or, if none is in trouble, the most common. */
	statuses: Uint8Array;
	/** State number of each cell. */
	states: Uint8Array;
	/** Workers of each group by state. */
	tallies: readonly string[];
	/** Absent: coloured by state. */
	values: Float32Array | undefined;
	scale: Scale | undefined;
	/** 1 for each cell that passes the filter; absent: there is no filter. */
	matches: Uint8Array | undefined;
	/** Matching workers by status; by steps of a scale, cells. */
	tally: number[];
}

const ONE = "1".charCodeAt(0);

export function readCells(rows: readonly CombRow[], metric: string | undefined, unit: string | undefined): Cells {
	const count = rows.reduce((sum, { suffixes }) => sum + suffixes.length, 0);
	const by = rows[0]?.by;
	const tallies = by ? rows.flatMap((row) => row.states.split(",")) : [];
	const text = rows.map((row) => row.states).join("");
	const states = Uint8Array.from({ length: count }, (_, i) => (by ? worstOf(tallies[i] as string) : stateNumber(text, i)));
	const values = metric === undefined ? undefined : new Float32Array(count).fill(Number.NaN);
	const matches = rows.some((row) => row.matches !== undefined) ? new Uint8Array(count) : undefined;
	let first = 0;
	for (const { suffixes, values: numbers, matches: marks } of rows) {
		for (let i = 0; i < suffixes.length; i++) {
			if (matches && marks?.charCodeAt(i) === ONE) matches[first + i] = 1;
			if (values && numbers) values[first + i] = decodeValue(numbers, i);
		}
		first += suffixes.length;
	}
	const scale = values && scaleFor(values, unit);
	const statuses = new Uint8Array(count);
	const tally = new Array<number>(scale ? STEPS + 1 : CELL_STATUSES.length).fill(0);
	const add = (status: number, more: number) => {
		tally[status] = (tally[status] as number) + more;
	};
	for (let i = 0; i < count; i++) {
		const status = scale && values ? stepOf(values[i] as number, scale) : statusOf(states[i] as number);
		statuses[i] = status;
		if (matches?.[i] === 0) continue;
		if (by && !scale) readTally(tallies[i] as string, (state, workers) => add(statusOf(state), workers));
		else add(status, 1);
	}
	return { count, by, statuses, states, tallies, values, scale, matches, tally };
}

const statusOf = (state: number): number => CELL_STATUS_OF_STATE[state] as number;

/** @returns the state of a group in which most of its workers are, of those in most trouble */
function worstOf(tally: string): number {
	let worst = 0;
	let most = Number.NEGATIVE_INFINITY;
	readTally(tally, (state, workers) => {
		const weight = workers + 1e9 * ["warn", "bad"].indexOf(CELL_STATUSES[statusOf(state)]?.tone ?? "");
		if (weight > most) [worst, most] = [state, weight];
	});
	return worst;
}

export const readIds = (rows: readonly CombRow[]): string[] => rows.flatMap(({ prefix, suffixes }) => suffixes.map((end) => prefix + end));

/** `busy, degraded, 45.2 %`; of a group `5 busy, 1 failed, highest 45.2 %`. */
export function cellInWords({ by, states, tallies, values, scale }: Cells, i: number): string {
	const value = values?.[i];
	const number = value !== undefined && (Number.isNaN(value) ? "not reported" : quantity(Number(value.toPrecision(4)), scale?.unit));
	if (!by) {
		const { status, health } = stateOf(states[i] ?? 0);
		return [WORKER[status].word, health !== "healthy" && health, number].filter(Boolean).join(", ");
	}
	const words: string[] = [];
	readTally(tallies[i] ?? "", (state, workers) => words.push(`${inDigits(workers)} ${CELL_STATUSES[statusOf(state)]?.word}`));
	return [...words, number && `highest ${number}`].filter(Boolean).join(", ");
}
