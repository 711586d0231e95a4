/**
 * The comb: every worker's state and its newest value of one metric, in rows of neighbours. Of more workers than cells can be told apart
 * for, a cell is a group of them.
 *
 * The start of a row depends on the ids alone, so that a worker that comes or goes changes its own row and leaves the others as they are
 * (content-defined chunking: Muthitacharoen, Chen, Mazières, "A low-bandwidth network file system", SOSP 2001).
 */

import { encodeState, encodeTally, encodeValue } from "../../colony-bridge/protocol/query/cells.ts";
import { GROUPINGS, type GroupedBy, groupOf } from "../../colony-bridge/protocol/query/comb-groups.ts";
import type { QueryOf } from "../../colony-bridge/protocol/query/query.ts";
import type { CombRow, Rows } from "../../colony-bridge/protocol/query/rows.ts";
import { fnv1a } from "../../colony-bridge/protocol/values/hash.ts";
import { setNewest } from "../../colony-bridge/protocol/values/objects.ts";
import { compareText, naturalKey } from "../../colony-bridge/protocol/values/text.ts";
import type { Worker } from "../../colony-bridge/protocol/wire/state.ts";
import type { HistoryReads } from "../history/reads.ts";
import type { OwnedTable } from "../state/owned-table.ts";
import { Exclusive, Toll, type Work } from "../work/work.ts";
import type { Hearing } from "./facts.ts";
import { inNaturalOrder, type MetricColumn, MetricColumns } from "./windowed-table.ts";

/** Cells, and characters of JSON for their ids: past either the comb is cut, and says so by its total. */
const MOST_CELLS = 10_000;
const ID_CHARS = 110_000;
/** More workers are grouped; until they are fewer again than the second, so that a worker that comes and goes changes nothing else. */
const GROUPED = { above: 2000, until: 1800 };
/** Groups: fewer would hide where trouble is, more would be no fewer cells. */
const GROUPS = { least: 12, most: 2000 };
/** Cells in a row: about so many, and never more. */
const ROW = 32;
const LONGEST_ROW = 96;
/** Units of a cell. */
const CELL_UNITS = 8;
/** Resident bytes of a worker in a row: its id, state and value as text. */
const CELL_BYTES = 40;
/** Metrics whose series are remembered, the one asked last at the end. */
const METRICS = 8;

interface Cell {
	/** A worker's, or of a group its name. */
	id: string;
	workers: string[];
	/** Place of its first worker in the whole. */
	first: number;
}

interface Neighbours {
	by: GroupedBy | undefined;
	cells: Cell[];
	prefix: string;
	ends: string[];
}

export class Comb {
	readonly #workers: OwnedTable<Worker>;
	readonly #hearing: Hearing;
	readonly #columns: MetricColumns;
	readonly #matching: (filter: string) => Work<readonly { value: Pick<Worker, "id"> }[]>;
	#members = -1;
	#grouped = false;
	#rows: Neighbours[] = [];
	/** Workers in the rows. */
	#count = 0;
	readonly #sent = new Map<string, CombRow[]>();
	readonly #arranging = new Exclusive<void>();

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		return this.#count * (1 + this.#sent.size) * CELL_BYTES + this.#columns.bytes;
	}

	/** @param matching the workers that a filter lets through */
	constructor(
		workers: OwnedTable<Worker>,
		hearing: Hearing,
		history: HistoryReads,
		matching: (filter: string) => Work<readonly { value: Pick<Worker, "id"> }[]>,
	) {
		this.#workers = workers;
		this.#hearing = hearing;
		this.#matching = matching;
		this.#columns = new MetricColumns(history, "worker", METRICS);
	}

	*answer({ metric, filter }: QueryOf<"comb">): Work<Rows<"comb">> {
		const matches = filter === undefined ? undefined : yield* this.#matches(filter);
		if (this.#members !== this.#workers.members) yield* this.#arranging.run(() => this.#arrange());
		// Both stand for these rows, whatever is arranged while this pauses.
		const arranged = this.#rows;
		const column = metric === undefined ? undefined : this.#columns.of(metric, this.#count);
		const key = JSON.stringify([metric, filter]);
		const before = this.#sent.get(key);
		const rows: CombRow[] = [];
		const toll = new Toll();
		for (const [i, neighbours] of arranged.entries()) {
			const row = this.#row(neighbours, column, matches);
			const previous = before?.[i];
			// The same object where nothing changed: its difference is free.
			const same =
				previous?.states === row.states &&
				previous.by === row.by &&
				previous.values === row.values &&
				previous.matches === row.matches &&
				previous.suffixes === row.suffixes;
			rows.push(same ? previous : row);
			const workers = neighbours.cells.reduce((sum, cell) => sum + cell.workers.length, 0);
			if (toll.due(workers * CELL_UNITS)) yield toll.taken();
		}
		yield toll.taken();
		setNewest(this.#sent, key, rows, METRICS + 1);
		return { kind: "comb", total: this.#workers.size, rows };
	}

	/** Ids. */
	*#matches(filter: string): Work<ReadonlySet<string>> {
		const ids = new Set<string>();
		for (const { value } of yield* this.#matching(filter)) ids.add(value.id);
		yield ids.size;
		return ids;
	}

	#row(
		{ by, cells, prefix, ends: suffixes }: Neighbours,
		column: MetricColumn | undefined,
		matches: ReadonlySet<string> | undefined,
	): CombRow {
		const states: string[] = [];
		let values = "";
		let marks = "";
		for (const { id, workers, first } of cells) {
			const matching = matches && workers.filter((worker) => matches.has(worker));
			if (matching) marks += matching.length > 0 ? "1" : "0";
			states.push(by ? this.#tally(matching?.length ? matching : workers, by, id) : this.#stateOf(id));
			if (column) {
				let highest: number | undefined;
				for (const [i, worker] of workers.entries()) {
					const value = column.value(first + i, worker);
					if (value !== undefined && !(value <= (highest ?? Number.NEGATIVE_INFINITY))) highest = value;
				}
				values += encodeValue(highest);
			}
		}
		return {
			id: cells[0]?.id ?? "",
			...(by && { by }),
			prefix,
			suffixes,
			states: states.join(by ? "," : ""),
			...(column && { values }),
			...(matches && { matches: marks }),
		};
	}

	/** The unit as a character. */
	#stateOf(id: string): string {
		const entry = this.#workers.get(id);
		const worker = entry && this.#hearing.shown(entry).value;
		return worker ? encodeState(worker.status, worker.health) : encodeState("stopped");
	}

	#tally(workers: readonly string[], by: GroupedBy, group: string): string {
		const counts = new Map<string, number>();
		for (const id of workers) {
			const state = this.#stateOf(id);
			counts.set(state, (counts.get(state) ?? 0) + 1);
			const entry = this.#workers.get(id);
			// One that is in another group by now is put there by the next answer.
			if (entry && groupOf(by, entry.value) !== group) this.#members = -1;
		}
		return encodeTally(counts);
	}

	*#arrange(): Work<void> {
		const { members } = this.#workers;
		const ordered = yield* inNaturalOrder([...this.#workers.values()]);
		this.#members = members;
		this.#columns.clear();
		this.#rows = [];
		this.#count = 0;
		const groups =
			ordered.length > (this.#grouped ? GROUPED.until : GROUPED.above) ? groupsOf(ordered.map(({ value }) => value)) : undefined;
		this.#grouped = groups !== undefined;
		const cells = groups?.cells ?? ordered.map(({ value: { id } }) => ({ id, workers: [id] }));
		yield ordered.length;
		let room = ID_CHARS;
		let row: Cell[] = [];
		const close = () => {
			if (row.length === 0) return;
			const closed = neighbours(row, groups?.by);
			room -= jsonBytes([closed.prefix, row[0]?.id ?? "", ...closed.ends]);
			if (room < 0 && this.#rows.length > 0) return;
			this.#rows.push(closed);
			row = [];
		};
		for (const [i, cell] of cells.entries()) {
			if (row.length === LONGEST_ROW || hash(cell.id) % ROW === 0) close();
			if (room < 0 || i === MOST_CELLS) break;
			row.push({ ...cell, first: this.#count });
			this.#count += cell.workers.length;
		}
		if (room >= 0) close();
	}
}

/** @returns the finest grouping of those with neither too few groups nor too many, all of which fit; undefined: there is none */
function groupsOf(workers: readonly Worker[]): { by: GroupedBy; cells: Omit<Cell, "first">[] } | undefined {
	const found = GROUPINGS.map((by) => ({ by, groups: grouped(workers, by) }))
		.filter(({ groups }) => groups.size >= GROUPS.least && jsonBytes([...groups.keys()]) < ID_CHARS)
		.sort((a, b) => b.groups.size - a.groups.size)[0];
	if (!found) return undefined;
	const cells = Array.from(found.groups, ([id, members]) => ({ id, workers: members, key: naturalKey(id) }));
	return { by: found.by, cells: cells.sort((a, b) => compareText(a.key, b.key)) };
}

/** @returns ids by group; empty if there are too many groups, or a worker that is in none */
function grouped(workers: readonly Worker[], by: GroupedBy): Map<string, string[]> {
	const groups = new Map<string, string[]>();
	for (const worker of workers) {
		const name = groupOf(by, worker);
		if (name === undefined) return new Map();
		const members = groups.get(name);
		if (members) members.push(worker.id);
		else if (groups.size === GROUPS.most) return new Map();
		else groups.set(name, [worker.id]);
	}
	return groups;
}

function neighbours(cells: Cell[], by: GroupedBy | undefined): Neighbours {
	const [one = "", last = ""] = [cells[0]?.id, cells.at(-1)?.id];
	let common = 0;
	while (common < one.length && cells.every(({ id }) => id.charCodeAt(common) === one.charCodeAt(common))) common++;
	// Not between the halves of a pair: each part must be text of its own.
	if (/[\uD800-\uDBFF]/.test(last.charAt(common - 1))) common--;
	return { by, cells, prefix: one.slice(0, common), ends: cells.map(({ id }) => id.slice(common)) };
}

function hash(text: string): number {
	const sum = fnv1a(text);
	return (sum ^ (sum >>> 15)) >>> 0;
}

const encoder = new TextEncoder();
const jsonBytes = (texts: string[]): number => encoder.encode(JSON.stringify(texts)).length;
