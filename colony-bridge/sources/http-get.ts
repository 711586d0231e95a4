/** One bounded GET: in time, in bytes, and with words that help where it fails. */
import { readFile } from "node:fs/promises";

export interface Get {
	url: string;
	accept: string;
	timeoutMs: number;
	/** Bytes of a body after decompression; the rest of a larger one is not read. */
	maxBytes: number;
	/** Its content is sent as a bearer token; read each time, so that a token that is renewed on disk is taken up. */
	tokenFile?: string | undefined;
}

export interface Got {
	text: string;
	contentType: string;
	/** The answer's `Date`, ms since 1970; absent where it has none. */
	date?: number;
}

/** The connection ended before the answer did. A peer that drops one may well answer the next. */
export class Dropped extends Error {}

/** @throws where there is no whole answer of status 200, saying why; {@link Dropped} where the connection broke. */
export async function httpGet({ url, accept, timeoutMs, maxBytes, tokenFile }: Get, abort?: AbortSignal): Promise<Got> {
	const headers: Record<string, string> = { accept };
	if (tokenFile !== undefined) headers.authorization = `Bearer ${await tokenOf(tokenFile)}`;
	const timeout = AbortSignal.timeout(timeoutMs);
	try {
		const response = await fetch(url, { headers, signal: abort ? AbortSignal.any([abort, timeout]) : timeout });
		if (response.status !== 200) {
			await response.body?.cancel();
			throw new Error(`answered ${response.status}${response.statusText && ` ${response.statusText}`}`);
		}
		const date = Date.parse(response.headers.get("date") ?? "");
		const text = await boundedText(response, maxBytes);
		return { text, contentType: response.headers.get("content-type") ?? "", ...(Number.isFinite(date) && { date }) };
	} catch (error) {
		if (timeout.aborted) throw new Error(`no whole answer within ${timeoutMs} ms`);
		throw inWords(error);
	}
}

/** A secret that stands alone in a file. @throws where it cannot be read or is empty, naming the file only. */
export async function tokenOf(file: string): Promise<string> {
	const token = (
		await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
			throw new Error(`cannot read the token file ${file}: ${error.code ?? error.message}`);
		})
	).trim();
	if (!/^[\x21-\x7e]+$/.test(token))
		throw new Error(`the token file ${file} must hold one line of visible ASCII characters without spaces`);
	return token;
}

async function boundedText(response: Response, maxBytes: number): Promise<string> {
	const decoder = new TextDecoder();
	let text = "";
	let bytes = 0;
	for await (const chunk of response.body ?? []) {
		bytes += chunk.byteLength;
		if (bytes > maxBytes) throw new Error(`the answer has more than ${maxBytes} bytes`);
		text += decoder.decode(chunk, { stream: true });
	}
	return text + decoder.decode();
}

/** `fetch failed` says nothing; its cause does. */
function inWords(error: unknown): Error {
	if (!(error instanceof TypeError)) return error instanceof Error ? error : new Error(String(error));
	const cause = error.cause as NodeJS.ErrnoException | undefined;
	const words = cause?.message || cause?.code || error.message;
	const dropped = cause?.code === "UND_ERR_SOCKET" || cause?.code === "ECONNRESET" || error.message === "terminated";
	return dropped ? new Dropped(`the connection was dropped (${words})`) : new Error(words);
}
