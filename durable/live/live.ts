/**
 * Live fan-out: what every viewer asked for, kept up to date.
 *
 * The first change goes out at once, what follows within 50 ms goes out together. Nothing is computed while nobody looks.
 */

import * as v from "valibot";
import { Query } from "../../colony-bridge/protocol/query/query.ts";
import type { ToViewer } from "../../colony-bridge/protocol/query/view.ts";
import { setNewest } from "../../colony-bridge/protocol/values/objects.ts";
import { CLOSE } from "../../colony-bridge/protocol/wire/down.ts";
import { TokenBucket } from "../../colony-bridge/protocol/wire/token-bucket.ts";
import { residentBytes } from "../work/resident.ts";
import { FanOut } from "./fan-out.ts";
import { Group } from "./group.ts";
import type { Held, RelayedQuery, Relays } from "./relays.ts";
import type { Socket } from "./socket.ts";
import { SilentSockets } from "./socket-limits.ts";
import { type Answers, Round } from "./standing.ts";
import { Viewer } from "./viewer.ts";
import { clientOf, sendError, ViewerMessages } from "./viewer-messages.ts";

export interface LiveHost {
	now(): number;
	defer(work: () => void, ms: number): void;
	/** To what is watched. */
	answers: Answers;
	/** Those that take viewers past a number. Absent: this object takes all. */
	relays?: Relays | undefined;
	/** False: nothing is known yet, and what viewers say waits. Absent: true. */
	ready?(): boolean;
	/** See `ClusterOptions`. */
	build?: string | undefined;
	/** Which log it is, and the position it has come to. */
	log(): number;
	position(): number;
	/** Viewers that watch now: called when there are some after none, and the other way. */
	onViewers(viewers: number): void;
	/** A viewer of this client was closed for too many messages. */
	onFlood(client: string): void;
}

/** Shortest time between two rounds, ms: twenty a second is as live as an eye can tell. */
const ROUND_MS = 50;
/** Units of all rounds within that time, some 8 ms; of what a round always has for each client; of a step of what takes long, and how often it is done, ms. */
const ROUND_UNITS = 100_000;
const CLIENT_UNITS = 10_000;
const STEP_UNITS = 40_000;
const STEP_MS = 10;
/** A hibernating socket remembers 16,384 bytes; a text with anything beyond Latin-1 takes two a character. */
const ATTACHMENT_BYTES = 15_000;

/** `since`: when it was opened, until it watches something. */
type ViewerAttachment = { role: "viewer" } & ({ queries: readonly Query[] } | { since: number });

export class Live {
	readonly #host: LiveHost;
	readonly #groups = new Map<string, Group>();
	readonly #viewers = new Map<Socket, Viewer>();
	readonly #watching = new Map<Viewer, Group>();
	/** Those that have never watched anything. */
	readonly silent = new SilentSockets("watch");
	readonly #standing: Answers;
	readonly #fanOut: FanOut;
	#publishedAt = Number.NEGATIVE_INFINITY;
	#waiting = false;
	#stepping = false;
	/** Units that rounds and reading may take now. */
	readonly #room = new TokenBucket({ perSecond: (1000 / ROUND_MS) * ROUND_UNITS, burst: ROUND_UNITS });
	readonly #messages: ViewerMessages;
	#viewersBefore = 0;

	constructor(host: LiveHost) {
		this.#host = host;
		this.#standing = host.answers;
		this.#fanOut = new FanOut(host);
		const watch = (viewer: Viewer, queries: Query[], keep?: boolean) => this.#watch(viewer, queries, keep);
		this.#messages = new ViewerMessages({ ...host, watch, left: (viewer) => this.#letGo(viewer) }, this.#room);
	}

	/** Estimated resident bytes, heap and buffers: viewers, their answers, and what was sent last. */
	get bytes(): number {
		return residentBytes(this.#published);
	}

	/** Viewers that watch something, here and at relays. */
	get viewers(): number {
		return this.#watching.size + (this.#host.relays?.viewers ?? 0);
	}

	/** Sockets of viewers here. */
	get sockets(): number {
		return this.silent.size + this.#watching.size;
	}

	open(socket: Socket): void {
		const since = this.#host.now();
		const attachment: ViewerAttachment = { role: "viewer", since };
		socket.attachment = attachment;
		this.silent.add(socket, since);
	}

	/** A text a viewer sent. */
	message(socket: Socket, text: string): void {
		const viewer = this.#viewer(socket);
		if (!viewer.closed) this.#messages.take(viewer, text);
	}

	closed(socket: Socket): void {
		this.silent.delete(socket);
		const viewer = this.#viewers.get(socket);
		if (!viewer) return;
		viewer.closed = true;
		this.#viewers.delete(socket);
		this.#letGo(viewer);
	}

	/** A socket that outlived the memory of it. Its viewer has what it was sent last and gets a fresh snapshot in the next round. */
	restore(socket: Socket): void {
		const { queries, since } = (socket.attachment ?? {}) as { queries?: unknown; since?: number };
		if (queries === undefined) {
			this.silent.add(socket, since ?? this.#host.now());
			return;
		}
		let group = this.#groups.get(JSON.stringify(queries));
		if (!group) {
			// An earlier version of this program may have written it.
			const parsed = v.safeParse(v.array(Query), queries);
			if (!parsed.success) return;
			group = this.#group(parsed.output, clientOf(socket));
		}
		const viewer = this.#viewer(socket);
		group.add(viewer);
		this.#watching.set(viewer, group);
		this.#viewersBefore = this.viewers;
	}

	/** Something is new. */
	changed(): void {
		this.#host.relays?.ask();
		this.#messages.read();
		if (this.#isIdle || this.#waiting) return;
		// To send is half of the work at most: pushes come between.
		const wait = this.#publishedAt + Math.max(ROUND_MS, 2 * this.#fanOut.tookMs) - this.#host.now();
		if (wait <= 0 && !this.#fanOut.isBusy) this.#publish();
		else this.#later(Math.max(wait, STEP_MS));
	}

	/** A relay says what its viewers watch. @returns false: it is to say all of it. */
	relay(number: number, held: Held): boolean {
		const { relays } = this.#host;
		const added = relays?.hear(number, held, this.#standing);
		if (!relays || !added) return false;
		const round = this.#round();
		this.#standing.room = this.#room.look(round.at);
		let left = false;
		for (const query of added) left = query.publish(round) || left;
		relays.tell(round);
		this.#room.left = this.#standing.room;
		this.#reportViewers();
		this.#goOn(left);
		return true;
	}

	/** Memory is short: viewers that read more slowly than they are sent to are closed, for what waits for them is held here. */
	letGo(): void {
		for (const group of this.#groups.values()) group.letGo();
		for (const viewer of this.#watching.keys()) {
			if (!viewer.lags) continue;
			viewer.leave(CLOSE.slow, "memory is short, and this is too far behind what was sent: reconnect for a fresh start");
			this.#letGo(viewer);
		}
	}

	/** Memory has been lost or is wrong: everybody begins anew. */
	closeAll(code: number, reason: string): void {
		for (const viewer of this.#viewers.values()) {
			this.silent.delete(viewer.socket);
			viewer.leave(code, reason);
		}
		this.#viewers.clear();
		this.#watching.clear();
		for (const group of this.#groups.values()) group.end();
		this.#groups.clear();
		this.#host.relays?.end(code, reason);
		this.#reportViewers();
	}

	#watch(viewer: Viewer, queries: Query[], keep = false): void {
		const key = JSON.stringify(queries);
		// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is Latin-1.
		const bytes = key.length * (/[^\u0000-\u00ff]/.test(key) ? 2 : 1);
		if (bytes > ATTACHMENT_BYTES) {
			const detail = `the queries of one viewer take ${ATTACHMENT_BYTES} bytes at most, these take ${bytes}: ask for less`;
			sendError(viewer, "too-large", detail);
			return;
		}
		const round = this.#round();
		this.#standing.room = this.#room.look(round.at);
		const before = this.#watching.get(viewer);
		// Each watch has an answer: the one before will have no other.
		const waits = before?.keepsWaiting(viewer);
		this.#fanOut.catchUp(viewer);
		if (waits)
			viewer.send(
				JSON.stringify({ type: "snapshot", log: round.log, position: round.position, at: round.at, answers: [] } satisfies ToViewer),
			);
		const holds = keep && !waits ? before?.bringUpToDate(round) : undefined;
		this.#fanOut.catchUp(viewer);
		if (viewer.closed) return;
		const group = this.#group(queries, clientOf(viewer.socket));
		// After the new one holds what both have in common.
		if (before !== group) this.#leaveGroup(viewer);
		else group.remove(viewer);
		const attachment: ViewerAttachment = { role: "viewer", queries: group.queries };
		viewer.socket.attachment = attachment;
		this.silent.delete(viewer.socket);
		this.#watching.set(viewer, group);
		const left = group.welcome(viewer, round, holds);
		this.#room.left = this.#standing.room;
		this.#reportViewers();
		this.#goOn(left);
	}

	#viewer(socket: Socket): Viewer {
		let viewer = this.#viewers.get(socket);
		if (!viewer) {
			viewer = new Viewer(socket);
			this.#viewers.set(socket, viewer);
		}
		return viewer;
	}

	#group(queries: Query[], client: string): Group {
		const key = JSON.stringify(queries);
		let group = this.#groups.get(key);
		if (!group) {
			group = new Group(key, queries, client, this.#standing, this.#fanOut, this.#host.build);
			this.#groups.set(key, group);
		}
		return group;
	}

	/** All that is published: what viewers here watch, and what those of relays do. */
	get #published(): (Group | RelayedQuery)[] {
		return [...this.#groups.values(), ...(this.#host.relays?.queries.values() ?? [])];
	}

	get #isIdle(): boolean {
		return this.#groups.size + (this.#host.relays?.queries.size ?? 0) === 0;
	}

	#round(): Round {
		return new Round(this.#host.log(), this.#host.position(), this.#host.now(), this.#standing);
	}

	/** Each client has its share of the round, and what others leave of theirs: no number of watches keeps another client waiting. */
	#publish(): void {
		const { relays } = this.#host;
		const round = this.#round();
		this.#publishedAt = round.at;
		this.#fanOut.begin();
		const clients = new Map<string, (Group | RelayedQuery)[]>();
		for (const group of this.#published) {
			const groups = clients.get(group.client);
			if (groups) groups.push(group);
			else clients.set(group.client, [group]);
		}
		let room = this.#room.look(round.at);
		let others = clients.size;
		let left = false;
		for (const groups of clients.values()) {
			const share = Math.max(CLIENT_UNITS, room / others--);
			this.#standing.room = share;
			for (const group of groups) {
				const hadRoom = this.#standing.room > 0;
				left = group.publish(round) || left;
				// Who had its turn comes last the next time.
				if (!hadRoom) continue;
				if (group instanceof Group) setNewest(this.#groups, group.key, group);
				else if (relays) setNewest(relays.queries, group.key, group);
			}
			room -= share - this.#standing.room;
		}
		this.#room.left = room;
		relays?.tell(round);
		for (const viewer of this.#watching.keys()) if (viewer.closed) this.#letGo(viewer);
		this.#goOn(left);
	}

	/** @param left something is left for another round */
	#goOn(left: boolean): void {
		if ((left || this.#standing.short) && !this.#waiting) this.#later(ROUND_MS);
		this.#standing.short = false;
		if (!this.#standing.isDue || this.#stepping) return;
		this.#stepping = true;
		this.#host.defer(() => {
			this.#stepping = false;
			if (this.#isIdle) return;
			if (this.#standing.advance(STEP_UNITS, this.#round())) this.changed();
			this.#goOn(false);
		}, STEP_MS);
	}

	#later(ms: number): void {
		this.#waiting = true;
		this.#host.defer(() => {
			this.#waiting = false;
			if (this.#fanOut.isBusy) this.#later(STEP_MS);
			else if (!this.#isIdle) this.#publish();
		}, ms);
	}

	#leaveGroup(viewer: Viewer): void {
		const group = this.#watching.get(viewer);
		if (!group) return;
		this.#watching.delete(viewer);
		group.remove(viewer);
		if (!group.isEmpty) return;
		this.#groups.delete(group.key);
		group.end();
	}

	/** The viewer watches nothing any more. It is kept until its socket is closed, so that what it still sends is not heard. */
	#letGo(viewer: Viewer): void {
		this.#leaveGroup(viewer);
		this.#reportViewers();
	}

	/** Reports when the last viewer has left or the first has come. */
	#reportViewers(): void {
		const { viewers } = this;
		const before = this.#viewersBefore;
		this.#viewersBefore = viewers;
		if ((viewers === 0) !== (before === 0)) this.#host.onViewers(viewers);
	}
}
