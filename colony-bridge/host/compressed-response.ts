import { promisify } from "node:util";
import { gzip } from "node:zlib";

const compress = promisify(gzip);

/** Below this, the saving is smaller than a packet. */
const SMALLEST_BYTES = 1024;

export function acceptsGzip(request: Request): boolean {
	return /(?:^|,)\s*(?:gzip|\*)\s*(?!;\s*q=0(?:\.0*)?\s*(?:,|$))(?:;|,|$)/i.test(request.headers.get("accept-encoding") ?? "");
}

/** The same answer, in gzip where the client reads it and it helps. */
export async function compressedResponse(request: Request, response: Response): Promise<Response> {
	if (
		response.body === null ||
		!/^(text\/|application\/(json|problem\+json|x-ndjson|openmetrics-text))/.test(response.headers.get("content-type") ?? "")
	) {
		return response;
	}
	const { status, statusText } = response;
	const headers = new Headers(response.headers);
	headers.append("Vary", "Accept-Encoding");
	// What is saved to a file may be of any length, and is made while it is read.
	if (headers.get("content-disposition")?.startsWith("attachment")) {
		if (!acceptsGzip(request)) return new Response(response.body, { status, statusText, headers });
		headers.set("Content-Encoding", "gzip");
		return new Response(response.body.pipeThrough(new CompressionStream("gzip")), { status, statusText, headers });
	}
	let body = new Uint8Array(await response.arrayBuffer());
	if (body.length >= SMALLEST_BYTES && acceptsGzip(request)) {
		body = new Uint8Array(await compress(body));
		headers.set("Content-Encoding", "gzip");
	}
	headers.set("Content-Length", String(body.length));
	return new Response(body, { status, statusText, headers });
}
