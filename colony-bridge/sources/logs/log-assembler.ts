/** Lines as container runtimes keep them: what the program wrote, wrapped with when it did. */

import { stripVTControlCharacters } from "node:util";
import type { LogLine } from "../../protocol/wire/state.ts";
import { parseJsonLine, parseTextLine } from "./log-line.ts";
import { instantOf, localZone, type Zone } from "./log-time.ts";

interface Wrapped {
	text: string;
	/** ms since 1970; undefined where it cannot be read. */
	at: number | undefined;
	/** The program's line continues in the next. */
	partial: boolean;
}

/** containerd and CRI-O: 2026-01-15T10:30:00.123456789Z stderr F no nectar */
const CRI = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) (?:stdout|stderr) ([FP])(?::\S*)? (.*)$/s;

/** @returns undefined where the line is not wrapped */
function unwrap(line: string): Wrapped | undefined {
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

/** Time to wait for further lines of a message, ms. */
const QUIET_MS = 200;
/** Characters of a message kept; the bridge truncates it to the contract's bound and marks it. */
const MOST_CHARS = 64_000;
const INDENTED = /^[ \t]+\S/;
/** Without colours and other escape sequences. */
const plain = (text: string): string => (text.includes("\u001b") ? stripVTControlCharacters(text) : text);
const TRACEBACK = /^Traceback \(most recent call last\):/;

/** Lines of a log become messages: a traceback, or a message with newlines in it, is one. */
export class LogAssembler {
	readonly #emit: (line: LogLine, through: number) => void;
	/** Messages of a format whose every message begins with a head: what has none goes on. */
	#open: { line: LogLine; headed: boolean; traceback: boolean; through: number } | undefined;
	#timer: NodeJS.Timeout | undefined;
	readonly #zone: Zone;
	/** Parts of a line that a container runtime cut into several. */
	#partial = { text: "", through: 0 };

	/** @param emit is given each message, and the `through` of its last line. @param zone of instants that have none of their own */
	constructor(emit: (line: LogLine, through: number) => void, zone: Zone = localZone) {
		this.#emit = emit;
		this.#zone = zone;
	}

	/** @param through how far in its file the line ends: what the message says of itself when it is handed on. */
	write(raw: string, through = 0): void {
		const wrapped = unwrap(raw);
		const text = this.#partial.text + (wrapped?.text ?? raw);
		const goesOn = wrapped?.partial && text.length < MOST_CHARS;
		this.#partial = { text: goesOn ? text : "", through };
		if (!goesOn) this.#line(plain(text), wrapped?.at ?? Date.now(), through);
	}

	/** @param now when it was written, as far as the line does not say it itself */
	#line(text: string, now: number, through: number): void {
		const json = parseJsonLine(text, now, this.#zone);
		if (json) {
			this.flush();
			this.#emit({ ...json, message: plain(json.message) }, through);
			return;
		}
		const line = parseTextLine(text, now, this.#zone);
		if (!line && this.#goesOn(text, through)) return;
		this.flush();
		if (!line && text.trim() === "") return;
		const entry = line ?? { at: now, level: "INFO", message: text };
		this.#open = { line: entry, headed: line !== undefined, traceback: TRACEBACK.test(text), through };
		this.#timer = setTimeout(() => this.flush(), QUIET_MS);
	}

	/** No more will come. */
	end(): void {
		const { text, through } = this.#partial;
		this.#partial = { text: "", through };
		if (text !== "") this.#line(plain(text), Date.now(), through);
		this.flush();
	}

	/** Ends the message that has begun. */
	flush(): void {
		clearTimeout(this.#timer);
		const open = this.#open;
		this.#open = undefined;
		if (open) this.#emit({ ...open.line, message: open.line.message.trimEnd() }, open.through);
	}

	/** Appends a line to the message under way where it belongs to it. */
	#goesOn(text: string, through: number): boolean {
		const open = this.#open;
		if (!open) return false;
		// The line that says what was raised ends a bare traceback, and stands at its beginning.
		const raised = open.traceback && /^[\w.]+(?:: .*)?$/s.test(text);
		if (!open.headed && !INDENTED.test(text) && !raised) return false;
		open.through = through;
		if (open.line.message.length < MOST_CHARS) open.line.message += `\n${text}`;
		if (raised && !open.headed) {
			open.line.level = "ERROR";
			this.flush();
		}
		return true;
	}
}
