/**
 * What could not be taken of what a colony says, counted by field: the cluster is told all of it, the bridge's owner one line a field a minute.
 * What is true now is counted anew in each snapshot; what happened is counted for as long as the bridge runs.
 */
import type * as v from "valibot";
import type { LeftOut } from "../protocol/wire/left-out.ts";
import { LIMITS } from "../protocol/wire/limits.ts";
import { describeIssues } from "../protocol/wire/problem.ts";
import { type Warnings, wordsOf } from "./warnings.ts";

/** Past the bound of the list, the others together. */
const OTHERS = "other fields";

/** Why one entry cannot be taken. */
export class Unfit extends TypeError {
	readonly field: string;

	/** @param field the part, and the entry's field where one is to blame: `workers.startedAt`. */
	constructor(field: string, message: string) {
		super(message);
		this.field = field;
	}

	/** @param entry how the entry is known, before the words. */
	static by(issues: readonly v.BaseIssue<unknown>[], part: string, entry = ""): Unfit {
		const key = issues[0]?.path?.[0]?.key;
		return new Unfit(typeof key === "string" ? `${part}.${key}` : part, `${entry}${describeIssues(issues)}`);
	}
}

export class LeftOutTally {
	readonly #fields = new Map<string, LeftOut>();

	/** A new snapshot begins: what is true now is counted from zero. */
	begin(): void {
		for (const [field, { at }] of this.#fields) if (at === undefined) this.#fields.delete(field);
	}

	/** Something that is true now is left out of this snapshot. */
	stands(part: string, error: unknown): void {
		this.add({ ...told(part, error), count: 1 });
	}

	/** Something that happened is left out for good. */
	happened(part: string, error: unknown): void {
		this.add({ ...told(part, error), count: 1, at: Date.now() });
	}

	add({ field, count, reason, at }: LeftOut): void {
		const known = this.#fields.get(field);
		if (known) {
			known.count += count;
			if (at !== undefined) known.at = Math.max(at, known.at ?? 0);
		} else if (this.#fields.size < LIMITS.leftOutFields - 1 || field === OTHERS) {
			this.#fields.set(field, { field, count, reason: reason.slice(0, LIMITS.reasonChars), ...(at !== undefined && { at }) });
		} else this.add({ field: OTHERS, count, reason: `${field}: ${reason}`, ...(at !== undefined && { at }) });
	}

	/** A copy, for a frame. */
	get list(): LeftOut[] {
		return Array.from(this.#fields.values(), (each) => ({ ...each }));
	}
}

function told(part: string, error: unknown): Pick<LeftOut, "field" | "reason"> {
	const field = error instanceof Unfit ? error.field : part;
	return { field: field.slice(0, LIMITS.nameChars), reason: wordsOf(error) };
}

/** Tells the bridge's owner of lists of what was left out, as they come. */
export class LeftOutTeller {
	readonly #warnings: Warnings;
	/** By field, where it happened: how many were told of. */
	#told = new Map<string, number>();

	constructor(warnings: Warnings) {
		this.#warnings = warnings;
	}

	tell(list: readonly LeftOut[]): void {
		const told = new Map<string, number>();
		for (const { field, count, reason, at } of list) {
			const before = this.#told.get(field) ?? 0;
			const fresh = at === undefined || count > before;
			const said =
				fresh && this.#warnings.add(`${count} ${count === 1 ? "entry" : "entries"} left out at ${field}: ${reason}`, `left out ${field}`);
			if (at !== undefined) told.set(field, said ? count : before);
		}
		this.#told = told;
	}
}

/**
 * Instants in seconds where milliseconds are meant: taken as they are they lie in 1970, and a worker would have run for half a century. Clusters
 * take any instant; a colony that runs now has none of 1970. Watermarks are the time of records, which may be any.
 */
const INSTANTS: ReadonlySet<string> = new Set(["at", "since", "until", "queuedAt", "startedAt", "endedAt"]);

/** As seconds, from 2001 into the 27th century. */
const looksLikeSeconds = (value: unknown): boolean => typeof value === "number" && value >= 1e9 && value <= 2e10;

/**
 * @param part of the snapshot, or where the events are listed.
 * @param who how the entry is known, before the words.
 * @throws Unfit where an instant of the entry, or of a thing inside it, is in seconds.
 */
export function refuseSeconds(part: string, entry: object, who = ""): void {
	for (const [key, value] of Object.entries(entry)) {
		if (INSTANTS.has(key) && looksLikeSeconds(value)) {
			throw new Unfit(`${part}.${key}`, `${who}${key}: ${value} looks like seconds; write ms since 1970 (${value * 1000})`);
		}
		if (typeof value === "object" && value !== null) refuseSeconds(`${part}.${key}`, value, who);
	}
}
