/** Sockets of bridges: who speaks on each, and what is said to all of them. */
import type { DownFrame } from "../../colony-bridge/protocol/down.ts";
import type { Speaker } from "../intake/push.ts";
import { fatal } from "../intake/refusal.ts";
import { CLOSE, type Socket } from "../socket.ts";
import { closeQuietly, sendQuietly } from "./viewer.ts";

type Attachment = { role: "bridge" } & Partial<Speaker>;

export class Bridges {
	readonly #speakers = new Map<Socket, Speaker | undefined>();
	readonly #connected = new Set<string>();

	/** Names of bridges that have an open socket. */
	get connected(): ReadonlySet<string> {
		return this.#connected;
	}

	add(socket: Socket): void {
		this.#speakers.set(socket, undefined);
	}

	restore(socket: Socket): void {
		const { bridge, epoch } = socket.attachment as Attachment;
		this.#speakers.set(socket, bridge !== undefined && epoch !== undefined ? { bridge, epoch } : undefined);
		if (bridge !== undefined) this.#connected.add(bridge);
	}

	has(socket: Socket): boolean {
		return this.#speakers.has(socket);
	}

	speaker(socket: Socket): Speaker | undefined {
		return this.#speakers.get(socket);
	}

	/** The socket of this run of the bridge. */
	socketOf({ bridge, epoch }: Speaker): Socket | undefined {
		for (const [socket, its] of this.#speakers) if (its?.bridge === bridge && its.epoch === epoch) return socket;
		return undefined;
	}

	/** @returns who spoke on it. */
	remove(socket: Socket): Speaker | undefined {
		const speaker = this.#speakers.get(socket);
		this.#speakers.delete(socket);
		this.#connected.clear();
		for (const each of this.#speakers.values()) if (each) this.#connected.add(each.bridge);
		return speaker;
	}

	/** The socket said hello. An older one of the same run is closed: a bridge that comes back has given it up. */
	introduce(socket: Socket, speaker: Speaker): void {
		for (const [other, its] of this.#speakers) {
			if (other === socket || its?.bridge !== speaker.bridge) continue;
			this.remove(other);
			closeQuietly(other, CLOSE.restart, "the bridge has a newer connection");
		}
		const attachment: Attachment = { role: "bridge", ...speaker };
		socket.attachment = attachment;
		this.#speakers.set(socket, speaker);
		this.#connected.add(speaker.bridge);
	}

	/** A run of the bridge begins, on a link of its own or on `own`: other links of earlier runs are told to stay away. */
	supersede(bridge: string, epoch: number, own: Socket | undefined): void {
		for (const [socket, its] of this.#speakers) {
			if (socket === own || its?.bridge !== bridge || its.epoch >= epoch) continue;
			const error = fatal("superseded", `run ${its.epoch} of bridge "${bridge}" was taken over by its later run ${epoch}`);
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

	tellDemand(viewers: number): void {
		const frame: DownFrame = { type: "demand", viewers };
		for (const [socket, speaker] of this.#speakers) if (speaker) sendQuietly(socket, JSON.stringify(frame));
	}

	closeAll(code: number, reason: string): void {
		for (const socket of this.#speakers.keys()) closeQuietly(socket, code, reason);
		this.#speakers.clear();
		this.#connected.clear();
	}
}
