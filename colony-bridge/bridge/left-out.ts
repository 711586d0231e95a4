/**
 * Counts invalid entries of a colony, by field. The cluster receives all counts, the bridge's owner one warning a field a minute.
 * Entries of a snapshot are counted anew in each snapshot; events are counted for as long as the bridge runs.
 */

import type * as v from "valibot";
import { defined } from "../protocol/values/objects.ts";
import { LIMITS } from "../protocol/wire/limits.ts";
import { describeIssues } from "../protocol/wire/problem.ts";
import type { LeftOut } from "../protocol/wire/state.ts";
import { type Warnings, wordsOf } from "./warnings.ts";

/** Counts the fields past the list's bound together. */
const OTHERS = "other fields";

/** The reason why an entry is invalid. */
export class Unfit extends TypeError {
	readonly field: string;

	/** @param field the part, and the entry's field where one is to blame: `workers.startedAt`. */
	constructor(field: string, message: string) {
		super(message);
		this.field = field;
	}

	/** @param entry names the entry, before the reason. */
	static by(issues: readonly v.BaseIssue<unknown>[], part: string, entry = ""): Unfit {
		const key = issues[0]?.path?.[0]?.key;
		return new Unfit(typeof key === "string" ? `${part}.${key}` : part, `${entry}${describeIssues(issues)}`);
	}
}

export class LeftOutTally {
	readonly #fields = new Map<string, LeftOut>();

	/** Begins a snapshot: its counts start at zero. */
	begin(): void {
		for (const [field, { at }] of this.#fields) if (at === undefined) this.#fields.delete(field);
	}

	/** Counts an entry dropped from this snapshot. */
	stands(part: string, error: unknown): void {
		this.add({ ...reasonOf(part, error), count: 1 });
	}

	/** Counts a dropped event. */
	happened(part: string, error: unknown): void {
		this.add({ ...reasonOf(part, error), count: 1, at: Date.now() });
	}

	add({ field, count, reason, at }: LeftOut): void {
		const before = this.#fields.get(field);
		if (before) {
			before.count += count;
			if (at !== undefined) before.at = Math.max(at, before.at ?? 0);
		} else if (this.#fields.size < LIMITS.leftOutFields - 1 || field === OTHERS) {
			this.#fields.set(field, { field, count, reason: reason.slice(0, LIMITS.reasonChars), ...defined({ at }) });
		} else this.add({ field: OTHERS, count, reason: `${field}: ${reason}`, ...defined({ at }) });
	}

	/** A copy, for a frame. */
	get list(): LeftOut[] {
		return Array.from(this.#fields.values(), (each) => ({ ...each }));
	}
}

function reasonOf(part: string, error: unknown): Pick<LeftOut, "field" | "reason"> {
	const field = error instanceof Unfit ? error.field : part;
	return { field: field.slice(0, LIMITS.nameChars), reason: wordsOf(error) };
}

/** Warns the bridge's owner about dropped entries. */
export class LeftOutReporter {
	readonly #warnings: Warnings;
	/** Events reported so far, by field. */
	#reported = new Map<string, number>();

	constructor(warnings: Warnings) {
		this.#warnings = warnings;
	}

	report(list: readonly LeftOut[]): void {
		const reported = new Map<string, number>();
		for (const { field, count, reason, at } of list) {
			const before = this.#reported.get(field) ?? 0;
			const fresh = at === undefined || count > before;
			const warned =
				fresh && this.#warnings.add(`${count} ${count === 1 ? "entry" : "entries"} left out at ${field}: ${reason}`, `left out ${field}`);
			if (at !== undefined) reported.set(field, warned ? count : before);
		}
		this.#reported = reported;
	}
}

/**
 * Instants in seconds where milliseconds are meant: taken as they are they lie in 1970, and a worker would have run for half a century. Clusters
 * take any instant; a colony that runs now has none of 1970. Watermarks are the time of records, which may be any.
 */
const INSTANTS: ReadonlySet<string> = new Set(["at", "since", "until", "queuedAt", "startedAt", "endedAt"]);

/** Range of instants in seconds, from 2001 into the 27th century. */
const looksLikeSeconds = (value: unknown): boolean => typeof value === "number" && value >= 1e9 && value <= 2e10;

/**
 * @param part of the snapshot, or where the events are listed.
 * @param who names the entry, before the reason.
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
