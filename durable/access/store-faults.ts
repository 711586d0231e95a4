/** A store of who may get in that cannot be read or written: the log says why and what to do, whoever asked only that it is so. */
import { NewerVersion, StorageFault, type StorageKind, storageFault } from "../storage/storage-fault.ts";

/** The same fault is told again after this, ms. */
const REPORT_EVERY_MS = 60_000;

export class StoreFaults {
	readonly #where: string;
	readonly #kind: StorageKind;
	#reported = { words: "", at: 0 };

	/** @param where the store: a file, or what stands for one. */
	constructor(where: string, kind: StorageKind) {
		this.#where = where;
		this.#kind = kind;
	}

	/** @param cause what was thrown when the store was asked. @returns what to throw in its place: of another kind, it is itself. */
	of(cause: unknown): unknown {
		if (!isOfStorage(cause)) return cause;
		const words = storageFault(this.#where, cause, "read", this.#kind).message;
		if (words !== this.#reported.words || Date.now() - this.#reported.at > REPORT_EVERY_MS) {
			this.#reported = { words, at: Date.now() };
			console.error(`sign-in and tokens do not work: ${words}`);
		}
		// Nobody who is not signed in learns where the store is.
		return new StorageFault("sign-in and tokens do not work now: the dashboard's log says why, and what to do", { cause });
	}
}

/** True for faults of SQLite, by Node's code or workerd's words; wrong requests and faults of this program are not. */
function isOfStorage(cause: unknown): boolean {
	if (cause instanceof StorageFault || cause instanceof NewerVersion) return true;
	const { code, message } = cause as { code?: unknown; message?: unknown };
	return code === "ERR_SQLITE_ERROR" || /\bSQLITE_[A-Z]+/.test(String(message));
}
