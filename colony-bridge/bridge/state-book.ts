/** One part of a colony's state, a list of things with an id, as sent to the cluster: the changes since, or all of it. */
import * as v from "valibot";
import { type ColonySnapshot, SNAPSHOT_PARTS } from "../colony.ts";
import { LIMITS } from "../protocol/wire/limits.ts";
import { Text } from "../protocol/wire/names.ts";
import { Check, Health, type LeftOut, Stream, Task, Worker } from "../protocol/wire/state.ts";
import { type LeftOutTally, refuseSeconds, Unfit } from "./left-out.ts";
import { type Frame, writtenFrame } from "./outbox/outbox-entry.ts";

export interface Keyed {
	id: string;
}
type EntrySchema = v.GenericSchema<unknown, Keyed>;

/** Change of one entry, and its JSON in a frame. */
type PartChange = { text: string } & ({ set: Keyed } | { remove: string });

interface SentEntry {
	/** JSON of the colony's last report, to detect a change. */
	reported: string;
	entry: Keyed;
	/** JSON of the entry, as it is sent. */
	text: string;
}

class KeyedPart {
	/** The colony has reported this part. Until then it is unknown, which differs from empty. */
	reported = false;
	readonly #name: string;
	readonly #schema: EntrySchema;
	readonly #leftOut: LeftOutTally;
	#entries = new Map<string, SentEntry>();

	constructor(name: string, schema: EntrySchema, leftOut: LeftOutTally) {
		this.#name = name;
		this.#schema = schema;
		this.#leftOut = leftOut;
	}

	/** Takes a whole new list. @returns the changes. An invalid entry is reported, and its previous state stays. */
	update(list: readonly unknown[]): PartChange[] {
		this.reported = true;
		const changes: PartChange[] = [];
		const next = new Map<string, SentEntry>();
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
		for (const id of this.#entries.keys()) if (!next.has(id)) changes.push({ remove: id, text: JSON.stringify(id) });
		this.#entries = next;
		return changes;
	}

	#take(raw: unknown, next: Map<string, SentEntry>, changes: PartChange[]): void {
		const id = (raw as Partial<Keyed> | null)?.id;
		// JSON is compared first: most entries are as they were, and the schema costs more than the comparison.
		const reported = JSON.stringify(raw);
		const before = typeof id === "string" ? this.#entries.get(id) : undefined;
		if (typeof id === "string" && next.has(id)) throw new Unfit(`${this.#name} listed twice`, `"${id.slice(0, 100)}": the first counts`);
		if (before?.reported === reported) {
			next.set(before.entry.id, before);
			return;
		}
		const who = typeof id === "string" ? `"${id.slice(0, 100)}": ` : "";
		const parsed = v.safeParse(this.#schema, raw);
		if (!parsed.success) throw Unfit.by(parsed.issues, this.#name, who);
		refuseSeconds(this.#name, parsed.output, who);
		const text = JSON.stringify(parsed.output);
		next.set(parsed.output.id, { reported, entry: parsed.output, text });
		changes.push({ set: parsed.output, text });
	}

	/** Everything, for a cluster that may have anything. */
	*all(): Iterable<PartChange> {
		for (const { entry, text } of this.#entries.values()) yield { set: entry, text };
	}
}

/** All of a colony's state that is not a number, as state frames: patches of what changed, or a full replace. */
export type StateFrame = Extract<Frame, { type: "state" }>;

const PARTS = ["workers", "tasks", "streams", "checks"] as const;
type PartName = (typeof PARTS)[number];
const HealthPart = v.object({ status: Health, reason: v.optional(Text) });

/** Bytes of entries in one frame. */
export const FRAME_BYTES = 200_000;

export class StateBook {
	readonly #leftOut: LeftOutTally;
	readonly #parts: Record<PartName, KeyedPart>;
	#health: StateFrame["health"];
	#queued: number | undefined;
	/** Dropped entries, as last reported to the cluster. */
	#leftOutSent: readonly LeftOut[] = [];

	constructor(leftOut: LeftOutTally) {
		this.#leftOut = leftOut;
		this.#parts = {
			workers: new KeyedPart("workers", Worker, leftOut),
			tasks: new KeyedPart("tasks", Task, leftOut),
			streams: new KeyedPart("streams", Stream, leftOut),
			checks: new KeyedPart("checks", Check, leftOut),
		};
	}

	/** Takes a snapshot over. @param leftOut everything, once the snapshot's own is counted. @returns frames with what changed; none where nothing did. */
	update(snapshot: ColonySnapshot, at: number, leftOut: () => readonly LeftOut[]): StateFrame[] {
		const packer = new Packer(at);
		for (const name of PARTS) {
			const list = snapshot[name] as unknown;
			if (list === undefined) continue;
			if (Array.isArray(list)) packer.add(name, this.#parts[name].update(list));
			else this.#leftOut.stands(name, `a list is needed, this is ${typeof list}`);
		}
		const health = this.#valid("health", HealthPart, snapshot.health);
		if (health && (health.status !== this.#health?.status || health.reason !== this.#health.reason)) {
			this.#health = health;
			packer.first.health = health;
		}
		const queued = this.#valid("queued", SNAPSHOT_PARTS.queued, snapshot.queued);
		if (queued !== undefined && queued !== this.#queued) {
			this.#queued = queued;
			packer.first.queued = queued;
		}
		const missing = leftOut();
		if (JSON.stringify(missing) !== JSON.stringify(this.#leftOutSent)) {
			this.#leftOutSent = missing;
			packer.first.leftOut = [...missing];
		}
		return packer.frames();
	}

	/** @returns all state, as a full replace. */
	whole(at: number): StateFrame[] {
		const packer = new Packer(at);
		if (this.#health) packer.first.health = this.#health;
		if (this.#queued !== undefined) packer.first.queued = this.#queued;
		packer.first.leftOut = [...this.#leftOutSent];
		// Parts that were never reported, too: an earlier process may have reported them.
		for (const name of PARTS) packer.first[name] = { replace: true };
		for (const name of PARTS) packer.add(name, this.#parts[name].all());
		return packer.frames();
	}

	#valid<S extends v.GenericSchema>(part: string, schema: S, value: unknown): v.InferOutput<S> | undefined {
		if (value === undefined) return undefined;
		const parsed = v.safeParse(schema, value);
		if (parsed.success) return parsed.output;
		this.#leftOut.stands(part, Unfit.by(parsed.issues, part));
		return undefined;
	}
}

/** JSON of the changes in one frame, by part. */
type PartTexts = Partial<Record<PartName, { set: string[]; remove: string[] }>>;

interface PackedFrame {
	frame: StateFrame;
	texts: PartTexts;
}

/** Spreads changes over as few frames as their bytes allow. */
class Packer {
	readonly first: StateFrame;
	readonly #frames: PackedFrame[];
	#bytes = 0;
	#entries = 0;

	constructor(at: number) {
		this.first = { type: "state", at };
		this.#frames = [{ frame: this.first, texts: {} }];
	}

	add(part: PartName, changes: Iterable<PartChange>): void {
		for (const change of changes) {
			const bytes = Buffer.byteLength(change.text) + 1;
			if (this.#entries > 0 && (this.#bytes + bytes > FRAME_BYTES || this.#entries >= LIMITS.entriesPerFrame)) {
				this.#frames.push({ frame: { type: "state", at: this.first.at }, texts: {} });
				this.#bytes = 0;
				this.#entries = 0;
			}
			this.#bytes += bytes;
			this.#entries += 1;
			const { frame, texts } = this.#frames.at(-1) as PackedFrame;
			const [list, value] = "set" in change ? (["set", change.set] as const) : (["remove", change.remove] as const);
			const patches = frame as Partial<Record<PartName, { set?: unknown[]; remove?: string[] }>>;
			patches[part] ??= {};
			patches[part][list] ??= [];
			(patches[part][list] as unknown[]).push(value);
			texts[part] ??= { set: [], remove: [] };
			texts[part][list].push(change.text);
		}
	}

	frames(): StateFrame[] {
		const written = this.#frames.filter(({ frame }) => Object.keys(frame).length > 2);
		return written.map(({ frame, texts }) => writtenFrame(frame, restOf(frame, texts)));
	}
}

/** JSON after the type, of the texts of entries and of the rest of the frame. */
function restOf({ type: _, ...frame }: StateFrame, texts: PartTexts): string {
	const fields = Object.entries(frame).map(([name, value]) => {
		const part = texts[name as PartName];
		if (!part) return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
		const lists = (["set", "remove"] as const).flatMap((list) => (part[list].length > 0 ? [`"${list}":[${part[list].join()}]`] : []));
		const replace = (value as { replace?: boolean }).replace ? [`"replace":true`] : [];
		return `"${name}":{${[...replace, ...lists].join()}}`;
	});
	return `${fields.join()}}`;
}
