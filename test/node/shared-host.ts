/** One address for several servers, each at its path, as a proxy in front of them makes it. */
import { once } from "node:events";
import { createServer, request } from "node:http";
import { type AddressInfo, connect } from "node:net";

/** @param servers addresses without a path, by the path that leads there and is passed on. */
export async function sharedHost(servers: Readonly<Record<string, string>>): Promise<{ url: string; close(): Promise<void> }> {
	const behind = (path = "") => {
		const found = Object.entries(servers).find(([prefix]) => path.startsWith(prefix));
		return found && new URL(found[1]);
	};
	const server = createServer((asked, reply) => {
		const to = behind(asked.url);
		if (!to) return void reply.writeHead(502).end();
		const { hostname, port } = to;
		const passed = request({ hostname, port, path: asked.url, method: asked.method, headers: asked.headers }, (answer) => {
			reply.writeHead(answer.statusCode ?? 502, answer.headers);
			answer.pipe(reply);
		});
		asked.pipe(passed).on("error", () => reply.destroy());
	});
	server.on("upgrade", (asked, socket, head) => {
		const to = behind(asked.url);
		if (!to) return socket.destroy();
		const through = connect(Number(to.port), to.hostname, () => {
			const headers = asked.rawHeaders.map((text, i) => (i % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join("");
			through.write(`${asked.method} ${asked.url} HTTP/1.1\r\n${headers}\r\n`);
			through.write(head);
			socket.pipe(through).pipe(socket);
		});
		through.on("error", () => socket.destroy());
		socket.on("error", () => through.destroy());
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
