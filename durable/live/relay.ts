/**
 * One relay: viewers whose answers come from the cluster's own object. It says what they watch, every query once, is told what changed in the
 * answers, once, and treats its viewers as the cluster would, by the same code. It computes nothing and keeps nothing but sockets.
 */
import { applyChange } from "../../colony-bridge/protocol/query/delta.ts";
import type { Query } from "../../colony-bridge/protocol/query/query.ts";
import type { Answer } from "../../colony-bridge/protocol/query/view.ts";
import { CLOSE } from "../../colony-bridge/protocol/wire/down.ts";
import { Live } from "./live.ts";
import type { Held, RelayCalls, RelayedCalls, RelayReport, Told } from "./relays.ts";
import type { Socket } from "./socket.ts";
import { Flooders } from "./socket-limits.ts";
import type { Answers, Watched } from "./standing.ts";

/** Time between two attempts to reach the cluster, ms; after so many in vain viewers are closed, so that no page takes what is old for new. */
const AGAIN_MS = 1_000;
const MOST_FAILURES = 4;
/** Sockets of one client that are worth a word. */
const CROWD = 10;

interface RelayHost {
	now(): number;
	defer(work: () => void, ms: number): void;
	/** Build of the pages that are served. */
	build?: string | undefined;
	/** Says it to the cluster. */
	say(held: Held): Promise<ReturnType<RelayedCalls["relay"]>>;
}

/** A query as the cluster's object knows it: by its number. */
interface Relayed extends Watched {
	index: number;
}

/** The answers, as they came. */
class Received implements Answers {
	room = Number.POSITIVE_INFINITY;
	short = false;
	readonly isDue = false;
	readonly #watched = new Map<string, Relayed>();
	readonly #numbers = new Map<number, Relayed>();
	#last = 0;
	/** Not said yet. */
	readonly #added = new Set<Relayed>();
	#removed: number[] = [];
	readonly #onNews: () => void;

	constructor(onNews: () => void) {
		this.#onNews = onNews;
	}

	hold(query: Query, client: string): Relayed {
		const key = JSON.stringify(query);
		let watched = this.#watched.get(key);
		if (!watched) {
			watched = { query, key, client, holders: 0, index: ++this.#last };
			this.#watched.set(key, watched);
			this.#numbers.set(watched.index, watched);
			this.#added.add(watched);
			this.#onNews();
		}
		watched.holders++;
		return watched;
	}

	release(watched: Relayed): void {
		if (--watched.holders > 0) return;
		this.#watched.delete(watched.key);
		this.#numbers.delete(watched.index);
		if (!this.#added.delete(watched)) this.#removed.push(watched.index);
		this.#onNews();
	}

	answer(watched: Relayed): Answer | undefined {
		return watched.answer;
	}

	advance(): boolean {
		return false;
	}

	/** @param all whatever was said before. */
	news(all: boolean): Pick<Held, "add" | "remove"> {
		const added = [...(all ? this.#watched.values() : this.#added)];
		const remove = all ? [] : this.#removed;
		this.#added.clear();
		this.#removed = [];
		return { add: added.map(({ index, query, client }) => ({ index, query, client })), remove };
	}

	/** @throws where a change does not fit. */
	take({ changes }: Told): void {
		for (const change of changes) {
			const watched = this.#numbers.get(change.index);
			if (watched) watched.answer = applyChange(watched.answer, change);
		}
	}
}

export class Relay implements RelayCalls {
	readonly #host: RelayHost;
	readonly #received = new Received(() => this.#sayLater());
	readonly #flooders: Flooders;
	readonly #live: Live;
	readonly #sockets = new Set<Socket>();
	readonly #clients = new Map<string, number>();
	/** Id of this memory: feeds of another one are invalid here. */
	readonly #life = crypto.randomUUID().slice(0, 8);
	#feeds = 0;
	/** The feed that the cluster knows of; undefined: all is to be said. */
	#feed: string | undefined;
	#told = 0;
	#log = 0;
	#position = 0;
	/** The cluster's clock minus this one's, ms, by the message that was the fastest. */
	#ahead: number | undefined;
	#saying = false;
	#beginning = false;
	#due = false;
	#failures = 0;

	constructor(host: RelayHost) {
		this.#host = host;
		this.#flooders = new Flooders(() => host.now());
		this.#live = new Live({
			now: () => host.now() + (this.#ahead ?? 0),
			defer: (work, ms) => host.defer(work, ms),
			answers: this.#received,
			ready: () => this.#ahead !== undefined,
			build: host.build,
			log: () => this.#log,
			position: () => this.#position,
			onViewers: () => {},
			onFlood: (client) => this.#flooders.count(client),
		});
	}

	/** See `Cluster`. */
	refusal(client?: string): ReturnType<Flooders["refusal"]> {
		return this.#flooders.refusal(client ?? "unknown");
	}

	open(socket: Socket): void {
		this.#add(socket);
		this.#live.open(socket);
		// Before its first word, so that the answer is near.
		if (this.#feed === undefined) this.#sayLater();
	}

	message(socket: Socket, text: string): void {
		this.#live.message(socket, text);
	}

	closed(socket: Socket): void {
		if (!this.#sockets.delete(socket)) return;
		this.#count(socket, -1);
		this.#live.closed(socket);
		if (this.#sockets.size === 0) this.#sayLater();
	}

	/** After the host slept. */
	restore(sockets: Iterable<Socket>): void {
		for (const socket of sockets) {
			this.#add(socket);
			this.#live.restore(socket);
		}
	}

	/** Closes sockets that have said nothing. @returns when to do it again, ms; infinity: there are none. */
	sweep(): number {
		this.#live.silent.sweep(this.#host.now());
		return this.#live.silent.due;
	}

	get bytes(): number {
		return this.#live.bytes;
	}

	tell(feed: string, n: number, told: string): RelayReport | undefined {
		if (feed !== this.#feed) return undefined;
		if (n !== this.#told + 1) return this.#begin();
		this.#told = n;
		const news = JSON.parse(told) as Told;
		try {
			this.#received.take(news);
		} catch {
			return this.#begin();
		}
		this.#log = news.log;
		this.#position = news.position;
		this.#ahead = Math.max(this.#ahead ?? Number.NEGATIVE_INFINITY, news.at - this.#host.now());
		this.#live.changed();
		return this.#report;
	}

	reset(): RelayReport {
		// Unless it is saying all just now.
		if (!this.#beginning) this.#begin();
		return this.#report;
	}

	end(code: number, reason: string): void {
		this.#live.closeAll(code, reason);
		this.#begin();
	}

	/** The host closes them; nothing of them is kept here. */
	dismiss(): void {}

	get #report(): RelayReport {
		const crowds = [...this.#clients].filter(([, sockets]) => sockets >= CROWD);
		return { viewers: this.#sockets.size, crowds };
	}

	#add(socket: Socket): void {
		this.#sockets.add(socket);
		this.#count(socket, 1);
	}

	/** The changes have a gap: everything is sent again. */
	#begin(): undefined {
		this.#feed = undefined;
		this.#sayLater();
	}

	/** Says in the next turn, or once the cluster has answered, what has changed until then. */
	#sayLater(): void {
		this.#due = true;
		if (this.#saying) return;
		this.#saying = true;
		queueMicrotask(
			() =>
				void this.#sayAll().finally(() => {
					this.#saying = false;
				}),
		);
	}

	async #sayAll(): Promise<void> {
		while (this.#due) {
			this.#due = false;
			const first = this.#feed === undefined;
			if (first && this.#sockets.size === 0) return;
			const feed = this.#feed ?? `${this.#life}.${++this.#feeds}`;
			if (first) this.#told = 0;
			this.#feed = feed;
			this.#beginning = first;
			const known = await this.#say({ feed, first, ...this.#received.news(first), report: this.#report });
			this.#beginning = false;
			if (known || this.#feed !== feed) continue;
			this.#feed = undefined;
			this.#due = true;
		}
	}

	/** @returns whether the cluster knows the feed. */
	async #say(held: Held): Promise<boolean> {
		try {
			const known = await this.#host.say(held);
			this.#failures = 0;
			return known;
		} catch (error) {
			if (++this.#failures % MOST_FAILURES === 0) {
				console.error("a relay does not reach its cluster", error);
				this.#live.closeAll(CLOSE.restart, "the cluster cannot be reached");
			}
			await new Promise<void>((resolve) => this.#host.defer(resolve, AGAIN_MS));
			return false;
		}
	}

	#count({ client = "unknown" }: Socket, by: number): void {
		const count = (this.#clients.get(client) ?? 0) + by;
		if (count > 0) this.#clients.set(client, count);
		else this.#clients.delete(client);
	}
}
