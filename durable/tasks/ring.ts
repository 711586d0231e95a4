/**
 * The last ends of one sort, in full: blocks on disk, and the newest in memory.
 *
 * The newest block is rewritten as it grows, in its own row, until it is full. What stands in memory only is what came since it was written
 * last: that comes back from the cluster's log (see `task-log.ts`).
 */

import { setNewest } from "../../colony-bridge/protocol/values/objects.ts";
import type { TaskEnd } from "../../colony-bridge/protocol/wire/state.ts";
import type { Sql } from "../storage/sql.ts";
import { OBJECT_BYTES } from "../work/resident.ts";
import { Block, type BlockRow, BlockRows, encodeBlock, Loose, type NumberedEnd, type Segment, type TableName } from "./block.ts";

export interface RingBounds {
	/** Ends that are kept at least, where `bytes` allows. */
	ends: number;
	/** Bytes of all blocks; past them the oldest are deleted. */
	bytes: number;
	/** Completed tasks in a full block. */
	blockTasks: number;
	/** Characters of text in a full block: a row holds 2 MB, and an escaped character takes six. */
	blockChars: number;
}

/** Bytes of blocks that have been read, roughly. */
const CACHE_BYTES = 12_000_000;
/** Resident bytes of a block's row, and of an end in the growing block, beside its texts. */
const ROW_BYTES = 4 * OBJECT_BYTES;
const END_BYTES = 6 * OBJECT_BYTES;

export class TaskRing {
	readonly #rows: BlockRows;
	readonly #bounds: RingBounds;
	/** Full ones, oldest first. */
	readonly #blocks: BlockRow[] = [];
	readonly #free: number[] = [];
	#slots = 0;
	/** The block that still grows: its slot, where it has one, and its ends. */
	#open = emptyBlock();
	#loose: Loose | undefined;
	/** Full blocks that are not on disk yet, by their slots. */
	#unsaved = new Map<number, { row: BlockRow; block: Uint8Array }>();
	/** Number of the newest end on disk; 0: none. */
	#written = 0;
	/** Read blocks by their first number, the one used last at the end. */
	readonly #cache = new Map<number, Block>();
	#stored = 0;

	constructor(sql: Sql, table: TableName, bounds: RingBounds) {
		this.#rows = new BlockRows(sql, table);
		this.#bounds = bounds;
		const rows = this.#rows.list();
		for (const row of rows) {
			if (row.full) this.#add(row);
			else if (row === rows.at(-1)) this.#reopen(row);
			else this.#release(row.slot);
			this.#written = row.last;
		}
	}

	/** Estimated resident bytes, heap and buffers. */
	get bytes(): number {
		let bytes = this.#blocks.length * ROW_BYTES + this.#open.ends.length * END_BYTES + this.#open.chars * 2;
		for (const { block } of this.#unsaved.values()) bytes += block.byteLength;
		for (const { weight } of this.#cache.values()) bytes += weight;
		return bytes;
	}

	letGo(): void {
		this.#cache.clear();
	}

	/** Number of the newest end on disk; 0: none. */
	get written(): number {
		return this.#written;
	}
	/** Completed tasks that can be read. */
	get retained(): number {
		return this.#stored + this.#open.ends.length;
	}
	get last(): number {
		return this.#open.ends.at(-1)?.number ?? this.#blocks.at(-1)?.last ?? 0;
	}
	/** Number of the oldest end that can be read. */
	get first(): number | undefined {
		return this.#blocks[0]?.first ?? this.#open.ends[0]?.number;
	}

	/** When the oldest of them ended, ms. */
	get since(): number | undefined {
		const [oldest] = this.#blocks;
		return oldest ? this.#block(oldest).bars.ended[0] : this.#open.ends[0]?.end.endedAt;
	}

	/** A block that this fills up is closed, and what is kept too long let go: what is told does not change when it is written. */
	append(number: number, end: TaskEnd): void {
		this.#open.ends.push({ number, end });
		this.#open.chars += charsOf(end, this.#open.errors);
		this.#loose = undefined;
		if (this.#open.ends.length < this.#bounds.blockTasks && this.#open.chars < this.#bounds.blockChars) return;
		const { row, block } = this.#packed(1);
		this.#unsaved.set(row.slot, { row, block });
		this.#open = emptyBlock();
		this.#add(row);
	}

	/** Writes full blocks, inside a transaction. @param all the one that still grows too. @returns whether there were full ones. */
	write(all: boolean): boolean {
		const full = this.#unsaved.size > 0;
		for (const { row, block } of this.#unsaved.values()) this.#save(row, block);
		this.#unsaved.clear();
		if (all && (this.#open.ends.at(-1)?.number ?? 0) > this.#written) {
			const { row, block } = this.#packed(0);
			this.#open.slot = row.slot;
			this.#save(row, block);
		}
		return full;
	}

	/** Newest first. @param wanted blocks it has no use for are not read. */
	*segments(wanted: (row: BlockRow) => boolean = () => true): Generator<{ segment: Segment; first: number }> {
		const first = this.#open.ends[0]?.number;
		if (first !== undefined) {
			this.#loose ??= new Loose(this.#open.ends);
			yield { segment: this.#loose, first };
		}
		for (const { row, block } of this.#read(this.#blocks.toReversed().filter(wanted))) yield { segment: block, first: row.first };
	}

	/** Full blocks as they lie on disk, oldest first, each read when it is asked for; and the ends that are in none. */
	lying(wanted: (row: BlockRow) => boolean): { blocks: Iterable<{ row: BlockRow; block: Block }>; loose: readonly NumberedEnd[] } {
		return { blocks: this.#read(this.#blocks.filter(wanted)), loose: this.#open.ends };
	}

	/** Asked between two of them, it may have let some go, and their places on disk may be another's. */
	*#read(rows: readonly BlockRow[]): Generator<{ row: BlockRow; block: Block }> {
		for (const row of rows) if (this.#blocks.includes(row)) yield { row, block: this.#block(row) };
	}

	/** The block that grows, as a row. */
	#packed(full: number): { row: BlockRow; block: Uint8Array } {
		const { ends } = this.#open;
		const block = encodeBlock(ends);
		const slot = this.#open.slot ?? this.#free.pop() ?? this.#slots++;
		return { row: { slot, ...spanOf(ends), count: ends.length, full, bytes: block.length }, block };
	}

	#save(row: BlockRow, block: Uint8Array): void {
		this.#rows.put(row, block);
		this.#written = Math.max(this.#written, row.last);
	}

	#add(row: BlockRow): void {
		this.#blocks.push(row);
		this.#stored += row.count;
		this.#slots = Math.max(this.#slots, row.slot + 1);
		let bytes = this.#blocks.reduce((sum, block) => sum + block.bytes, 0);
		for (let oldest = this.#blocks[0]; oldest && oldest !== row; oldest = this.#blocks[0]) {
			if (this.#stored - oldest.count < this.#bounds.ends && bytes <= this.#bounds.bytes) break;
			this.#blocks.shift();
			this.#stored -= oldest.count;
			bytes -= oldest.bytes;
			this.#free.push(oldest.slot);
			this.#cache.delete(oldest.first);
			this.#unsaved.delete(oldest.slot);
		}
	}

	#reopen(row: BlockRow): void {
		const block = new Block(this.#rows.read(row.slot), row.count);
		this.#slots = Math.max(this.#slots, row.slot + 1);
		this.#open.slot = row.slot;
		for (let i = 0; i < block.bars.count; i++) this.append(block.bars.number[i] as number, block.end(i));
	}

	/** A block that filled up and was released within one push has a stale row: only its beginning was written. */
	#release(slot: number): void {
		this.#slots = Math.max(this.#slots, slot + 1);
		this.#free.push(slot);
	}

	#block(row: BlockRow): Block {
		const block = this.#cache.get(row.first) ?? new Block(this.#unsaved.get(row.slot)?.block ?? this.#rows.read(row.slot), row.count);
		setNewest(this.#cache, row.first, block);
		let weight = 0;
		for (const cached of this.#cache.values()) weight += cached.weight;
		for (const [first, cached] of this.#cache) {
			if (weight <= CACHE_BYTES || first === row.first) break;
			weight -= cached.weight;
			this.#cache.delete(first);
		}
		return block;
	}
}

function emptyBlock() {
	return { slot: undefined as number | undefined, ends: [] as NumberedEnd[], chars: 0, errors: new Set<string>() };
}

function charsOf({ id, name, kind, worker, parent, error }: TaskEnd, errors: Set<string>): number {
	let chars = id.length + name.length + (kind?.length ?? 0) + (worker?.length ?? 0) + (parent?.length ?? 0);
	if (!error) return chars;
	// The same error again costs nothing: a block has each once.
	for (const text of [error.stack ?? "", `${error.type ?? ""} ${error.message}`]) {
		if (text === "" || errors.has(text)) continue;
		errors.add(text);
		chars += text.length;
	}
	return chars;
}

function spanOf(ends: readonly NumberedEnd[]): Pick<BlockRow, "first" | "last" | "began" | "ended"> {
	let began = Number.POSITIVE_INFINITY;
	let ended = 0;
	for (const { end } of ends) {
		began = Math.min(began, end.startedAt ?? end.endedAt);
		ended = Math.max(ended, end.endedAt);
	}
	return { first: ends[0]?.number ?? 0, last: ends.at(-1)?.number ?? 0, began, ended };
}
