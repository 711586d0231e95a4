import { UsageError } from "../option-check.ts";

/** Why `hiveframe-dashboard bridge` ended, as its exit code. */
export const EXIT = {
	/** It was stopped, or standard input ended: everything is acknowledged. */
	stopped: 0,
	/** A fault of the program. */
	fault: 1,
	/** Options or configuration cannot be right. */
	usage: 2,
	/** The dashboard does not take this token, or has not let this bridge in. */
	denied: 3,
	/** Another bridge of the same name has taken over. */
	superseded: 4,
	/** It was stopped, and its frames were not acknowledged in time. */
	unsent: 5,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The command's log on standard error: text, or a JSON object a line. */
type LogFormat = "text" | "json";

export const LOG_FORMAT_OPTION = {
	type: "string",
	valueHint: "text|json",
	default: "text",
	description: "Format of the log on standard error",
} as const;

/** @throws UsageError */
export function logFormatOf(text: string): LogFormat {
	if (text === "text" || text === "json") return text;
	throw new UsageError(`invalid --log-format "${text}"; write text or json`);
}

export type Say = (level: "INFO" | "WARNING" | "ERROR", message: string, fields?: Record<string, unknown>) => void;

export class BridgeLog {
	readonly #format: LogFormat;
	readonly #out: NodeJS.WriteStream;
	/** Status on the terminal's last line, redrawn below new log lines. */
	#line = "";

	constructor(format: LogFormat, out: NodeJS.WriteStream = process.stderr) {
		this.#format = format;
		this.#out = out;
	}

	/** A line of status can be drawn over and over. */
	get live(): boolean {
		return this.#format === "text" && this.#out.isTTY === true;
	}

	say: Say = (level, message, fields) => {
		const time = new Date().toISOString();
		// A message may quote foreign text: it stays one line, and moves no cursor.
		const plain = message.replace(/\p{Cc}+/gu, " ");
		const text = this.#format === "json" ? JSON.stringify({ time, level, message, ...fields }) : `${time} ${level.padEnd(7)} ${plain}`;
		this.#out.write(`${this.live ? "\r\u001b[2K" : ""}${text}\n${this.#line}`);
	};

	/** Draws the status over the one before. */
	status(text: string): void {
		const columns = this.#out.columns || 80;
		this.#line = text.length < columns ? text : `${text.slice(0, columns - 2)}…`;
		this.#out.write(`\r\u001b[2K${this.#line}`);
	}

	/** The status line ends: the next output begins on a line of its own. */
	end(): void {
		if (this.#line) this.#out.write("\n");
		this.#line = "";
	}
}
