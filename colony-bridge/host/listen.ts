import type { Server } from "node:http";

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
