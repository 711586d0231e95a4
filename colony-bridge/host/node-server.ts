/** The Node host: one HTTP server with the worker's app behind it. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { createRequest, sendResponse } from "@remix-run/node-fetch-server";
import { CLOSE } from "../../durable/socket.ts";
import type { Peer } from "../../worker/access/peer.ts";
import type { App } from "../../worker/app.ts";
import { AnswersUnderWay } from "./answers-under-way.ts";
import { AssetFiles } from "./asset-files.ts";
import { compressedResponse } from "./compressed-response.ts";
import { listen } from "./listen.ts";
import { nodePeer } from "./node-peer.ts";
import type { NodeUpgrades } from "./node-upgrades.ts";
import { MAX_HEADER_BYTES, refuseUnparsed, unreadable } from "./refused-request.ts";

/** How long `stop` waits for peers to say goodbye and for answers under way. */
const PATIENCE_MS = 1000;

export interface NodeServerOptions {
	app: Pick<App, "fetch"> & Partial<App>;
	upgrades: NodeUpgrades;
	/** Files that are served as they are. Absent: none. */
	publicFolder?: string;
	host: string;
	/** 0: any free one. */
	port: number;
	/** The operator's own proxies before it. */
	proxies: number;
}

export interface NodeServer {
	/** The port it got. */
	readonly port: number;
	/** Leaves no handle open. */
	close(): Promise<void>;
}

/** @throws where the address cannot be had, saying what to do. */
export async function startNodeServer({ app, upgrades, publicFolder, host, port, proxies }: NodeServerOptions): Promise<NodeServer> {
	const assets = publicFolder === undefined ? undefined : new AssetFiles(publicFolder);
	const answer = async (request: Request, peer: Peer) =>
		(await assets?.respond(request)) ?? compressedResponse(request, await app.fetch(request, peer));
	const underWay = new AnswersUnderWay();
	const server = createServer(
		{
			maxHeaderSize: MAX_HEADER_BYTES,
			keepAlive: true,
			// Other upgrades (h2c) may be ignored: the request is then answered as it is.
			shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === "websocket",
		},
		(message, reply) => {
			const peer = nodePeer(message, proxies);
			void underWay.take(message, reply, peer.address ?? "", () => serve(message, reply, (request) => answer(request, peer)));
		},
	);
	server.on("upgrade", (message, socket, head) => {
		(socket as Socket).setKeepAlive(true, 30_000);
		void upgrades.handle(message, socket, head, (request) => app.fetch(request, nodePeer(message, proxies)));
	});
	server.on("clientError", refuseUnparsed);
	await listen(server, host, port);
	return { port: (server.address() as AddressInfo).port, close: () => close(server, upgrades) };
}

type Answer = (request: Request) => Promise<Response>;

async function serve(message: IncomingMessage, reply: ServerResponse, answer: Answer): Promise<void> {
	try {
		let request: Request | undefined;
		let response: Response;
		try {
			// A proxy's word about host and scheme is believed: nothing is made of it but the answer to "is this Origin ours".
			request = createRequest(message, reply, { trustProxy: true });
			response = await answer(request);
		} catch (error) {
			response = unreadable(error);
		}
		if (reply.destroyed) return;
		await sendResponse(reply, response);
		if (message.complete) return;
		// The rest of a body that was too long: unread, it would hold up the next request on this connection.
		await request?.body?.cancel().catch(() => {});
		message.resume();
	} catch (error) {
		console.error("the dashboard failed to send an answer:", error);
		reply.destroy();
	}
}

async function close(server: Server, upgrades: NodeUpgrades): Promise<void> {
	const closed = new Promise<void>((done) => server.close(() => done()));
	server.closeIdleConnections();
	await upgrades.close(CLOSE.restart, "the dashboard stops", PATIENCE_MS);
	const cut = setTimeout(() => server.closeAllConnections(), PATIENCE_MS);
	await closed;
	clearTimeout(cut);
}
