/** The cluster's SQLite in a Durable Object. */
import type { Sql, SqlRow, SqlValue } from "../storage/sql.ts";

export function objectSql(storage: DurableObjectStorage): Sql {
	return new ObjectSql(storage);
}

class ObjectSql implements Sql {
	readonly #storage: DurableObjectStorage;
	#rowsWritten = 0;

	constructor(storage: DurableObjectStorage) {
		this.#storage = storage;
	}

	all<Row extends SqlRow = SqlRow>(text: string, ...params: SqlValue[]): Row[] {
		const cursor = this.#storage.sql.exec(text, ...params);
		const rows = cursor.toArray();
		this.#rowsWritten += cursor.rowsWritten;
		for (const row of rows as Record<string, SqlStorageValue | Uint8Array>[]) {
			for (const column in row) if (row[column] instanceof ArrayBuffer) row[column] = new Uint8Array(row[column]);
		}
		return rows as unknown as Row[];
	}

	run(text: string, ...params: SqlValue[]): void {
		this.all(text, ...params);
	}

	transaction<T>(work: () => T): T {
		return this.#storage.transactionSync(work);
	}

	get rowsWritten(): number {
		return this.#rowsWritten;
	}

	get databaseBytes(): number {
		return this.#storage.sql.databaseSize;
	}
}
