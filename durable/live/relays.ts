/**
 * The relays of a cluster, as the cluster sees them: objects that take the viewers past those of the cluster's own object. Each says what its
 * viewers watch, every query once, and is told what changed in the answers, once. What is known of it here is soft: a relay that is told
 * something it cannot place says all anew (`relay.ts`), and so does one whose cluster lost its memory.
 */
import type { Query } from "../../colony-bridge/protocol/query/query.ts";
import type { Answer, Delta, Snapshot } from "../../colony-bridge/protocol/query/view.ts";
import type { Caller } from "../calls/calls.ts";
import { answerBytes } from "../work/resident.ts";
import type { Answers, Round, Watched } from "./standing.ts";

/** Calls of the cluster to a relay. */
export interface RelayCalls {
	/**
	 * The next change of the answers; a change's `index` is the relay's number of the query.
	 * @param told {@link Told} as JSON. @returns undefined: it cannot be placed.
	 */
	tell(feed: string, n: number, told: string): RelayReport | undefined;
	/** The cluster does not know what the relay's viewers watch. */
	reset(): RelayReport;
	/** Closes all of its sockets. */
	end(code: number, reason: string): void;
	/** Closes all sockets that were opened with this credential. */
	dismiss(credential: string): void;
}

export type Told = Pick<Snapshot, "log"> & Omit<Delta, "type">;

export interface RelayReport {
	/** Open sockets. */
	viewers: number;
	/** Number of sockets of the clients that have many. */
	crowds: [client: string, sockets: number][];
}

/** Queries of a relay's viewers, as the difference to its previous report. */
export interface Held {
	/** A series of changes that are numbered from 1. Of another feed than before: this is all of it. */
	feed: string;
	first: boolean;
	add: { index: number; query: Query; client: string }[];
	remove: number[];
	report: RelayReport;
}

/** Calls of a relay to the cluster. */
export interface RelayedCalls {
	/** @returns false: the cluster does not know this feed, and is to be told all. */
	relay(number: number, held: Held): boolean;
}

export interface RelaysHost {
	now(): number;
	/** Viewers of an object: of the cluster's, and of each relay. */
	viewersPerObject: number;
	relay(number: number): Caller<RelayCalls>;
	/** Numbers of relays that may have viewers: they outlive memory. */
	load(): number[];
	save(numbers: number[]): void;
}

const MOST_RELAYS = 100;
/** Calls that may be under way to one relay: what changes meanwhile is told together. */
const MOST_UNDER_WAY = 4;
/** A viewer that was sent to a relay arrives there within this time, ms. */
const ARRIVAL_MS = 60_000;

interface Relay {
	readonly number: number;
	viewers: number;
	crowds: Map<string, number>;
	/** When a viewer was last sent there, ms. */
	takenAt: number;
	/** Absent: what its viewers watch is not known. */
	feed?: string | undefined;
	/** Number of the change told last. */
	told: number;
	/** Told next: changes as JSON, and whether it is to be told though there are none. */
	changes: string[];
	due: boolean;
	underWay: number;
	asked: boolean;
	/** One for all calls, which are then in order, until one fails. */
	call?: Caller<RelayCalls> | undefined;
}

/** One query that a relay's viewers watch. */
export class RelayedQuery {
	readonly key: string;
	readonly #index: number;
	readonly #watched: Watched;
	readonly #answers: Answers;
	readonly #relay: Relay;
	#sent: Answer | undefined;

	constructor(relay: Relay, index: number, watched: Watched, answers: Answers) {
		this.key = keyOf(relay.number, index);
		this.#relay = relay;
		this.#index = index;
		this.#watched = watched;
		this.#answers = answers;
	}

	get client(): string {
		return this.#watched.client;
	}

	get bytes(): number {
		return this.#sent ? answerBytes(this.#sent) : 0;
	}

	/** @returns whether something is left for the next round. */
	publish(round: Round): boolean {
		if (this.#relay.underWay >= MOST_UNDER_WAY) return true;
		const [before, after] = [this.#sent, round.answer(this.#watched)];
		if (!after) return false;
		this.#sent = after;
		const body = before ? round.difference(before, after) : `"type":"replace","answer":${JSON.stringify(after)}}`;
		if (body !== undefined) this.#relay.changes.push(`{"index":${this.#index},${body}`);
		return false;
	}

	end(): void {
		this.#answers.release(this.#watched);
	}
}

const keyOf = (relay: number, index: number): string => `${relay} ${index}`;

export class Relays {
	readonly #host: RelaysHost;
	readonly #relays = new Map<number, Relay>();
	#saved = true;
	/** Queries of the relays' viewers, by relay and number. */
	readonly queries = new Map<string, RelayedQuery>();

	constructor(host: RelaysHost) {
		this.#host = host;
		for (const number of host.load()) this.#add(number);
	}

	/** Viewers of all relays, by what they said last and those sent to them since. */
	get viewers(): number {
		let sum = 0;
		for (const { viewers } of this.#relays.values()) sum += viewers;
		return sum;
	}

	/** Sockets of the client at all relays; few are counted as none. */
	socketsOf(client: string): number {
		let sum = 0;
		for (const { crowds } of this.#relays.values()) sum += crowds.get(client) ?? 0;
		return sum;
	}

	/** @param here viewers of the cluster's own object. @returns the relay that takes one more; undefined: the cluster's object does. */
	take(here: number, client: string): number | undefined {
		const most = this.#host.viewersPerObject;
		if (here < most) return undefined;
		let number = 0;
		while (number < MOST_RELAYS - 1 && (this.#relays.get(number)?.viewers ?? 0) >= most) number++;
		const relay = this.#kept(number);
		relay.takenAt = this.#host.now();
		relay.viewers++;
		relay.crowds.set(client, (relay.crowds.get(client) ?? 0) + 1);
		return number;
	}

	/** A relay says what its viewers watch. @returns what is new; undefined: it is to say all. */
	hear(number: number, held: Held, answers: Answers): RelayedQuery[] | undefined {
		if (!held.first && this.#relays.get(number)?.feed !== held.feed) return undefined;
		const relay = this.#kept(number);
		if (held.first) {
			// Before the old ones are let go: most of them are the same.
			const before = this.#queriesOf(number);
			for (const query of before) this.queries.delete(query.key);
			Object.assign(relay, { feed: held.feed, told: 0, changes: [], due: true });
			const added = this.#hold(relay, held, answers);
			for (const query of before) query.end();
			return added;
		}
		this.#report(relay, held.report);
		for (const index of held.remove) this.#drop(keyOf(number, index));
		return this.#hold(relay, held, answers);
	}

	/** Tells every relay what changed in this round. */
	tell({ log, position, at }: Round): void {
		for (const relay of this.#relays.values()) {
			const { feed, changes } = relay;
			if (feed === undefined || (changes.length === 0 && !relay.due)) continue;
			relay.changes = [];
			relay.due = false;
			relay.underWay++;
			const told = `{"log":${log},"position":${position},"at":${at},"changes":[${changes.join(",")}]}`;
			this.#call(relay)("tell", feed, ++relay.told, told)
				.then(
					(report) => {
						if (report) this.#report(relay, report);
						else if (relay.feed === feed) this.#lose(relay);
					},
					() => this.#lose(relay),
				)
				.finally(() => relay.underWay--);
		}
	}

	/** Asks those whose viewers' queries are not known. A relay without viewers is forgotten. */
	ask(): void {
		for (const relay of this.#relays.values()) {
			if (relay.viewers === 0 && this.#host.now() - relay.takenAt > ARRIVAL_MS) this.#forget(relay);
			else if (relay.feed === undefined && !relay.asked) {
				relay.asked = true;
				this.#call(relay)("reset")
					.then(
						(report) => this.#report(relay, report),
						() => this.#lose(relay),
					)
					.finally(() => {
						relay.asked = false;
					});
			}
		}
	}

	/** Memory has been lost or is wrong: the viewers of all relays begin anew. */
	end(code: number, reason: string): void {
		// The storage may have been erased.
		this.#saved = false;
		for (const relay of this.#relays.values()) {
			this.#lose(relay);
			this.#call(relay)("end", code, reason).catch(() => {});
		}
	}

	/** Closes all sockets at relays that were opened with this credential. @throws where a relay could not be asked: whoever asked may ask again. */
	async dismiss(credential: string): Promise<void> {
		await Promise.all(
			Array.from(this.#relays.values(), async (relay) => {
				try {
					await this.#call(relay)("dismiss", credential);
				} catch {
					// Its object went away under the call, as a deploy makes it.
					this.#lose(relay);
					await this.#call(relay)("dismiss", credential);
				}
			}),
		);
	}

	/** The relay, whose number is stored. */
	#kept(number: number): Relay {
		const known = this.#relays.get(number);
		const relay = known ?? this.#add(number);
		if (!known || !this.#saved) this.#save();
		return relay;
	}

	#add(number: number): Relay {
		const relay: Relay = {
			number,
			viewers: 0,
			crowds: new Map(),
			takenAt: this.#host.now(),
			told: 0,
			changes: [],
			due: false,
			underWay: 0,
			asked: false,
		};
		this.#relays.set(number, relay);
		return relay;
	}

	#hold(relay: Relay, { add, report }: Held, answers: Answers): RelayedQuery[] {
		this.#report(relay, report);
		return add.map(({ index, query, client }) => {
			const relayed = new RelayedQuery(relay, index, answers.hold(query, client), answers);
			this.queries.set(relayed.key, relayed);
			return relayed;
		});
	}

	#report(relay: Relay, { viewers, crowds }: RelayReport): void {
		relay.viewers = viewers;
		relay.crowds = new Map(crowds);
	}

	#queriesOf(number: number): RelayedQuery[] {
		const prefix = keyOf(number, Number.NaN).slice(0, -3);
		return [...this.queries.values()].filter(({ key }) => key.startsWith(prefix));
	}

	#drop(key: string): void {
		this.queries.get(key)?.end();
		this.queries.delete(key);
	}

	/** Nothing is known of what its viewers watch: it is asked with the next change. */
	#lose(relay: Relay): void {
		relay.feed = undefined;
		relay.call = undefined;
		relay.changes = [];
		for (const { key } of this.#queriesOf(relay.number)) this.#drop(key);
	}

	#forget(relay: Relay): void {
		this.#lose(relay);
		this.#relays.delete(relay.number);
		this.#save();
	}

	#save(): void {
		this.#saved = true;
		this.#host.save([...this.#relays.keys()]);
	}

	#call(relay: Relay): Caller<RelayCalls> {
		relay.call ??= this.#host.relay(relay.number);
		return relay.call;
	}
}
