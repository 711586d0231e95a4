/** What cannot be read as a request never reaches the app; its answer still has a problem's form. */
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { Problem } from "../protocol/problem.ts";

/** Room for a request that asks for more metrics than it may, so that it is told so. */
export const MAX_HEADER_BYTES = 256 * 1024;

/** A request no `Request` can be made of: a Host header that is none, a target that is no path. */
export function unreadable(error: unknown): Response {
	if (!(error instanceof TypeError)) console.error("the dashboard failed to answer:", error);
	return rawProblem(error instanceof TypeError ? 400 : 500);
}

/** What Node's parser refuses never reaches the app; the answer still has its form. */
export function refuseUnparsed(error: NodeJS.ErrnoException, socket: Duplex): void {
	if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
	const status = error.code === "HPE_HEADER_OVERFLOW" ? 431 : error.code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : 400;
	const body = JSON.stringify(problem(status));
	socket.end(
		`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/problem+json\r\n` +
			`Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
	);
}

function rawProblem(status: number): Response {
	return new Response(JSON.stringify(problem(status)), { status, headers: { "Content-Type": "application/problem+json" } });
}

function problem(status: number): Problem {
	const detail =
		status === 431
			? `the request line and headers have more than ${MAX_HEADER_BYTES} bytes: ask for less at once`
			: "the request cannot be read";
	return {
		type: "about:blank",
		title: STATUS_CODES[status] ?? "Error",
		status,
		detail,
		kind: status === 431 ? "too-large" : status >= 500 ? "internal" : "invalid",
	};
}
