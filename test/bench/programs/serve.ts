/**
 * Serves until it is ended and reports its address; asked `memory`, it reports its resident bytes, asked `turns` the CPU time of each turn since. `dashboard` takes what bridges push
 * (token `bench`) and keeps it in memory, or in the folder named after it; `bare` is a node:http server, `echo` a `ws` server that hands each
 * message to all others.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Serving {
	url: string;
}

/** Port of a bare server: `hello` over HTTP and, where wanted, the echo over WebSocket. */
async function bare(withSockets: boolean): Promise<number> {
	const server = createServer((_, response) => response.end("hello"));
	if (withSockets) {
		const { WebSocketServer } = await import("ws");
		const sockets = new WebSocketServer({ server, perMessageDeflate: false });
		sockets.on("connection", (socket) => {
			socket.on("message", (data, binary) => {
				for (const other of sockets.clients) if (other !== socket) other.send(data, { binary });
			});
		});
	}
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return (server.address() as AddressInfo).port;
}

async function dashboard(): Promise<string> {
	const { DashboardServer } = await import("hiveframe-dashboard");
	const storage = process.argv[3];
	const server = new DashboardServer({ bridgeToken: "bench", ...(storage !== undefined && { storage }) });
	await server.start({ host: "127.0.0.1", port: 0 });
	return server.url;
}

const kind = process.argv[2];
const url = kind === "dashboard" ? await dashboard() : `http://127.0.0.1:${await bare(kind === "echo")}`;
/** CPU time that each turn of the thread has taken since the last ask, ms: what others wait for, whoever else the machine works for. */
const turns: number[] = [];
let counting = false;
function countTurns(before = process.threadCpuUsage()): void {
	const { user, system } = process.threadCpuUsage(before);
	turns.push((user + system) / 1000);
	setTimeout(countTurns, 0, process.threadCpuUsage());
}

process.on("message", (question) => {
	if (question === "turns") {
		process.send?.(turns.splice(0));
		if (!counting) countTurns();
		counting = true;
		return;
	}
	globalThis.gc?.();
	process.send?.(process.memoryUsage().rss);
});
process.send?.({ url } satisfies Serving);
