/** Reads what viewers send: a short message at once, long ones in turns of their clients and within the work that rounds leave. */
import * as v from "valibot";
import { type Query, ViewerFrame } from "../../colony-bridge/protocol/query/query.ts";
import { PING, PONG, type ToViewer } from "../../colony-bridge/protocol/query/view.ts";
import { clip } from "../../colony-bridge/protocol/wire/delivery/refusal.ts";
import { CLOSE } from "../../colony-bridge/protocol/wire/down.ts";
import { LIMITS } from "../../colony-bridge/protocol/wire/limits.ts";
import { describeIssues, PROBLEMS, type ProblemKind } from "../../colony-bridge/protocol/wire/problem.ts";
import type { TokenBucket } from "../../colony-bridge/protocol/wire/token-bucket.ts";
import { Inbox } from "../work/turns.ts";
import type { Socket } from "./socket.ts";
import { sendQuietly, type Viewer } from "./viewer.ts";

/** A message that is read in no time; units of a character of others, and how many of one client may wait. */
const SHORT_CHARS = 60;
const CHAR_UNITS = 3;
const MOST_WAITING = 500;
/** Time between two readings while messages wait, ms. */
const READ_MS = 10;

interface MessagesHost {
	now(): number;
	defer(work: () => void, ms: number): void;
	/** False: nothing is known yet, and what viewers say waits. Absent: true. */
	ready?(): boolean;
	watch(viewer: Viewer, queries: Query[], keep: boolean | undefined): void;
	/** A viewer was closed here. */
	left(viewer: Viewer): void;
	/** See `LiveHost`. */
	onFlood(client: string): void;
}

export class ViewerMessages {
	readonly #host: MessagesHost;
	/** Units that reading and rounds may take now. */
	readonly #room: TokenBucket;
	readonly #inbox = new Inbox<{ viewer: Viewer; text: string }>();
	#reading = false;

	constructor(host: MessagesHost, room: TokenBucket) {
		this.#host = host;
		this.#room = room;
	}

	/** A text a viewer sent. */
	take(viewer: Viewer, text: string): void {
		if (viewer.hear(this.#host.now())) this.#receive(viewer, text);
		else this.#host.onFlood(clientOf(viewer.socket));
		if (viewer.closed) this.#host.left(viewer);
	}

	/** Reads what waits, as far as there is room for its work. */
	read(): void {
		if (this.#reading || this.#inbox.isEmpty || !this.#ready) return;
		this.#room.look(this.#host.now());
		while (this.#room.left > 0) {
			const next = this.#inbox.take();
			if (!next) return;
			if (next.viewer.closed) continue;
			this.#room.left -= next.text.length * CHAR_UNITS;
			this.#hear(next.viewer, next.text);
			if (next.viewer.closed) this.#host.left(next.viewer);
		}
		if (this.#inbox.isEmpty) return;
		this.#reading = true;
		this.#host.defer(() => {
			this.#reading = false;
			this.read();
		}, READ_MS);
	}

	/** A long message waits until there is room for its work, and those of its client wait behind it. */
	#receive(viewer: Viewer, text: string): void {
		if ((text.length <= SHORT_CHARS && this.#ready) || text.length > LIMITS.viewerChars) this.#hear(viewer, text);
		else if (this.#inbox.put(clientOf(viewer.socket), { viewer, text }) > MOST_WAITING) {
			viewer.leave(CLOSE.policy, `more than ${MOST_WAITING} messages of this address wait`);
			this.#host.onFlood(clientOf(viewer.socket));
		} else this.read();
	}

	get #ready(): boolean {
		return this.#host.ready?.() ?? true;
	}

	#hear(viewer: Viewer, text: string): void {
		if (text === PING) {
			sendQuietly(viewer.socket, PONG);
			return;
		}
		if (text.length > LIMITS.viewerChars) {
			const detail = `a viewer's message has ${LIMITS.viewerChars} characters at most, this one has ${text.length}`;
			sendError(viewer, "too-large", detail);
			viewer.leave(CLOSE.policy, "message too large");
			return;
		}
		let json: unknown;
		try {
			json = JSON.parse(text);
		} catch {
			sendError(viewer, "invalid", `not JSON: ${JSON.stringify(text.slice(0, 80))}`);
			return;
		}
		const frame = v.safeParse(ViewerFrame, json, { abortEarly: true });
		if (!frame.success) sendError(viewer, "invalid", describeIssues(frame.issues));
		else if (frame.output.type === "ack") viewer.acknowledged(frame.output.probe);
		else this.#host.watch(viewer, frame.output.queries, frame.output.keep);
	}
}

/** The address that a socket's quotas are counted for. */
export function clientOf({ client = "unknown" }: Socket): string {
	return client;
}

export function sendError(viewer: Viewer, kind: ProblemKind, detail: string): void {
	const problem = { type: "about:blank", title: kind, status: PROBLEMS[kind], detail: clip(detail), kind };
	const message: ToViewer = { type: "error", problem };
	viewer.send(JSON.stringify(message));
}
