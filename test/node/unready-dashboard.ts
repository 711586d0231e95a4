/** A server in a dashboard's place, with answers of a test's own; it records requests and their instants. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Asked {
	at: number;
	url: string;
	body: string;
}

export async function unreadyDashboard(answer: (response: ServerResponse, asked: Asked, request: IncomingMessage) => void) {
	const asked: Asked[] = [];
	const server = createServer(async (request, response) => {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		const one = { at: performance.now(), url: request.url ?? "", body: Buffer.concat(chunks).toString() };
		asked.push(one);
		answer(response, one, request);
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		asked,
		close: () => {
			server.closeAllConnections();
			server.close();
		},
	};
}
