/** Answers: JSON with an entity tag, so that a poller that already has it gets 304 and no body; text that is made while it is read. */
import { isoText } from "../../colony-bridge/protocol/http/export-text.ts";
import { checksum } from "../../colony-bridge/protocol/values/hash.ts";

export const JSON_TYPE = "application/json; charset=utf-8";

/** Weak: a host may compress the body on the way. */
export function jsonResponse(request: Request, value: unknown, headers: Record<string, string> = {}): Response {
	const body = new TextEncoder().encode(JSON.stringify(value));
	return taggedResponse(request, body, { "Content-Type": JSON_TYPE, ...headers });
}

/** Bytes of any kind, the same way. */
export function taggedResponse(request: Request, body: ReturnType<TextEncoder["encode"]>, headers: Record<string, string>): Response {
	const tag = `W/"${checksum(body)}"`;
	const all = { ETag: tag, "Cache-Control": "no-cache", ...headers };
	if (matches(request.headers.get("if-none-match"), tag)) return new Response(null, { status: 304, headers: all });
	return new Response(body, { headers: all });
}

function matches(header: string | null, tag: string): boolean {
	if (!header) return false;
	return header.split(",").some((entry) => entry.trim() === "*" || entry.trim().replace(/^W\//, "") === tag.slice(2));
}

/** A list as the specification has it, bare; the header `Total-Count` says of how many, so that a cut shows. */
export function tableResponse(request: Request, rows: unknown[], total: number, headers: Record<string, string> = {}): Response {
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

/** @param at ms since 1970. @returns ISO 8601 in UTC, with milliseconds only where there are some: `2024-01-15T10:00:00Z`. */
export function isoInstant(at: number): string {
	const text = isoText(at);
	return text.endsWith(".000Z") ? `${text.slice(0, -5)}Z` : text;
}

/** The field `name` holding an instant, or nothing where the colony never reported it. */
export function isoField<Name extends string>(name: Name, at: number | undefined): { [key in Name]?: string } {
	return (at === undefined ? {} : { [name]: isoInstant(at) }) as { [key in Name]?: string };
}

const HEADER_CHARS = 4000;

/** Names with commas between. Label values may hold any character, a header may not; nor may it be of any length. */
export function headerList(names: readonly string[]): string {
	let text = "";
	for (const [at, name] of names.map(encodeURI).entries()) {
		if (text.length + name.length > HEADER_CHARS) return `${text} and ${names.length - at} more`;
		text += at === 0 ? name : `,${name}`;
	}
	return text;
}

/** Splits `a,b{x="1,2"},c` at the commas between selectors, not at those inside braces or quotes. */
export function splitSelectors(text: string): string[] {
	const parts: string[] = [];
	let start = 0;
	let braces = false;
	let quotes = false;
	for (let at = 0; at < text.length; at++) {
		const character = text[at];
		if (quotes) {
			if (character === "\\") at++;
			else if (character === '"') quotes = false;
		} else if (character === '"') quotes = braces;
		else if (character === "{") braces = true;
		else if (character === "}") braces = false;
		else if (character === "," && !braces) {
			parts.push(text.slice(start, at));
			start = at + 1;
		}
	}
	parts.push(text.slice(start));
	return parts.map((part) => part.trim()).filter(Boolean);
}

/** An instant within a file's name: ISO 8601's basic form, as a colon is no character for a file name everywhere. @param at ms */
export const fileInstant = (at: number): string => new Date(at).toISOString().replace(/[-:]|\.\d+/g, "");
