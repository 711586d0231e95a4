/** The folder of a dashboard on Node: that it can be written, its disk, and each of its databases, which are read and not changed. */
import { mkdtemp, open, readdir, rm, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { counted } from "../../../colony-bridge/protocol/values/text.ts";
import { isDamage } from "../../../colony-bridge/sqlite.ts";
import { ACCESS } from "../../../durable/access/schema.ts";
import { AUDIT } from "../../../durable/audit/audit.ts";
import { HISTORY } from "../../../durable/history/tiers/schema.ts";
import { LOG } from "../../../durable/log/log.ts";
import { type Part, stepsDone } from "../../../durable/storage/sql.ts";
import { NewerVersion } from "../../../durable/storage/storage-fault.ts";
import { TASKS } from "../../../durable/tasks/block.ts";
import { type Check, fault, ok, warning } from "./check.ts";
import { readDatabase } from "./read-database.ts";

const MB = 1_000_000;
/** A write-ahead log and a compaction take some tens of megabytes for a moment. */
const TOO_LITTLE_MB = 100;
const LITTLE_MB = 1_000;
/** As many clusters as a dashboard has unless it is told otherwise. */
const MOST_FILES = 1_000;

export async function storageChecks(folder: string): Promise<Check[]> {
	try {
		if (!(await stat(folder)).isDirectory()) return [fault("folder", `${folder} is no folder`, "check --storage")];
		const names = (await readdir(folder)).filter((name) => /^(access|cluster-.+)\.sqlite$/.test(name)).sort();
		const files = names.slice(0, MOST_FILES).map((name) => fileCheck(folder, name));
		const rest = names.length - files.length;
		return [
			await writeCheck(folder),
			await diskCheck(folder),
			...(names.length === 0 ? [ok("databases", "none yet: the first push makes one")] : files),
			...(rest > 0 ? [warning("databases", `${counted(rest, "more file")} not looked at`, "move those that are not used elsewhere")] : []),
		];
	} catch (error) {
		return [fault("folder", `${folder} cannot be read (${codeOf(error)})`, "check the path, who owns it and who may read it")];
	}
}

/** A permission says less than a file that was written. */
async function writeCheck(folder: string): Promise<Check> {
	try {
		const own = await mkdtemp(join(folder, ".doctor-"));
		try {
			const file = await open(join(own, "try"), "w");
			try {
				await file.write(Buffer.alloc(8192));
				await file.sync();
			} finally {
				await file.close();
			}
		} finally {
			await rm(own, { recursive: true, force: true });
		}
		return ok("folder", `${folder} can be written`);
	} catch (error) {
		return fault("folder", `${folder} cannot be written (${codeOf(error)})`, "check who owns it, who may write, and its disk");
	}
}

async function diskCheck(folder: string): Promise<Check> {
	const { bavail, bsize, blocks } = await statfs(folder);
	const free = Math.floor((bavail * bsize) / MB);
	const says = `${sized(free)} free of ${sized(Math.floor((blocks * bsize) / MB))}`;
	if (free < TOO_LITTLE_MB) return fault("disk", says, "free some space: the dashboard refuses frames when the disk is full");
	if (free < LITTLE_MB) return warning("disk", says, "free some space before it is full");
	return ok("disk", says);
}

const sized = (mb: number): string => (mb < 10_000 ? `${mb} MB` : `${Math.round(mb / 1000)} GB`);

function fileCheck(folder: string, name: string): Check {
	const parts = name === "access.sqlite" ? [ACCESS] : [LOG, HISTORY, TASKS, AUDIT];
	try {
		return readDatabase(join(folder, name), (database) => {
			const sql = { all: (text: string, ...given: never[]) => database.prepare(text).all(...given) as never[] };
			const missing = parts.map((part) => missingSteps(sql, part)).reduce((sum, steps) => sum + steps, 0);
			const [broken] = sql.all("PRAGMA quick_check(1)").map((row) => String(Object.values(row)[0]));
			if (broken !== undefined && broken !== "ok") return damaged(name, broken);
			const older = `of an older version: the next start brings it up by ${counted(missing, "step")}`;
			return ok(name, `sound, ${missing === 0 ? "of this version" : older}`);
		});
	} catch (error) {
		return unread(name, error);
	}
}

/** @returns steps that the next start makes; 0 also for a part that is not there. @throws NewerVersion */
function missingSteps(sql: Parameters<typeof stepsDone>[0], part: Part): number {
	const done = stepsDone(sql, part);
	return done === 0 ? 0 : Math.max(0, part.steps.length - done);
}

function unread(name: string, error: unknown): Check {
	const words = error instanceof Error ? error.message : String(error);
	if (error instanceof NewerVersion) return fault(name, words, "run that version, or move the file away and begin anew");
	if (/locked|busy/i.test(words)) return ok(name, "in use by a dashboard that runs: stop it to have the file looked at");
	if (isDamage(error)) return damaged(name, words);
	return fault(name, `cannot be read (${words})`, "check who owns it and who may read it");
}

const damaged = (name: string, words: string): Check =>
	fault(name, `is damaged (${words})`, "put a copy from before in its place, or move it away and begin anew");

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);
