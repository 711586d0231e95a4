import type { Listening } from "../../durable/port.ts";
import type { Socket } from "../../durable/socket.ts";
import type { DownFrame } from "../protocol/down.ts";
import type { SocketHolder } from "./node-socket.ts";

/** Waits in a cluster of this process for the one text a listener is sent. @returns nothing after `waitMs`, or when nobody waits any more. */
export function hear(cluster: SocketHolder, listening: Listening, waitMs: number, signal: AbortSignal): Promise<DownFrame[]> {
	return new Promise((resolve) => {
		let over = false;
		const end = (frames: DownFrame[]) => {
			if (over) return;
			over = true;
			clearTimeout(timer);
			signal.removeEventListener("abort", nobody);
			cluster.closed(socket);
			resolve(frames);
		};
		const nobody = () => end([]);
		const socket: Socket = {
			send: (text) => end(text.split("\n").map((line) => JSON.parse(line) as DownFrame)),
			close: nobody,
			attachment: undefined,
		};
		const timer = setTimeout(nobody, waitMs);
		signal.addEventListener("abort", nobody);
		cluster.open(socket, "listener");
		if (signal.aborted) nobody();
		else cluster.message(socket, JSON.stringify(listening));
	});
}
