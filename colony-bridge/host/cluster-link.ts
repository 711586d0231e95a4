import type { Cluster } from "../../durable/cluster.ts";
import type { Socket } from "../../durable/socket.ts";
import type { Connect, Link } from "../bridge/link.ts";

/**
 * A bridge's link to a cluster in this process: the frames are the same, no bytes cross a network. What the cluster sends arrives in
 * order, after the call that caused it has returned.
 */
export function clusterLink(find: () => Cluster): Connect {
	return (events): Link => {
		// Where it cannot be opened now, it is tried again.
		const cluster = find();
		let open = true;
		const socket: Socket = {
			send: (text) => queueMicrotask(() => open && events.message(text)),
			close: (code, reason) => queueMicrotask(() => end(code, reason)),
			attachment: undefined,
		};
		const end = (code: number, reason: string) => {
			if (!open) return;
			open = false;
			cluster.closed(socket);
			events.closed(code, reason);
		};
		queueMicrotask(() => {
			if (!open) return;
			cluster.open(socket, "bridge");
			events.open();
		});
		return {
			send: (text) => {
				if (open) cluster.message(socket, text);
			},
			close: () => queueMicrotask(() => end(1000, "closed by the bridge")),
		};
	};
}
