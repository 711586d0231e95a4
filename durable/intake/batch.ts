/**
 * One batch of a sender that is no bridge, to an entry of the log: the same entry as that of a push, under the sender's name.
 *
 * Such a sender names each series by its labels and each sample by its instant, so it needs neither ids nor a sequence: the cluster numbers its
 * frames as they come, and a series has the history's own number. A request that comes twice is stored twice and counts once, since a sample
 * stands in the place of the one that its series has of the same instant. Reading a batch changes nothing but the history's dictionary.
 */
import { type AcceptedHello, readHello } from "../../colony-bridge/protocol/wire/delivery/hello.ts";
import type { ErrorFrame } from "../../colony-bridge/protocol/wire/delivery/refusal.ts";
import { LIMITS } from "../../colony-bridge/protocol/wire/limits.ts";
import type { Refusal } from "../../colony-bridge/protocol/wire/problem.ts";
import { seriesKey } from "../../colony-bridge/protocol/wire/selector.ts";
import type { SeriesDefinition } from "../../colony-bridge/protocol/wire/series.ts";
import type { LeftOut } from "../../colony-bridge/protocol/wire/state.ts";
import { PROTOCOL_VERSION } from "../../colony-bridge/protocol/wire/version.ts";
import { SeriesLimit } from "../history/index/active-series.ts";
import { sameDescription } from "../history/index/dictionary.ts";
import type { LoggedFrame, LoggedSeries } from "../log/entry.ts";
import type { BatchTaken, SampleBatch } from "../port.ts";
import type { ClusterState } from "../state/cluster-state.ts";
import { NEW_LINK_BYTES } from "../state/link.ts";
import { LEFT_OUT } from "../state/series-numbers.ts";
import type { PushTurns } from "../work/push-turns.ts";
import { implausibleInstant } from "./acceptor.ts";
import type { Around, ReadPush } from "./push.ts";

/** A sender says nothing of its interval: most send every 15 to 60 s, and one that has been quiet for three minutes is stale. */
const INTERVAL_MS = 60_000;
/** Series whose description one batch changes: each is written down. Senders repeat what they say, and the rest follows. */
const MOST_DESCRIBED = 2_000;

/** Characters of a sample and of a series in a push. */
const SAMPLE_CHARS = 20;
const SERIES_CHARS = 150;
/** When a batch for which there is no room may be sent again, s. */
const BUSY_S = 1;

type Series = SampleBatch["series"][number];

interface Newest {
	at: number;
	value: number;
}

interface BatchContext extends Around {
	find(series: Pick<SeriesDefinition, "name" | "labels">): number | undefined;
	/** Numbers of the series of a name. */
	ofName(name: string): readonly number[];
	/** Newest sample of an active series. */
	latest(number: number): Newest | undefined;
}

export type ReadBatch = ReadPush & { taken: BatchTaken };

export function readBatch(batch: SampleBatch, state: ClusterState, around: BatchContext): ReadBatch | Refusal {
	const greeting = greet(batch.sender, state, around);
	if ("type" in greeting) return { type: "refused", kind: greeting.kind, detail: greeting.detail };
	const { hello, changed } = greeting;
	const { bridge, epoch } = hello;
	const link = state.links.get(bridge);
	const before = link?.epoch === epoch ? link.seq : 0;
	const taker = new BatchTaker(around);
	const samples = taker.samples(batch);
	taker.describe(batch.described);
	const { leftOut } = taker;
	const frames = taker.frames(before, told(link?.leftOut ?? [], [...batch.leftOut, ...leftOut], around.now));
	const seq = before + frames.length;
	return {
		speaker: { bridge, epoch },
		greeting,
		...((changed || frames.length > 0) && {
			entry: { type: "push", at: around.now, bridge, epoch, ...(changed && { hello }), seq, frames },
		}),
		advanced: frames.length > 0,
		errors: [],
		repeats: 0,
		refused: 0,
		taken: { type: "taken", samples, leftOut },
	};
}

/** Waits for its turn like a push that brings as much. @param work takes it in */
export function inTurn(turns: PushTurns, { series, ticks }: SampleBatch, work: () => BatchTaken | Refusal): Promise<BatchTaken | Refusal> {
	const length = ticks.reduce((sum, { of }) => sum + of.length * SAMPLE_CHARS, series.length * SERIES_CHARS);
	const busy = (detail: string): Refusal => ({ type: "refused", kind: "unavailable", detail, retryAfter: BUSY_S });
	return turns.asked({ text: { length }, *readAhead() {} }, work, busy);
}

/** A sender is a bridge whose hello the cluster says itself. */
function greet(sender: string, { links, forgotten }: ClusterState, around: BatchContext): AcceptedHello | ErrorFrame | Refusal {
	const hello = {
		type: "hello",
		protocol: PROTOCOL_VERSION,
		bridge: sender,
		epoch: links.get(sender)?.epoch ?? 0,
		instance: sender,
		colony: sender,
		capabilities: [],
		intervalMs: INTERVAL_MS,
	};
	const greeting = readHello(hello, { links, forgotten, ...around });
	if ("type" in greeting || links.has(sender) || forgotten.has(sender) || greeting.replaces !== undefined) return greeting;
	const full = around.full(() => NEW_LINK_BYTES);
	if (full === undefined) return greeting;
	const detail = `no room for ${sender}: the cluster's state is full (${full}); raise memoryMb in the dashboard's configuration`;
	return { type: "refused", kind: "limit", detail };
}

class BatchTaker {
	readonly #around: BatchContext;
	readonly #series: LoggedSeries["series"] = [];
	readonly #ticks: Omit<Extract<LoggedFrame, { type: "tick" }>, "seq">[] = [];
	readonly #left = new Map<string, LeftOut>();
	/** Sums of deltas, by the series' number. */
	readonly #sums = new Map<number, Newest>();

	constructor(around: BatchContext) {
		this.#around = around;
	}

	get leftOut(): LeftOut[] {
		return [...this.#left.values()];
	}

	/** @returns how many were taken. */
	samples({ series, ticks }: SampleBatch): number {
		const numbers: (number | undefined)[] = [];
		const why: (string | undefined)[] = [];
		let taken = 0;
		// Deltas add up in the order of their instants.
		for (const { at, of, values, delta } of ticks.toSorted((a, b) => a.at - b.at)) {
			const refused = implausibleInstant(at, this.#around.now) ?? (this.#around.takes(at) ? undefined : "is older than what is kept");
			if (refused !== undefined) {
				this.#leave("samples", `${keyOf(series[of[0] as number] as Series)} ${refused}`, of.length);
				continue;
			}
			const tick = { type: "tick" as const, at, ids: [] as number[], values: [] as number[] };
			for (let i = 0; i < of.length; i++) {
				const place = of[i] as number;
				numbers[place] ??= this.#numberOf(series[place] as Series, (reason) => {
					why[place] = reason;
				});
				const number = numbers[place];
				if (number === LEFT_OUT) {
					this.#leave("series", why[place] as string, 1);
					continue;
				}
				const value = delta ? this.#sum(number, at, values[i] as number) : (values[i] as number);
				if (value === "late") {
					this.#leave("deltas", `${keyOf(series[place] as Series)} has a later delta than ${new Date(at).toISOString()}`, 1);
					continue;
				}
				taken++;
				if (value === "known") continue;
				tick.ids.push(number);
				tick.values.push(value);
			}
			if (tick.ids.length > 0) this.#ticks.push(tick);
		}
		return taken;
	}

	/**
	 * A delta added to the series' newest value: the history is the sum, and a delta of an instant that it has is a repeat. Of a series that is not
	 * active any more the sum begins anew, as a counter does that was started again.
	 */
	#sum(number: number, at: number, delta: number): number | "known" | "late" {
		const before = this.#sums.get(number) ?? this.#around.latest(number);
		if (before && at <= before.at) return at === before.at ? "known" : "late";
		const sum = (before?.value ?? 0) + delta;
		const value = Number.isFinite(sum) ? sum : delta;
		this.#sums.set(number, { at, value });
		return value;
	}

	/** A series that its sender does not describe keeps its description, or takes that of another of its name. */
	#numberOf({ type, ...series }: Series, leaveOut: (why: string) => void): number {
		const known = this.#around.find(series);
		const like = known ?? this.#around.ofName(series.name)[0];
		const said = like === undefined ? undefined : this.#around.definition(like);
		const { name, labels, ...described } = said ?? { name: series.name, type: typeByName(series) };
		const definition: SeriesDefinition = type === undefined ? { ...described, ...series } : { ...series, type };
		if (known !== undefined && said && sameDescription(said, definition)) return known;
		try {
			const number = this.#around.define(definition);
			this.#series.push({ id: number, number, ...definition });
			return number;
		} catch (error) {
			if (!(error instanceof SeriesLimit)) throw error;
			leaveOut(error.message);
			return LEFT_OUT;
		}
	}

	/** Changes what is said of series that are known. */
	describe(described: SampleBatch["described"]): void {
		let left = MOST_DESCRIBED;
		for (const { name, ...said } of described) {
			for (const number of this.#around.ofName(name)) {
				const known = this.#around.definition(number);
				if (sameDescription(known, { name, ...said })) continue;
				if (left-- === 0) return;
				const definition: SeriesDefinition = { name, ...(known.labels && { labels: known.labels }), ...said };
				this.#around.define(definition);
				this.#series.push({ id: number, number, ...definition });
			}
		}
	}

	/** Series stand before their samples. @param leftOut all that the sender leaves out, where it is more than before. */
	frames(last: number, leftOut: LeftOut[] | undefined): LoggedFrame[] {
		const frames = [
			...(this.#series.length > 0 ? [{ type: "series" as const, series: this.#series }] : []),
			...this.#ticks,
			...(leftOut ? [{ type: "state" as const, at: this.#around.now, leftOut }] : []),
		];
		return frames.map((frame, i) => ({ ...frame, seq: last + 1 + i }));
	}

	#leave(field: string, reason: string, count: number): void {
		const left = this.#left.get(field);
		this.#left.set(field, left ? { ...left, count: left.count + count } : { field, reason: reason.slice(0, LIMITS.reasonChars), count });
	}
}

const keyOf = ({ name, labels }: Series): string => seriesKey(name, labels);

/** Type of a series without a description: both formats name counters and buckets so. */
function typeByName({ name, labels }: Series): SeriesDefinition["type"] {
	if (name.endsWith("_bucket") && labels?.le !== undefined) return "bucket";
	return /_(total|count|sum)$/.test(name) ? "counter" : "gauge";
}

/** @returns what is left out with what was before; undefined: no more than that. */
function told(before: readonly LeftOut[], more: readonly LeftOut[], at: number): LeftOut[] | undefined {
	if (more.length === 0) return undefined;
	const fields = new Map(before.map((left) => [left.field, left]));
	for (const left of more) {
		const count = left.count + (fields.get(left.field)?.count ?? 0);
		fields.delete(left.field);
		fields.set(left.field, { ...left, count, at });
	}
	return [...fields.values()].slice(-LIMITS.leftOutFields);
}
