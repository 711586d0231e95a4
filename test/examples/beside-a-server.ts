/**
 * Gives the dashboard a path of a server that is already there: it listens at a port of its own, for this machine only, and the server
 * passes on what is under /hive. Both ends keep the path, and live updates come through the upgrade of the connection.
 */
import { createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type Colony, DashboardServer } from "hiveframe-dashboard";

const colony: Colony = { name: "beside", snapshot: () => ({ workers: [{ id: "worker-1", status: "idle" }] }) };
const dashboard = new DashboardServer({ colony, basePath: "/hive" });
await dashboard.start({ host: "127.0.0.1", port: 0 });

const isForDashboard = ({ url = "" }: IncomingMessage): boolean => /^\/hive(?=[/?]|$)/.test(url);
const passOn = ({ method, url, headers }: IncomingMessage) =>
	request(new URL(url ?? "/", dashboard.url), { method, headers, agent: false });

const server = createServer((asked, answer) => {
	if (!isForDashboard(asked)) return answer.end("This is the program's own page; the dashboard is at /hive/\n");
	const onward = passOn(asked);
	onward.on("response", (response) => {
		answer.writeHead(response.statusCode ?? 502, response.headers);
		response.pipe(answer);
	});
	onward.on("error", () => (answer.headersSent ? answer.destroy() : answer.writeHead(502).end()));
	answer.on("close", () => onward.destroy());
	return asked.pipe(onward);
});

server.on("upgrade", (asked: IncomingMessage, socket: Duplex, head: Buffer) => {
	if (!isForDashboard(asked)) return socket.destroy();
	const onward = passOn(asked);
	onward.on("upgrade", ({ rawHeaders }, far, farHead) => {
		const lines = rawHeaders.map((text, i) => (i % 2 ? `${text}\r\n` : `${text}: `));
		socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join("")}\r\n`);
		socket.write(farHead);
		far.write(head);
		far.on("error", () => socket.destroy()).on("close", () => socket.destroy());
		socket.on("error", () => far.destroy()).on("close", () => far.destroy());
		far.pipe(socket).pipe(far);
	});
	onward.on("response", () => socket.destroy()).on("error", () => socket.destroy());
	return onward.end();
});

server.listen(Number(process.env.PORT ?? 8080), "127.0.0.1", () => {
	console.log(`Dashboard: http://127.0.0.1:${(server.address() as AddressInfo).port}/hive`);
});

process.once("SIGINT", async () => {
	server.close();
	await dashboard.stop();
	server.closeAllConnections();
});
