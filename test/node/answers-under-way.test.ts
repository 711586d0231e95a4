/** Answers in memory for clients that do not read. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { type NodeServer, startNodeServer } from "../../worker/node/http/server.ts";
import { NodeUpgrades } from "../../worker/node/http/upgrades.ts";
import { until } from "./until.ts";

/** More than any system's buffers hold. */
const BODY = "x".repeat(5_000_000);

let server: NodeServer | undefined;
const sockets: Socket[] = [];
afterEach(async () => {
	for (const socket of sockets.splice(0)) socket.destroy();
	await server?.close();
});

/** A server whose answers are large. @returns requests it has begun to answer, by path. */
async function largeAnswers(): Promise<string[]> {
	const begun: string[] = [];
	server = await startNodeServer({
		app: {
			async fetch(request) {
				begun.push(new URL(request.url).pathname);
				await new Promise((next) => setImmediate(next));
				return new Response(request.url.includes("small") ? "small" : BODY);
			},
		},
		upgrades: new NodeUpgrades(),
		host: "127.0.0.1",
		port: 0,
		proxies: 0,
	});
	return begun;
}

async function ask(...paths: string[]): Promise<Socket> {
	const socket = connect(server?.port ?? 0, "127.0.0.1");
	sockets.push(socket);
	socket.on("error", () => {});
	socket.pause();
	await once(socket, "connect");
	socket.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`).join(""));
	return socket;
}

test("one connection is given one answer at a time, in order", async () => {
	const begun = await largeAnswers();
	const socket = await ask(...Array.from({ length: 8 }, (_, n) => `/${n}`));
	await until(() => begun.length > 0, "the first answer");
	await (await fetch(`http://127.0.0.1:${server?.port}/small`)).text();
	expect(begun).toEqual(["/0", "/small"]);
	let read = 0;
	socket.on("data", (chunk) => {
		read += chunk.length;
	});
	socket.resume();
	await until(() => read > 8 * BODY.length, "all answers");
	expect(begun.filter((path) => path !== "/small")).toEqual(Array.from({ length: 8 }, (_, n) => `/${n}`));
});

test("a connection with more requests than may wait is closed", async () => {
	await largeAnswers();
	const socket = await ask(...Array(200).fill("/"));
	socket.resume();
	await once(socket, "close");
});

test("one client's unread answers are bounded over all its connections, and its connections that break give their turns back", async () => {
	const begun = await largeAnswers();
	for (let n = 0; n < 50; n++) await ask("/");
	await until(() => begun.length === 32, "32 answers");
	const posted = await fetch(`http://127.0.0.1:${server?.port}/small-post`, { method: "POST" });
	expect(await posted.text()).toBe("small");
	expect(begun.filter((path) => path === "/")).toHaveLength(32);
	for (const socket of sockets.slice(0, 49)) socket.destroy();
	expect(await (await fetch(`http://127.0.0.1:${server?.port}/small`)).text()).toBe("small");
});
