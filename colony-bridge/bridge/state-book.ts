/** All of a colony's state that is not a number, as state frames: patches of what changed, or a full replace. */
import * as v from "valibot";
import { type ColonySnapshot, SNAPSHOT_PARTS } from "../colony.ts";
import type { LeftOut } from "../protocol/left-out.ts";
import { LIMITS } from "../protocol/limits.ts";
import { Text } from "../protocol/names.ts";
import { Check, Health, Stream, Task, Worker } from "../protocol/state.ts";
import { KeyedPart, type PartChange } from "./keyed-part.ts";
import { type LeftOutTally, Unfit } from "./left-out.ts";
import type { Frame } from "./outbox-entry.ts";

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
	/** What the cluster was told that it is not told. */
	#told: readonly LeftOut[] = [];

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
		if (JSON.stringify(missing) !== JSON.stringify(this.#told)) {
			this.#told = missing;
			packer.first.leftOut = [...missing];
		}
		return packer.frames();
	}

	/** @returns everything known, as a full replace. */
	whole(at: number): StateFrame[] {
		const packer = new Packer(at);
		if (this.#health) packer.first.health = this.#health;
		if (this.#queued !== undefined) packer.first.queued = this.#queued;
		packer.first.leftOut = [...this.#told];
		// Those never heard of too: a process before this one may have said something of them.
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

/** Spreads changes over as few frames as their bytes allow. */
class Packer {
	readonly first: StateFrame;
	readonly #frames: StateFrame[];
	#bytes = 0;
	#entries = 0;

	constructor(at: number) {
		this.first = { type: "state", at };
		this.#frames = [this.first];
	}

	add(part: PartName, changes: Iterable<PartChange>): void {
		for (const change of changes) {
			if (this.#entries > 0 && (this.#bytes + change.bytes > FRAME_BYTES || this.#entries >= LIMITS.entriesPerFrame)) {
				this.#frames.push({ type: "state", at: this.first.at });
				this.#bytes = 0;
				this.#entries = 0;
			}
			this.#bytes += change.bytes;
			this.#entries += 1;
			const frame = this.#frames.at(-1) as Partial<Record<PartName, { set?: unknown[]; remove?: string[] }>>;
			frame[part] ??= {};
			const [list, value] = "set" in change ? (["set", change.set] as const) : (["remove", change.remove] as const);
			frame[part][list] ??= [];
			(frame[part][list] as unknown[]).push(value);
		}
	}

	frames(): StateFrame[] {
		return this.#frames.filter((frame) => Object.keys(frame).length > 2);
	}
}
