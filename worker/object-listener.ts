/**
 * A bridge's request that waits, on Cloudflare: this side waits, on a socket to the cluster, and the cluster may sleep meanwhile. Waiting in a
 * call to the object would keep it in memory and billed as long as there is such a bridge.
 */
import type { DownFrame } from "../colony-bridge/protocol/down.ts";
import type { Listening } from "../durable/port.ts";

/** @param socket to the cluster, as yet not accepted. @returns what is heard within `waitMs`, ms. Closes the socket. */
export function hear(socket: WebSocket, listening: Listening, waitMs: number, signal: AbortSignal): Promise<DownFrame[]> {
	return new Promise((resolve) => {
		const end = (frames: DownFrame[]) => {
			clearTimeout(timer);
			signal.removeEventListener("abort", nobody);
			socket.close(1000, "heard");
			resolve(frames);
		};
		const nobody = () => end([]);
		const timer = setTimeout(nobody, waitMs);
		signal.addEventListener("abort", nobody);
		socket.addEventListener("message", ({ data }) => {
			end(
				String(data)
					.split("\n")
					.map((line) => JSON.parse(line) as DownFrame),
			);
		});
		socket.addEventListener("close", nobody);
		socket.addEventListener("error", nobody);
		socket.accept();
		socket.send(JSON.stringify(listening));
	});
}
