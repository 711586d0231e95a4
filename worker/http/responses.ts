/** Answers: JSON with an entity tag, so that a poller that already has it gets 304 and no body; text that is made while it is read. */

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

/**
 * Text that is made while it is read: the next part is asked for when the one before is on its way, so a slow reader holds back who makes it,
 * and one that goes away ends it.
 *
 * @param next may give an empty part; undefined: that was all. What it throws breaks the answer off, so that nobody takes it for whole.
 */
export function pulledText(first: string, next: () => Promise<string | undefined>): ReadableStream<Uint8Array> {
	const encoder = new TextEncoder();
	let part: string | undefined = first;
	return new ReadableStream(
		{
			async pull(controller) {
				part ??= await next();
				// A pull that brings nothing is not followed by another.
				while (part === "") part = await next();
				if (part === undefined) controller.close();
				else controller.enqueue(encoder.encode(part));
				part = undefined;
			},
		},
		{ highWaterMark: 0 },
	);
}
