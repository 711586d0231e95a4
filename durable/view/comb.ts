/**
 * The comb: every worker's state and its newest value of one metric, in rows of neighbours.
 *
 * The start of a row depends on the ids alone, so that a worker that comes or goes changes its own row and leaves the others as they are
 * (content-defined chunking: Muthitacharoen, Chen, Mazières, "A low-bandwidth network file system", SOSP 2001).
 */

import { encodeState, encodeValue } from "../../colony-bridge/protocol/query/cells.ts";
import type { CombRow, Rows } from "../../colony-bridge/protocol/query/rows.ts";
import { fnv1a } from "../../colony-bridge/protocol/values/hash.ts";
import { setNewest } from "../../colony-bridge/protocol/values/objects.ts";
import type { Worker } from "../../colony-bridge/protocol/wire/state.ts";
import type { History } from "../history/history.ts";
import type { OwnedTable } from "../state/owned-table.ts";
import { Exclusive, Toll, type Work } from "../work/work.ts";
import type { Hearing, QueryOf } from "./facts.ts";
import { inNaturalOrder, type MetricColumn, MetricColumns } from "./windowed-table.ts";

/** Workers, and characters of JSON for their ids: past either the comb is cut, and says so by its total. */
const MOST_WORKERS = 10_000;
const ID_CHARS = 110_000;
/** Workers in a row: about so many, and never more. */
const ROW = 32;
const LONGEST_ROW = 96;
/** Units of a cell. */
const CELL_UNITS = 8;
/** Resident bytes of a worker in a row: its id, state and value as text. */
const CELL_BYTES = 40;
/** Metrics whose series are remembered, the one asked last at the end. */
const METRICS = 8;

interface Neighbours {
	ids: string[];
	/** Place of the first in the whole. */
	first: number;
	prefix: string;
	ends: string[];
}

export class Comb {
	readonly #workers: OwnedTable<Worker>;
	readonly #hearing: Hearing;
	readonly #columns: MetricColumns;
	readonly #matching: (filter: string) => Work<readonly { value: Pick<Worker, "id"> }[]>;
	#members = -1;
	#rows: Neighbours[] = [];
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
		history: History,
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
				previous.values === row.values &&
				previous.matches === row.matches &&
				previous.suffixes === row.suffixes;
			rows.push(same ? previous : row);
			if (toll.due(neighbours.ids.length * CELL_UNITS)) yield toll.taken();
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
		{ ids, first, prefix, ends: suffixes }: Neighbours,
		column: MetricColumn | undefined,
		matches: ReadonlySet<string> | undefined,
	): CombRow {
		let states = "";
		let values = "";
		for (const [i, id] of ids.entries()) {
			const entry = this.#workers.get(id);
			const worker = entry && this.#hearing.shown(entry).value;
			states += worker ? encodeState(worker.status, worker.health) : encodeState("stopped");
			if (column) values += encodeValue(column.value(first + i, id));
		}
		return {
			id: ids[0] ?? "",
			prefix,
			suffixes,
			states,
			...(column && { values }),
			// A character a cell.
			...(matches !== undefined && { matches: ids.map((id) => (matches.has(id) ? "1" : "0")).join("") }),
		};
	}

	*#arrange(): Work<void> {
		const { members } = this.#workers;
		const ordered = yield* inNaturalOrder([...this.#workers.values()]);
		this.#members = members;
		this.#columns.clear();
		this.#rows = [];
		this.#count = 0;
		let room = ID_CHARS;
		let ids: string[] = [];
		const close = () => {
			if (ids.length === 0) return;
			const row = neighbours(ids, this.#count);
			room -= jsonBytes([row.prefix, row.ids[0] ?? "", ...row.ends]);
			if (room < 0 && this.#rows.length > 0) return;
			this.#rows.push(row);
			this.#count += ids.length;
			ids = [];
		};
		for (const { value } of ordered) {
			const { id } = value;
			if (ids.length === LONGEST_ROW || hash(id) % ROW === 0) close();
			if (room < 0 || this.#count + ids.length === MOST_WORKERS) break;
			ids.push(id);
		}
		if (room >= 0) close();
	}
}

function neighbours(ids: string[], first: number): Neighbours {
	const [one = "", last = ""] = [ids[0], ids.at(-1)];
	let common = 0;
	while (common < one.length && ids.every((id) => id.charCodeAt(common) === one.charCodeAt(common))) common++;
	// Not between the halves of a pair: each part must be text of its own.
	if (/[\uD800-\uDBFF]/.test(last.charAt(common - 1))) common--;
	return { ids, first, prefix: one.slice(0, common), ends: ids.map((id) => id.slice(common)) };
}

function hash(text: string): number {
	const sum = fnv1a(text);
	return (sum ^ (sum >>> 15)) >>> 0;
}

const encoder = new TextEncoder();
const jsonBytes = (texts: string[]): number => encoder.encode(JSON.stringify(texts)).length;
