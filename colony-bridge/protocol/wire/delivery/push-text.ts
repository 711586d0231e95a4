/** The text of a push, each line of which is parsed and validated once: when it is asked for, or ahead of that, a step at a time. */
import * as v from "valibot";
import { LIMITS } from "../limits.ts";
import { UpFrame } from "../up.ts";

/** Work of a character, in units of `durable/work/work.ts`. */
const PARSE_UNITS = 0.1;
const VALIDATE_UNITS = 0.15;

export class PushLine {
	readonly text: string;
	#json: { value: unknown } | undefined;
	#frame: v.SafeParseResult<typeof UpFrame> | undefined;

	constructor(text: string) {
		this.text = text;
	}

	/** Undefined where the line is not JSON. */
	get json(): unknown {
		this.#json ??= { value: parse(this.text) };
		return this.#json.value;
	}

	get type(): unknown {
		return (this.json as { type?: unknown } | null | undefined)?.type;
	}

	get frame(): v.SafeParseResult<typeof UpFrame> {
		this.#frame ??= v.safeParse(UpFrame, this.json, { abortEarly: true });
		return this.#frame;
	}
}

export class PushText {
	readonly text: string;
	#lines: readonly PushLine[] | undefined;

	constructor(text: string) {
		this.text = text;
	}

	static of(push: string | PushText): PushText {
		return typeof push === "string" ? new PushText(push) : push;
	}

	get lines(): readonly PushLine[] {
		this.#lines ??= this.text
			.split("\n")
			.filter((line) => line.trim() !== "")
			.map((line) => new PushLine(line));
		return this.#lines;
	}

	/** Yields the units of each step. A frame of a megabyte takes longer to read than to take in. */
	*readAhead(): Generator<number, void, void> {
		if (this.text.length > LIMITS.pushBytes) return;
		for (const line of this.lines) {
			if (line.type !== "hello") {
				yield line.text.length * PARSE_UNITS;
				line.frame;
			}
			yield line.text.length * VALIDATE_UNITS;
		}
	}
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
