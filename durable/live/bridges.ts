/** Sockets of bridges and long polls: the peer of each, and frames sent to all of them. */

import type { Peer } from "../../colony-bridge/protocol/wire/delivery/hello.ts";
import { fatal } from "../../colony-bridge/protocol/wire/delivery/refusal.ts";
import { CLOSE, type DownFrame } from "../../colony-bridge/protocol/wire/down.ts";
import { type Rate, TokenBucket } from "../../colony-bridge/protocol/wire/token-bucket.ts";
import { FREED_MS } from "../../colony-bridge/protocol/wire/up.ts";
import type { Socket, SocketRole } from "./socket.ts";
import { SilentSockets } from "./socket-limits.ts";
import { closeQuietly, sendQuietly } from "./viewer.ts";

export type BridgeRole = Exclude<SocketRole, "viewer">;
/** `since`: when it was opened, until its hello. */
type Attachment = { role: BridgeRole; since?: number } & Partial<Peer>;

/** Hellos on one link: it may say anew what has changed, and asks for the clock once a minute. Each may begin a run, which is written. */
export const HELLOS = { perSecond: 1, burst: 60 } as const satisfies Rate;
export const TOO_MANY_HELLOS = `more than ${HELLOS.burst} hellos on one link, and ${HELLOS.perSecond} a second after that: say it where something in it has changed`;

interface BridgeSocket {
	role: BridgeRole;
	hellos: TokenBucket;
	/** Absent: it has not sent hello. */
	speaker?: Peer;
}

export class Bridges {
	readonly #sockets = new Map<Socket, BridgeSocket>();
	/** Sockets after hello, by bridge: with a thousand bridges no call may scan them all for one. */
	readonly #introduced = new Map<string, Set<Socket>>();
	readonly #connected = new Set<string>();
	/** When the last socket of a bridge closed, ms: of those that have none. */
	readonly #left = new Map<string, number>();
	/** Sockets before hello. */
	readonly silent = new SilentSockets("hello");
	readonly #now: () => number;

	constructor(now: () => number) {
		this.#now = now;
	}

	/** Names of bridges that have an open socket. */
	get connected(): ReadonlySet<string> {
		return this.#connected;
	}

	/** When the name may be another's because its last socket has closed, ms; infinity while it has one, or never had. */
	freedAt(bridge: string): number {
		return (this.#left.get(bridge) ?? Number.POSITIVE_INFINITY) + FREED_MS;
	}

	/** Nothing is known of the bridge any more. */
	forget(bridge: string): void {
		this.#left.delete(bridge);
	}

	add(socket: Socket, role: BridgeRole): void {
		const attachment: Attachment = { role, since: this.#now() };
		socket.attachment = attachment;
		this.restore(socket);
	}

	restore(socket: Socket): void {
		const { role, since = this.#now(), bridge, epoch, ...rest } = socket.attachment as Attachment;
		const entry = { role, hellos: new TokenBucket(HELLOS) };
		this.#sockets.set(socket, entry);
		if (bridge !== undefined && epoch !== undefined) this.#register(socket, { ...entry, speaker: { bridge, epoch, ...rest } });
		else this.silent.add(socket, since);
	}

	/** @returns undefined: it is no bridge's. */
	roleOf(socket: Socket): BridgeRole | undefined {
		return this.#sockets.get(socket)?.role;
	}

	speaker(socket: Socket): Peer | undefined {
		return this.#sockets.get(socket)?.speaker;
	}

	/** Counts a hello of the link. @returns false where it is one too many */
	mayRepeatHello(socket: Socket): boolean {
		return this.#sockets.get(socket)?.hellos.take(this.#now()) ?? true;
	}

	/** The socket or long poll of this run of the bridge. */
	socketOf({ bridge, epoch }: Peer): Socket | undefined {
		for (const socket of this.#introduced.get(bridge) ?? []) if (this.speaker(socket)?.epoch === epoch) return socket;
		return undefined;
	}

	/** @returns the bridge that has lost its socket with it. */
	remove(socket: Socket): string | undefined {
		const entry = this.#sockets.get(socket);
		this.#sockets.delete(socket);
		this.silent.delete(socket);
		const bridge = entry?.speaker?.bridge;
		if (bridge === undefined) return undefined;
		const others = this.#introduced.get(bridge);
		others?.delete(socket);
		if (others?.size === 0) this.#introduced.delete(bridge);
		if (entry?.role !== "bridge" || [...(others ?? [])].some((other) => this.roleOf(other) === "bridge")) return undefined;
		this.#connected.delete(bridge);
		this.#left.set(bridge, this.#now());
		return bridge;
	}

	/** The socket sent hello. An older one of the same bridge is closed: a bridge that reconnects has given it up. */
	introduce(socket: Socket, speaker: Peer): void {
		const entry = this.#sockets.get(socket);
		if (!entry) return;
		for (const other of [...(this.#introduced.get(speaker.bridge) ?? [])]) {
			if (other === socket) continue;
			this.remove(other);
			closeQuietly(other, CLOSE.restart, "the bridge has a newer connection");
		}
		const attachment: Attachment = { role: entry.role, ...speaker };
		socket.attachment = attachment;
		this.#register(socket, { ...entry, speaker });
	}

	/** A run of the bridge begins, on a link of its own or on `own`: other links of earlier runs are closed as superseded. */
	supersede({ bridge, epoch, started = 0 }: Peer, own: Socket | undefined): void {
		for (const socket of [...(this.#introduced.get(bridge) ?? [])]) {
			const its = this.speaker(socket);
			if (socket === own || !its || its.epoch > epoch) continue;
			if (its.epoch === epoch && (its.started ?? 0) >= started) continue;
			const error = fatal("superseded", `run ${its.epoch} of bridge "${bridge}" was superseded by a later one, ${epoch}`);
			sendQuietly(socket, JSON.stringify(error));
			closeQuietly(socket, CLOSE.superseded, "a later run of this bridge has taken over");
			this.remove(socket);
		}
	}

	/** Sends frames to one bridge, and closes its link where one of them is fatal. */
	answer(socket: Socket, frames: readonly DownFrame[]): void {
		if (frames.length > 0) sendQuietly(socket, frames.map((frame) => JSON.stringify(frame)).join("\n"));
		const last = frames.find((frame) => frame.type === "error" && frame.fatal);
		if (last?.type !== "error") return;
		const code = { superseded: CLOSE.superseded, internal: CLOSE.restart, sequence: CLOSE.restart }[last.kind as string] ?? CLOSE.policy;
		closeQuietly(socket, code, last.kind);
		this.remove(socket);
	}

	sendViewerCount(viewers: number): void {
		const frame: DownFrame = { type: "viewers", count: viewers };
		const text = JSON.stringify(frame);
		for (const [socket, { speaker }] of this.#sockets) if (speaker) sendQuietly(socket, text);
	}

	closeAll(code: number, reason: string): void {
		const sockets = [...this.#sockets.keys()];
		this.#sockets.clear();
		this.#introduced.clear();
		this.#connected.clear();
		for (const socket of sockets) {
			this.silent.delete(socket);
			closeQuietly(socket, code, reason);
		}
	}

	#register(socket: Socket, entry: Required<BridgeSocket>): void {
		const { bridge } = entry.speaker;
		this.#sockets.set(socket, entry);
		this.silent.delete(socket);
		const sockets = this.#introduced.get(bridge);
		if (sockets) sockets.add(socket);
		else this.#introduced.set(bridge, new Set([socket]));
		if (entry.role !== "bridge") return;
		this.#connected.add(bridge);
		this.#left.delete(bridge);
	}
}
