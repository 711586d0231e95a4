/** JSON out, with an entity tag so that a poller that already has it gets 304 and no body. */

/** Weak: a host may compress the body on the way. */
export async function jsonResponse(request: Request, value: unknown, headers: Record<string, string> = {}): Promise<Response> {
	const body = new TextEncoder().encode(JSON.stringify(value));
	return taggedResponse(request, body, { "Content-Type": "application/json; charset=utf-8", ...headers });
}

/** Bytes of any kind, the same way. */
export async function taggedResponse(
	request: Request,
	body: ReturnType<TextEncoder["encode"]>,
	headers: Record<string, string>,
): Promise<Response> {
	const tag = await entityTag(body);
	const all = { ETag: tag, "Cache-Control": "no-cache", ...headers };
	if (matches(request.headers.get("if-none-match"), tag)) return new Response(null, { status: 304, headers: all });
	return new Response(body, { headers: all });
}

async function entityTag(body: ReturnType<TextEncoder["encode"]>): Promise<string> {
	const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
	return `W/"${btoa(String.fromCharCode(...digest.subarray(0, 15)))}"`;
}

function matches(header: string | null, tag: string): boolean {
	if (!header) return false;
	return header.split(",").some((entry) => entry.trim() === "*" || entry.trim().replace(/^W\//, "") === tag.slice(2));
}

/** A list as the specification has it, bare; the header `Total-Count` says of how many, so that a cut shows. */
export function tableResponse(request: Request, rows: unknown[], total: number, headers: Record<string, string> = {}): Promise<Response> {
	return jsonResponse(request, rows, { "Total-Count": String(total), ...headers });
}
