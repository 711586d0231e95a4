/** Opens a bridge's spool and reads what an earlier process left in it. */
import { closeSync, existsSync, mkdirSync, openSync, renameSync } from "node:fs";
import { join } from "node:path";
import type { SeriesDefinition } from "../../protocol/wire/series.ts";
import { PROTOCOL_VERSION } from "../../protocol/wire/version.ts";
import { FileInUse, isDamage, SqliteFile } from "../../sqlite.ts";
import type { Dropped, OutboxEntry } from "./outbox-entry.ts";
import { FRAMES_TABLE, StoredFrames } from "./stored-frames.ts";

export type NumberedSeries = { id: number } & SeriesDefinition;
export type Gaps = Record<"count" | "samples" | "events", number>;
const NO_GAPS: Gaps = { count: 0, samples: 0, events: 0 };

/** State beside the frames, a row of JSON for each name. */
export interface About {
	bridge: string;
	/** Distinguishes bridges of the same name. */
	instance: string;
	/** Start of the process that wrote it, ms. */
	started: number;
	/** 0: not assigned by the cluster yet. */
	epoch: number;
	/** Newest sequence number assigned. */
	seq: number;
	/** Dropped range that no gap frame has reported yet. */
	dropped: Dropped | undefined;
	gaps: Gaps;
	/** The colony's read position, in its own format. */
	position: unknown;
}

export interface Recovered extends Pick<About, "seq" | "gaps" | "position" | "dropped"> {
	/** Newest entry. */
	lastId: number;
	/** Numbered frames up to `seq`. */
	numbered: OutboxEntry[];
	/** Unnumbered frames, in the order they were put. */
	waiting: OutboxEntry[];
}

/** `PRAGMA user_version` of the tables. */
const FORMAT = 1;
export const SPOOL_TABLES = [
	FRAMES_TABLE,
	"CREATE TABLE numbers (seq INTEGER PRIMARY KEY, id INTEGER NOT NULL, skew INTEGER NOT NULL)",
	"CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
];
/** Runs of the table of frames, where a frame's number is its entry's id: those that are held, and series that are acknowledged. */
export const HELD = 0;
export const ANNOUNCED = 1;

/** The disk does not take a spool: it is full, read-only or somebody else's. */
export class SpoolUnavailable extends Error {
	override readonly name = "SpoolUnavailable";
}

interface OpenSpool {
	sql: SqliteFile;
	frames: StoredFrames;
	about: About | undefined;
	recovered: Recovered | undefined;
	series: NumberedSeries[];
}

export function openSpool(directory: string, onError: (message: string) => void): OpenSpool {
	try {
		mkdirSync(directory, { recursive: true });
		return openOrSetAside(directory, onError);
	} catch (error) {
		const { code, message } = error as NodeJS.ErrnoException;
		// Errors of the file system and of SQLite have a code.
		throw code === undefined ? error : new SpoolUnavailable(`the spool "${directory}" cannot be used: ${message}`, { cause: error });
	}
}

/** A damaged file is set aside: a bridge must not stop for what it could not deliver earlier. */
function openOrSetAside(directory: string, onError: (message: string) => void): OpenSpool {
	const path = join(directory, "spool.db");
	try {
		return readSpool(path, directory);
	} catch (error) {
		if (!isDamage(error)) throw error;
		for (const end of ["", "-wal"]) if (existsSync(path + end)) renameSync(path + end, `${path}.damaged${end}`);
		onError(`the spool "${path}" is damaged (${(error as Error).message}): it was moved to "${path}.damaged", and a new one begins`);
		return readSpool(path, directory);
	}
}

function readSpool(path: string, directory: string): OpenSpool {
	// For the bridge's user only. An existing file is not opened here: closing it would release this process's lock on it.
	if (!existsSync(path)) closeSync(openSync(path, "w", 0o600));
	let sql: SqliteFile;
	try {
		sql = new SqliteFile(path, { syncs: false });
	} catch (error) {
		if (!(error instanceof FileInUse)) throw error;
		throw new Error(`the spool "${directory}" is in use by another bridge: give each bridge a spool directory of its own`);
	}
	try {
		const format = Number(sql.all("PRAGMA user_version")[0]?.user_version);
		if (format === 0) sql.transaction(() => [...SPOOL_TABLES, `PRAGMA user_version = ${FORMAT}`].map((text) => sql.all(text)));
		const frames = new StoredFrames(sql);
		const [{ protocol } = { protocol: 0 }] = [...frames.held().values()].sort((a, b) => b.protocol - a.protocol);
		if (format > FORMAT || protocol > PROTOCOL_VERSION) {
			const theirs =
				format > FORMAT ? `format ${format}, this one knows ${FORMAT}` : `protocol ${protocol}, this one knows ${PROTOCOL_VERSION}`;
			throw new Error(`the spool "${directory}" was written by a newer version (${theirs}): run that version, or choose another directory`);
		}
		const rows = sql.all<{ name: string; value: string }>("SELECT name, value FROM about");
		if (rows.length === 0) return { sql, frames, about: undefined, recovered: undefined, series: [] };
		const about = Object.fromEntries(rows.map(({ name, value }) => [name, JSON.parse(value) ?? undefined])) as unknown as About;
		return { sql, frames, about, ...recover(sql, frames, about) };
	} catch (error) {
		sql.close();
		throw error;
	}
}

function recover(sql: SqliteFile, frames: StoredFrames, { seq = 0, gaps = NO_GAPS, dropped, position }: About) {
	const held = new Map(
		frames.list(HELD).map(({ seq: id, type, ...rest }) => [id, { ...rest, id, type: type as OutboxEntry["type"], kept: true }]),
	);
	const announced = frames.list(ANNOUNCED);
	const lastId = Math.max(0, ...[...held.keys()].slice(-1), announced.at(-1)?.seq ?? 0);
	const series: NumberedSeries[] = [];
	const texts = [
		...announced.map((frame) => frames.text(ANNOUNCED, frame.seq)),
		...[...held.values()].flatMap(({ id, type }) => (type === "series" ? [frames.text(HELD, id)] : [])),
	];
	for (const text of texts) for (const each of (JSON.parse(`{${text}`) as { series: NumberedSeries[] }).series) series[each.id] = each;
	const numbered: OutboxEntry[] = [];
	for (const { seq, id, skew } of sql.all<{ seq: number; id: number; skew: number }>("SELECT seq, id, skew FROM numbers ORDER BY seq")) {
		const entry = held.get(id);
		if (entry) numbered.push({ ...entry, seq, skewMs: skew });
		held.delete(id);
	}
	return { series, recovered: { seq, lastId, numbered, waiting: [...held.values()], dropped, gaps, position } };
}
