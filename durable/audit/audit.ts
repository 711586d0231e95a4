import type { Actor } from "../../colony-bridge/protocol/http/access.ts";
import type {
	AuditAction,
	AuditEntry,
	AuditPage,
	AuditPlace,
	AuditQuery,
	AuditResult,
	AuditRow,
} from "../../colony-bridge/protocol/http/audit.ts";
import { shorten } from "../../colony-bridge/protocol/values/text.ts";
import { createPart, openPart, type Part, type Sql, type SqlRow } from "../storage/sql.ts";
import type { Work } from "../work/work.ts";

/**
 * - `audit`: an entry a row, numbered in order of time, never changed.
 * - `audit_result`: what became of a command; `part` is `entry * 8 + i`, the i-th thing known of it.
 */
export const AUDIT: Part = {
	name: "audit",
	tables: ["audit", "audit_result"],
	steps: [
		{
			id: "entries and results",
			run: [
				`CREATE TABLE audit (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, role TEXT NOT NULL, via TEXT NOT NULL,
					address TEXT NOT NULL, action TEXT NOT NULL, target TEXT, result TEXT NOT NULL, detail TEXT, count INTEGER NOT NULL, command TEXT)`,
				"CREATE TABLE audit_result (part INTEGER PRIMARY KEY, at INTEGER NOT NULL, result TEXT NOT NULL, detail TEXT)",
			],
		},
	],
};

const RESULTS = 8;

/** Refusals a day that have a row of their own. */
const OWN_ROWS = 200;
const DAY_MS = 86_400_000;

/**
 * Refusals of a day are written one by one at first, later in rows that stand for twice as many each. Somebody who guesses
 * passwords all day adds some dozen rows, not a million, and the counts still come out whole: what a row stands for is written with it.
 */
class RefusalBudget {
	#day = -1;
	#refusals = 0;
	/** Refusals without a row. */
	#unwritten = 0;
	#next = 1;

	/** @param today refusals the day's rows stand for already, as after a restart. */
	begin(at: number, today: number): void {
		this.#day = Math.floor(at / DAY_MS);
		this.#refusals = today;
		this.#next = 1;
		this.#unwritten = 0;
	}

	/** One more. @returns how many the row to be written stands for; 0: none is written. */
	take(at: number): number {
		const day = Math.floor(at / DAY_MS);
		const before = this.#unwritten;
		if (day !== this.#day) {
			this.begin(at, 0);
			this.#refusals = 1;
			// The rest of yesterday is written with the first of today.
			return before + 1;
		}
		this.#refusals++;
		if (this.#refusals <= OWN_ROWS) return 1;
		this.#unwritten++;
		if (this.#unwritten < this.#next) return 0;
		this.#next *= 2;
		this.#unwritten = 0;
		return before + 1;
	}

	static startOf(at: number): number {
		return Math.floor(at / DAY_MS) * DAY_MS;
	}
}

/**
 * Who did what, in the cluster's database: rows are added and, after a year, dropped; none is ever changed. What becomes of a command is a row
 * of its own beside the entry that asked for it.
 */
const KEPT_MS = 366 * 86_400_000;
/** Past this the oldest go before their year is over. */
const MOST_ROWS = 200_000;
/** Rows added between two looks for old ones. */
const PRUNE_EVERY = 500;
/** Entries that are looked through in one go, and units of each. */
const LOOKED_THROUGH = 5000;
const ROW_UNITS = 8;
const NAME_CHARS = 200;
const DETAIL_CHARS = 500;

export const AUDIT_SQL = {
	newest: "SELECT id, at FROM audit ORDER BY id DESC LIMIT 1",
	instant: "SELECT at FROM audit WHERE id = ?",
	today: "SELECT at, result, count FROM audit ORDER BY id DESC LIMIT ?",
	add: `INSERT INTO audit (id, at, actor, role, via, address, action, target, result, detail, count, command)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
	addResult: "INSERT OR REPLACE INTO audit_result (part, at, result, detail) VALUES (?, ?, ?, ?)",
	page: `SELECT * FROM audit WHERE id < ? AND id >= ? AND (? = '' OR actor = ?) AND (? = '' OR action = ?) ORDER BY id DESC LIMIT ?`,
	results: "SELECT part, at, result, detail FROM audit_result WHERE part >= ? AND part < ? ORDER BY part",
	oldEnough: "SELECT id FROM audit WHERE at >= ? ORDER BY id LIMIT 1",
	drop: "DELETE FROM audit WHERE id < ?",
	dropResults: "DELETE FROM audit_result WHERE part < ?",
} as const;

interface StoredRow extends SqlRow {
	id: number;
	at: number;
	actor: string;
	role: string;
	via: string;
	address: string;
	action: string;
	target: string | null;
	result: string;
	detail: string | null;
	count: number;
	command: string | null;
}

/** Additional fields of a command's entry. */
interface OfCommand {
	command: string;
}

export class Audit {
	readonly #sql: Sql;
	readonly #budget = new RefusalBudget();
	#newest: number | undefined;
	#sincePruned = PRUNE_EVERY;

	/** Reads and writes nothing yet. */
	constructor(sql: Sql) {
		this.#sql = sql;
	}

	/** Number of the next entry. */
	get next(): number {
		return this.#last() + 1;
	}

	/** In a transaction of its own. @param at ms since 1970. */
	record(entry: AuditEntry, at: number): void {
		this.#last(at);
		const count = entry.result === "refused" ? this.#budget.take(at) : 1;
		if (count > 0) this.#sql.transaction(() => this.#add(entry, entry.result, count, at));
	}

	/** Something is done by an entry of the log. Inside the caller's transaction. */
	recordWith(entry: Omit<AuditEntry, "result">, at: number): void {
		this.#add(entry, "done", 1, at);
	}

	/** Somebody asked for a command. Inside the caller's transaction; its number is {@link next}. */
	requested(entry: Omit<AuditEntry, "result"> & OfCommand, at: number): void {
		this.#add(entry, "accepted", 1, at);
	}

	/** Records the result of a command, inside the caller's transaction. @param nth 0 for its first result. */
	settle(entry: number, nth: number, result: AuditResult, detail: string | undefined, at: number): void {
		const part = entry * RESULTS + Math.min(nth, RESULTS - 1);
		createPart(this.#sql, AUDIT);
		this.#sql.run(AUDIT_SQL.addResult, part, at, result, detail === undefined ? null : shorten(detail, DETAIL_CHARS));
	}

	/** Newest first. */
	*page({ limit, before, actor = "", action }: AuditQuery): Work<AuditPage> {
		if (before && !this.#holds(before)) return { rows: [], gone: true };
		if (!openPart(this.#sql, AUDIT)) return { rows: [] };
		const found: StoredRow[] = [];
		const oldest = Number(this.#sql.all(AUDIT_SQL.oldEnough, 0)[0]?.id ?? 0);
		for (
			let until = Math.min(before?.id ?? Number.POSITIVE_INFINITY, this.next);
			until > oldest && found.length <= limit;
			until -= LOOKED_THROUGH
		) {
			const from = until - LOOKED_THROUGH;
			found.push(
				...this.#sql.all<StoredRow>(AUDIT_SQL.page, until, from, actor, actor, action ?? "", action ?? "", limit + 1 - found.length),
			);
			yield (until - Math.max(from, oldest)) * ROW_UNITS;
		}
		const rows = found.slice(0, limit).map(rowOf);
		const last = rows.at(-1);
		if (!last) return { rows };
		const byId = new Map(rows.map((row) => [row.id, row]));
		const span = [last.id * RESULTS, ((rows[0]?.id ?? 0) + 1) * RESULTS] as const;
		for (const { part, at, result, detail } of this.#sql.all(AUDIT_SQL.results, ...span)) {
			const row = byId.get(Math.floor(Number(part) / RESULTS));
			if (!row) continue;
			row.result = result as AuditResult;
			row.endedAt = Number(at);
			if (detail !== null) row.detail = String(detail);
		}
		return { rows, ...(found.length > limit && { next: { id: last.id, at: last.at } }) };
	}

	/** One that is past its year does: nothing older than it is there. */
	#holds({ id, at }: AuditPlace): boolean {
		if (!openPart(this.#sql, AUDIT) || id > this.#last()) return false;
		const [row] = this.#sql.all<{ at: number }>(AUDIT_SQL.instant, id);
		return row === undefined || row.at === at;
	}

	#add(entry: Omit<AuditEntry, "result"> & Partial<OfCommand>, result: AuditResult, count: number, at: number): void {
		const { actor, action, target, detail, command } = entry;
		const id = this.next;
		createPart(this.#sql, AUDIT);
		this.#sql.run(
			AUDIT_SQL.add,
			id,
			at,
			shorten(actor.name, NAME_CHARS),
			actor.role,
			actor.via,
			shorten(actor.address, NAME_CHARS),
			action,
			target === undefined ? null : shorten(target, NAME_CHARS),
			result,
			detail === undefined ? null : shorten(detail, DETAIL_CHARS),
			count,
			command ?? null,
		);
		this.#newest = id;
		this.#prune(id, at);
	}

	#last(at = 0): number {
		if (this.#newest !== undefined) return this.#newest;
		if (!openPart(this.#sql, AUDIT)) {
			this.#budget.begin(at, 0);
			this.#newest = 0;
			return 0;
		}
		const [newest] = this.#sql.all<{ id: number; at: number }>(AUDIT_SQL.newest);
		const day = RefusalBudget.startOf(Math.max(at, newest?.at ?? 0));
		let today = 0;
		for (const row of this.#sql.all<{ at: number; result: string; count: number }>(AUDIT_SQL.today, OWN_ROWS * 2)) {
			if (row.at >= day && row.result === "refused") today += row.count;
		}
		this.#budget.begin(day, today);
		this.#newest = newest?.id ?? 0;
		return this.#newest;
	}

	#prune(newest: number, at: number): void {
		if (++this.#sincePruned < PRUNE_EVERY) return;
		this.#sincePruned = 0;
		const oldest = Number(this.#sql.all(AUDIT_SQL.oldEnough, at - KEPT_MS)[0]?.id ?? newest);
		const first = Math.max(oldest, newest - MOST_ROWS + 1);
		this.#sql.run(AUDIT_SQL.drop, first);
		this.#sql.run(AUDIT_SQL.dropResults, first * RESULTS);
	}
}

function rowOf(row: StoredRow): AuditRow {
	const { id, at, target, detail, count, command } = row;
	return {
		id,
		at,
		actor: { name: row.actor, role: row.role, via: row.via, address: row.address } as Actor,
		action: row.action as AuditAction,
		...(target !== null && { target }),
		result: row.result as AuditResult,
		...(detail !== null && { detail }),
		count,
		...(command !== null && { command }),
	};
}
