/** Lines as container runtimes keep them: what the program wrote, wrapped with when it did. */
import { instantOf, localZone } from "./log-time.ts";

export interface Wrapped {
	text: string;
	/** ms since 1970; undefined where it cannot be read. */
	at: number | undefined;
	/** The program's line goes on in the next. */
	partial: boolean;
}

/** containerd and CRI-O: 2026-01-15T10:30:00.123456789Z stderr F no nectar */
const CRI = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) (?:stdout|stderr) ([FP])(?::\S*)? (.*)$/s;

/** @returns undefined where the line is not wrapped */
export function unwrap(line: string): Wrapped | undefined {
	const [, at, mark, text] = CRI.exec(line) ?? [];
	if (at !== undefined && text !== undefined) return { text, at: instantOf(at, localZone, 0), partial: mark === "P" };
	return line.startsWith('{"log":') ? dockerLine(line) : undefined;
}

/** Docker's json-file: {"log":"no nectar\n","stream":"stderr","time":"2026-01-15T10:30:00.123456789Z"} */
function dockerLine(line: string): Wrapped | undefined {
	try {
		const { log, stream, time } = JSON.parse(line) as { log?: unknown; stream?: unknown; time?: unknown };
		if (typeof log !== "string" || typeof stream !== "string" || typeof time !== "string") return undefined;
		const text = log.replace(/\r?\n$/, "");
		return { text, at: instantOf(time, localZone, 0), partial: text === log };
	} catch {
		return undefined;
	}
}
