/** One part of a colony's state, a list of things with an id, as the cluster knows it: what changed since, or all of it. */
import * as v from "valibot";
import { type LeftOutTally, Unfit } from "./left-out.ts";
import { refuseSeconds } from "./seconds.ts";

export interface Keyed {
	id: string;
}
export type EntrySchema = v.GenericSchema<unknown, Keyed>;

/** What happened to one entry, with the bytes it takes in a frame. */
export type PartChange = { bytes: number } & ({ set: Keyed } | { remove: string });

interface Known {
	/** Its JSON, to see a change. */
	text: string;
	entry: Keyed;
}

export class KeyedPart {
	/** The colony has spoken of this part. Before, it is unknown, which is not the same as empty. */
	known = false;
	readonly #name: string;
	readonly #schema: EntrySchema;
	readonly #leftOut: LeftOutTally;
	#entries = new Map<string, Known>();

	constructor(name: string, schema: EntrySchema, leftOut: LeftOutTally) {
		this.#name = name;
		this.#schema = schema;
		this.#leftOut = leftOut;
	}

	/** Takes over a whole new list. @returns what is different now. An entry that is not valid is told, and what was known of it stays. */
	update(list: readonly unknown[]): PartChange[] {
		this.known = true;
		const changes: PartChange[] = [];
		const next = new Map<string, Known>();
		for (const raw of list) {
			try {
				this.#take(raw, next, changes);
			} catch (error) {
				this.#leftOut.stands(this.#name, error);
				const id = (raw as Partial<Keyed> | null)?.id;
				const before = typeof id === "string" && !next.has(id) ? this.#entries.get(id) : undefined;
				if (before) next.set(before.entry.id, before);
			}
		}
		for (const id of this.#entries.keys()) if (!next.has(id)) changes.push({ remove: id, bytes: Buffer.byteLength(id) + 3 });
		this.#entries = next;
		return changes;
	}

	#take(raw: unknown, next: Map<string, Known>, changes: PartChange[]): void {
		const id = (raw as Partial<Keyed> | null)?.id;
		// The text is compared first: most entries are as they were, and the schema costs more than the comparison.
		const text = JSON.stringify(raw);
		const before = typeof id === "string" ? this.#entries.get(id) : undefined;
		if (typeof id === "string" && next.has(id)) throw new Unfit(`${this.#name} listed twice`, `"${id.slice(0, 100)}": the first counts`);
		if (before?.text === text) {
			next.set(before.entry.id, before);
			return;
		}
		const who = typeof id === "string" ? `"${id.slice(0, 100)}": ` : "";
		const parsed = v.safeParse(this.#schema, raw);
		if (!parsed.success) throw Unfit.by(parsed.issues, this.#name, who);
		refuseSeconds(this.#name, parsed.output, who);
		const known = { text, entry: parsed.output };
		next.set(known.entry.id, known);
		changes.push({ set: known.entry, bytes: Buffer.byteLength(text) + 1 });
	}

	/** Everything, for a cluster that may have anything. */
	*all(): Iterable<PartChange> {
		for (const { entry, text } of this.#entries.values()) yield { set: entry, bytes: Buffer.byteLength(text) + 1 };
	}
}
