/** A wire on which a page arrives piece by piece, each long enough to be painted: the rest passes as it comes. */
import { createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** Between two pieces, ms: a frame and a half. */
const PIECE_MS = 25;
/** Before what may be laid out by itself. */
const PIECES = /(?=<(?:section|ul|table|dl|figure|form)\b)/;

export interface SlowWire {
	/** With a slash at its end. */
	url: string;
	stop(): Promise<void>;
}

/** @param url of a dashboard on this machine */
export async function slowWire(url: string): Promise<SlowWire> {
	const { hostname, port } = new URL(url);
	const onward = ({ method, url: path, headers }: IncomingMessage) => request({ hostname, port, method, path, headers });
	const server = createServer((incoming, outgoing) => {
		const { "accept-encoding": _, ...headers } = incoming.headers;
		const asked = onward(Object.assign(incoming, { headers }));
		asked.on("error", () => outgoing.destroy());
		asked.on("response", async (answer) => {
			outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
			if (!answer.headers["content-type"]?.startsWith("text/html")) {
				answer.pipe(outgoing);
				return;
			}
			let html = "";
			for await (const text of answer.setEncoding("utf8")) html += text;
			for (const piece of html.split(PIECES)) {
				outgoing.write(piece);
				await pause(PIECE_MS);
			}
			outgoing.end();
		});
		incoming.pipe(asked);
	});
	const open = new Set<Socket>();
	server.on("connection", (socket) => {
		open.add(socket);
		socket.on("close", () => open.delete(socket));
	});
	server.on("upgrade", (incoming, socket: Socket) => {
		const asked = onward(incoming);
		asked.on("error", () => socket.destroy());
		asked.on("upgrade", (answer, other, head) => {
			const lines = answer.rawHeaders.flatMap((name, i, all) => (i % 2 === 0 ? [`${name}: ${all[i + 1]}`] : []));
			socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join("\r\n")}\r\n\r\n`);
			if (head.length > 0) socket.write(head);
			socket.pipe(other).pipe(socket);
			other.on("error", () => socket.destroy());
			socket.on("error", () => other.destroy());
		});
		asked.end();
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
		async stop() {
			for (const socket of open) socket.destroy();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
