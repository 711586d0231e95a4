/**
 * A table with reactive fields: a changed field rerenders what read it, and a row keeps its element as long as its id exists. (Solid's
 * store would do this at any depth for 3 KB of the first page's 60.)
 */
import { createSignal, getListener, type Signal } from "solid-js";
import type { RowKind, Rows } from "../../colony-bridge/protocol/query/rows.ts";

type Row = Record<string, unknown> & { id: string };

function createRow(first: Row) {
	let newest = first;
	// Signals of the fields that components have read.
	const fields = new Map<string, Signal<unknown>>();
	const row = new Proxy<Row>(first, {
		get(_, name) {
			if (typeof name !== "string") return undefined;
			if (!fields.has(name) && getListener()) fields.set(name, createSignal(newest[name]));
			const field = fields.get(name);
			return field ? field[0]() : newest[name];
		},
	});
	return {
		row,
		write(next: Row): void {
			newest = next;
			for (const [name, [, set]] of fields) set(() => next[name]);
		},
	};
}

export function createTable(first: Rows) {
	let current = new Map<string, ReturnType<typeof createRow>>();
	const draw = (table: Rows): Rows => {
		const next: typeof current = new Map();
		for (const row of table.rows as unknown as Row[]) {
			const old = current.get(row.id);
			old?.write(row);
			next.set(row.id, old ?? createRow(row));
		}
		current = next;
		return { ...table, rows: [...next.values()].map(({ row }) => row) as unknown as Rows<RowKind>["rows"] };
	};
	const [read, set] = createSignal(draw(first));
	return { read, write: (table: Rows) => void set(() => draw(table)) };
}
