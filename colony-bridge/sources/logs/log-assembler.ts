/** Lines of a log become messages: a traceback, or a message with newlines in it, is one. */
import type { LogLine } from "../../protocol/state.ts";
import { parseJsonLine } from "./json-line.ts";
import { parseTextLine } from "./text-line.ts";

/** A message that goes on is waited for so long, in ms. */
const QUIET_MS = 200;
/** Characters of a message kept; the bridge cuts it to the contract's bound and says so. */
const MOST_CHARS = 64_000;
const INDENTED = /^[ \t]+\S/;
const TRACEBACK = /^Traceback \(most recent call last\):/;

export class LogAssembler {
	readonly #emit: (line: LogLine, through: number) => void;
	/** Messages of a format whose every message begins with a head: what has none goes on. */
	#open: { line: LogLine; headed: boolean; traceback: boolean; through: number } | undefined;
	#timer: NodeJS.Timeout | undefined;

	/** @param emit is given each message, and the `through` of its last line. */
	constructor(emit: (line: LogLine, through: number) => void) {
		this.#emit = emit;
	}

	/** @param through how far in its file the line ends: what the message says of itself when it is handed on. */
	write(text: string, through = 0): void {
		const now = Date.now();
		const json = parseJsonLine(text, now);
		if (json) {
			this.flush();
			this.#emit(json, through);
			return;
		}
		const line = parseTextLine(text, now);
		if (!line && this.#goesOn(text, through)) return;
		this.flush();
		if (!line && text.trim() === "") return;
		const said = line ?? { at: now, level: "INFO", message: text };
		this.#open = { line: said, headed: line !== undefined, traceback: TRACEBACK.test(text), through };
		this.#timer = setTimeout(() => this.flush(), QUIET_MS);
	}

	/** What has begun is all there is. */
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
