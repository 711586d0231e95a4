/**
 * Live fan-out: what every viewer asked for, kept up to date.
 *
 * The first change goes out at once, what follows within 50 ms goes out together. Nothing is computed while nobody looks.
 */
import * as v from "valibot";
import { LIMITS } from "../../colony-bridge/protocol/limits.ts";
import { describeIssues, PROBLEMS, type ProblemKind } from "../../colony-bridge/protocol/problem.ts";
import { Query, ViewerFrame } from "../../colony-bridge/protocol/query.ts";
import type { Answer, ToViewer } from "../../colony-bridge/protocol/view.ts";
import { clip } from "../intake/refusal.ts";
import { CLOSE, type Socket } from "../socket.ts";
import { Group } from "./group.ts";
import { Round } from "./round.ts";
import { closeQuietly, sendQuietly, Viewer } from "./viewer.ts";

export interface LiveHost {
	now(): number;
	defer(work: () => void, ms: number): void;
	/** Position of the log. */
	position(): number;
	answer(query: Query, now: number): Answer;
	/** Viewers that watch now: called when there are some after none, and the other way. */
	onViewers(viewers: number): void;
}

/** Shortest time between two rounds, ms: twenty a second is as live as an eye can tell. */
const ROUND_MS = 50;
/** A hibernating socket remembers 16,384 bytes; a text with anything beyond Latin-1 takes two a character. */
const ATTACHMENT_BYTES = 15_000;

interface ViewerAttachment {
	role: "viewer";
	queries: readonly Query[];
}

interface Watching {
	viewer: Viewer;
	group: Group;
}

export class Live {
	readonly #host: LiveHost;
	readonly #groups = new Map<string, Group>();
	readonly #watching = new Map<Socket, Watching>();
	#publishedAt = Number.NEGATIVE_INFINITY;
	#waiting = false;
	#told = 0;

	constructor(host: LiveHost) {
		this.#host = host;
	}

	get viewers(): number {
		return this.#watching.size;
	}

	/** A text a viewer sent. */
	message(socket: Socket, text: string): void {
		if (text.length > LIMITS.viewerChars) {
			this.#complain(socket, "too-large", `a viewer's message has ${LIMITS.viewerChars} characters at most, this one has ${text.length}`);
			this.#leave(socket, CLOSE.policy, "message too large");
			return;
		}
		let json: unknown;
		try {
			json = JSON.parse(text);
		} catch {
			this.#complain(socket, "invalid", `not JSON: ${JSON.stringify(text.slice(0, 80))}`);
			return;
		}
		const frame = v.safeParse(ViewerFrame, json, { abortEarly: true });
		if (!frame.success) this.#complain(socket, "invalid", describeIssues(frame.issues));
		else if (frame.output.type === "seen") this.#watching.get(socket)?.viewer.seen(frame.output.position);
		else this.#watch(socket, frame.output.queries, frame.output.keep);
	}

	closed(socket: Socket): void {
		const watching = this.#watching.get(socket);
		if (!watching) return;
		this.#watching.delete(socket);
		this.#leaveGroup(watching);
		this.#tellViewers();
	}

	/** A socket that outlived the memory of it. Its viewer has what it was sent last and gets a fresh snapshot in the next round. */
	restore(socket: Socket): void {
		const { queries } = (socket.attachment ?? {}) as { queries?: unknown };
		let group = this.#groups.get(JSON.stringify(queries));
		if (!group) {
			// An earlier version of this program may have written it.
			const parsed = v.safeParse(v.array(Query), queries);
			if (!parsed.success) return;
			group = this.#group(parsed.output);
		}
		const viewer = new Viewer(socket);
		group.viewers.add(viewer);
		this.#watching.set(socket, { viewer, group });
		this.#told = this.#watching.size;
	}

	/** Something is new. */
	changed(): void {
		if (this.#watching.size === 0 || this.#waiting) return;
		const wait = this.#publishedAt + ROUND_MS - this.#host.now();
		if (wait <= 0) this.#publish();
		else this.#later(wait);
	}

	/** Memory has been lost or is wrong: everybody begins anew. */
	closeAll(code: number, reason: string): void {
		for (const socket of this.#watching.keys()) closeQuietly(socket, code, reason);
		this.#watching.clear();
		this.#groups.clear();
		this.#tellViewers();
	}

	#watch(socket: Socket, queries: Query[], keep = false): void {
		const key = JSON.stringify(queries);
		// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is Latin-1.
		const bytes = key.length * (/[^\u0000-\u00ff]/.test(key) ? 2 : 1);
		if (bytes > ATTACHMENT_BYTES) {
			this.#complain(
				socket,
				"too-large",
				`the queries of one viewer take ${ATTACHMENT_BYTES} bytes at most, these take ${bytes}: ask for less`,
			);
			return;
		}
		const old = this.#watching.get(socket);
		const round = this.#round();
		const holds = keep && old ? old.group.bringUpToDate(round) : undefined;
		if (old?.viewer.gone) {
			this.closed(socket);
			return;
		}
		if (old) this.#leaveGroup(old);
		const viewer = new Viewer(socket);
		const group = this.#group(queries);
		const attachment: ViewerAttachment = { role: "viewer", queries };
		socket.attachment = attachment;
		this.#watching.set(socket, { viewer, group });
		const left = group.welcome(viewer, round, holds);
		if (viewer.gone) this.closed(socket);
		this.#tellViewers();
		if (left && !this.#waiting) this.#later(ROUND_MS);
	}

	#group(queries: Query[]): Group {
		const key = JSON.stringify(queries);
		let group = this.#groups.get(key);
		if (!group) {
			group = new Group(key, queries);
			this.#groups.set(key, group);
		}
		return group;
	}

	#round(): Round {
		const now = this.#host.now();
		return new Round(this.#host.position(), now, (query) => this.#host.answer(query, now));
	}

	#publish(): void {
		const round = this.#round();
		this.#publishedAt = round.at;
		let left = false;
		for (const group of this.#groups.values()) left = group.publish(round) || left;
		for (const [socket, { viewer }] of this.#watching) if (viewer.gone) this.closed(socket);
		if (left && !this.#waiting) this.#later(ROUND_MS);
	}

	#later(ms: number): void {
		this.#waiting = true;
		this.#host.defer(() => {
			this.#waiting = false;
			if (this.#watching.size > 0) this.#publish();
		}, ms);
	}

	#leaveGroup({ viewer, group }: Watching): void {
		group.viewers.delete(viewer);
		if (group.viewers.size === 0) this.#groups.delete(group.key);
	}

	/** Says so when the last viewer has left or the first has come. */
	#tellViewers(): void {
		const viewers = this.#watching.size;
		const before = this.#told;
		this.#told = viewers;
		if ((viewers === 0) !== (before === 0)) this.#host.onViewers(viewers);
	}

	#leave(socket: Socket, code: number, reason: string): void {
		closeQuietly(socket, code, reason);
		this.closed(socket);
	}

	#complain(socket: Socket, kind: ProblemKind, detail: string): void {
		const problem = { type: "about:blank", title: kind, status: PROBLEMS[kind], detail: clip(detail), kind };
		const message: ToViewer = { type: "error", problem };
		sendQuietly(socket, JSON.stringify(message));
	}
}
