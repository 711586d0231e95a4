import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, isIP, type Socket } from "node:net";
import { createRequest, sendResponse } from "@remix-run/node-fetch-server";
import { CLOSE } from "../../../colony-bridge/protocol/wire/down.ts";
import type { Peer } from "../../access/client.ts";
import type { App } from "../../app.ts";
import { AnswersUnderWay } from "./answers-under-way.ts";
import { AssetFiles, compressedResponse } from "./assets.ts";
import { enterBasePath, outside } from "./base-path.ts";
import { MAX_HEADER_BYTES, type NodeUpgrades, refuseUnparsed, unreadable } from "./upgrades.ts";

/** @throws where the address cannot be had, saying what to do. */
export function listen(server: Server, host: string, port: number): Promise<void> {
	return new Promise((done, fail) => {
		server.once("error", (cause: NodeJS.ErrnoException) => fail(new Error(cannotListen(cause, host, port), { cause })));
		server.listen({ host, port }, () => {
			server.removeAllListeners("error");
			server.on("error", (error) => console.error("the dashboard's server:", error));
			done();
		});
	});
}

function cannotListen({ code, message }: NodeJS.ErrnoException, host: string, port: number): string {
	const where = `cannot listen at port ${port} of ${host}`;
	switch (code) {
		case "EADDRINUSE":
			return `${where}: another program does; stop it, choose another port (${port < 65_535 ? port + 1 : 8080}), or port 0 for any free one`;
		case "EACCES":
			return `${where}: the system does not allow it; choose a port above 1023`;
		case "EADDRNOTAVAIL":
		case "ENOTFOUND":
		case "EAI_AGAIN":
			return `${where}: this machine has no such address; use "0.0.0.0" for all of its addresses or "127.0.0.1" for itself alone`;
		default:
			return `${where}: ${message}`;
	}
}

/**
 * Who is at the other end.
 * @param proxies how many of the operator's own proxies stand before this server: each adds the address it sees to `X-Forwarded-For`, so
 * that the client's is as many from the end, and what stands before it is the client's own invention.
 */
export function nodePeer({ socket, headers }: IncomingMessage, proxies: number): Peer {
	const direct = socket.remoteAddress ?? "";
	const loopback = /^(127\.|::1$|::ffff:127\.)/.test(direct);
	if (proxies === 0) return { address: direct, loopback };
	const forwarded = String(headers["x-forwarded-for"] ?? "")
		.split(",")
		.map((part) => withoutPort(part.trim()));
	const address = forwarded.at(-proxies) ?? "";
	// A proxy of ours is on this machine, maybe; its clients are not led here by another site's page.
	return { address: isIP(address) ? address : direct, loopback: false };
}

/** Some proxies write the client's port, too: `192.0.2.1:1234`, `[2001:db8::1]:1234`. */
function withoutPort(text: string): string {
	const [, bracketed, plain] = /^(?:\[([^\]]*)\](?::\d+)?|([\d.]+):\d+)$/.exec(text) ?? [];
	return bracketed ?? plain ?? text;
}

/** Time `stop` waits for close frames and running answers, ms. */
const PATIENCE_MS = 1000;

interface NodeServerOptions {
	app: Pick<App, "fetch"> & Partial<App>;
	upgrades: NodeUpgrades;
	/** Files that are served as they are. Absent: none. */
	publicFolder?: string;
	host: string;
	/** 0: any free one. */
	port: number;
	/** The operator's own proxies before it. */
	proxies: number;
	/** Prefix of every path, such as `/hive`. */
	basePath?: string;
}

export interface NodeServer {
	/** The port it got. */
	readonly port: number;
	/** Leaves no handle open. */
	close(): Promise<void>;
}

/** @throws where the address cannot be had, saying what to do. */
export async function startNodeServer({
	app,
	upgrades,
	publicFolder,
	host,
	port,
	proxies,
	basePath = "",
}: NodeServerOptions): Promise<NodeServer> {
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
			const inside = enterBasePath(message, basePath);
			const respond = async (request: Request) => (inside ? answer(request, peer) : outside(basePath));
			void underWay.take(message, reply, peer.address ?? "", () => serve(message, reply, respond));
		},
	);
	server.on("upgrade", (message, socket, head) => {
		(socket as Socket).setKeepAlive(true, 30_000);
		const inside = enterBasePath(message, basePath);
		void upgrades.handle(message, socket, head, async (request) =>
			inside ? app.fetch(request, nodePeer(message, proxies)) : outside(basePath),
		);
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
