/** A fault of a cluster's storage, in words for its operator: the fault, the file, the remedy. */
export class StorageFault extends Error {
	override readonly name = "StorageFault";
}

/** Tables or a format of a later release. */
export class NewerVersion extends Error {
	override readonly name = "NewerVersion";

	constructor(what: string, version: number, newest: number, kind: "schema" | "format" = "schema") {
		super(`${what} was written by a newer version (${kind} ${version}, this one knows ${newest})`);
	}
}

/**
 * Checks the format number that each stored text and each block of bytes begins with. To change a format, one release reads the new one and
 * still writes the old one, and the next release writes it: then a rollback of one release goes on.
 * @throws NewerVersion, or a RangeError where the number is none that was ever written.
 */
export function requireFormat(what: string, format: unknown, newest: number): void {
	if (format === newest) return;
	if (typeof format === "number" && format > newest) throw new NewerVersion(what, format, newest, "format");
	throw new RangeError(`${what} has the unknown format ${String(format)}`);
}

/** Remedies by host. The storage of a Durable Object has no file, owner or disk that somebody could look after. */
const OBJECT = {
	newer: "deploy that version",
	full: "it is full: a Durable Object holds 10 GB, and all of an account on the free plan 5 GB: delete clusters, or lower activeSeries",
	denied: "see whether the account has reached a limit of Durable Objects; it is tried again",
	disk: "it is tried again; where that lasts, see the status page of Cloudflare",
};
const REMEDIES = {
	file: {
		newer: "run that version, or move it away and begin anew",
		damaged: "put a copy from before in its place, or move it away and begin anew",
		full: "its disk is full: free some space, and it goes on by itself",
		denied: "check that it is a file, who owns it and who may write",
		disk: "check its disk",
	},
	"cluster object": { ...OBJECT, damaged: "delete the cluster, and its bridges begin it anew" },
	"access object": { ...OBJECT, damaged: "a migration that deletes the class AccessObject and adds it again begins anew" },
};
export type StorageKind = keyof typeof REMEDIES;

/** @param where the storage: a file, or what stands for one. @param cause what was thrown when it was read or written. */
export function storageFault(where: string, cause: unknown, doing: "read" | "written", kind: StorageKind): StorageFault {
	if (cause instanceof StorageFault) return cause;
	const words = cause instanceof Error ? cause.message : String(cause);
	return new StorageFault(`${where} ${describe(cause, words, doing, kind)}`, { cause });
}

function describe(cause: unknown, words: string, doing: "read" | "written", kind: StorageKind): string {
	const { newer, damaged, full, denied, disk } = REMEDIES[kind];
	if (cause instanceof NewerVersion) return `cannot be read, ${words}: ${newer}`;
	if (/disk (is )?full|SQLITE_FULL|ENOSPC/i.test(words)) return `cannot be written, ${full}`;
	if (/unable to open|readonly|permission|EACCES|EPERM|EROFS|is a directory/i.test(words))
		return `cannot be opened or written (${words}): ${denied}`;
	if (/disk I\/O/i.test(words)) return `cannot be ${doing} (${words}): ${disk}`;
	if (doing === "written" && !/malformed|corrupt/.test(words)) return `cannot be written (${words}): it is tried again`;
	return `is damaged (${words}): ${damaged}`;
}

/** The same fault is logged again after this, ms. */
const REPORT_EVERY_MS = 60_000;

/** A store of who may get in that cannot be read or written: the log says why and what to do, whoever asked only that it is so. */
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
