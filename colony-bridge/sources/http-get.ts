/** Explanations of OpenSSL's verification errors: https://docs.openssl.org/3.0/man1/openssl-verification-options/. */
import { request as httpRequest, type IncomingMessage, STATUS_CODES } from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";
import { type Duplex, pipeline, type Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { type Access, authorizationOf, tlsOf } from "./access.ts";

/** @returns undefined where the connection failed for another reason. */
export function tlsWords({ code = "", message }: NodeJS.ErrnoException): string | undefined {
	if (/^(UNABLE_TO_(VERIFY|GET_ISSUER)|SELF_SIGNED|DEPTH_ZERO|CERT_SIGNATURE_FAILURE|CERT_UNTRUSTED|INVALID_CA)/.test(code)) {
		return `has a certificate that was not signed by the certificate authority it is to be checked by (${message}): is the right one configured?`;
	}
	if (code === "CERT_HAS_EXPIRED" || code === "CERT_NOT_YET_VALID") return `has a certificate that is not valid now (${message})`;
	if (code === "ERR_TLS_CERT_ALTNAME_INVALID")
		return `has a certificate for another name (${message}): serverName (in a kubeconfig tls-server-name) says which it is to have`;
	if (/^ERR_(OSSL|SSL|CRYPTO)_/.test(code)) return `cannot be spoken to: a certificate or key cannot be used (${message})`;
	return undefined;
}

/** One bounded GET: in time, in bytes, on one host, and with words that help where it fails. `fetch` refuses ports and takes no certificates. */
interface Get extends Access {
	url: string;
	accept: string;
	timeoutMs: number;
	/** Bytes of a body after decompression; the rest of a larger one is not read. */
	maxBytes: number;
}

export interface Got {
	text: string;
	contentType: string;
	/** The answer's `Date`, ms since 1970; absent where it has none. */
	date?: number;
}

/** The connection ended before the answer did. A peer that drops one may well answer the next. */
export class Dropped extends Error {}

const MOST_REDIRECTS = 5;
const ENCODINGS = new Map<string, () => Duplex>([
	["gzip", createGunzip],
	["x-gzip", createGunzip],
	["deflate", createInflate],
	["br", createBrotliDecompress],
]);

/** @throws where there is no whole answer of status 200, saying why; {@link Dropped} where the connection broke. */
export async function httpGet({ url, accept, timeoutMs, maxBytes, ...access }: Get, abort?: AbortSignal): Promise<Got> {
	const authorization = await authorizationOf(access);
	const headers = { accept, "accept-encoding": "gzip, deflate, br", ...(authorization !== undefined && { authorization }) };
	const tls = await tlsOf(access);
	const timeout = AbortSignal.timeout(timeoutMs);
	const signal = abort ? AbortSignal.any([abort, timeout]) : timeout;
	try {
		const response = await answer(new URL(url), { headers, signal, ...tls });
		const date = Date.parse(response.headers.date ?? "");
		const text = await boundedText(response, maxBytes);
		return { text, contentType: response.headers["content-type"] ?? "", ...(Number.isFinite(date) && { date }) };
	} catch (error) {
		if (timeout.aborted) throw new Error(`no complete response within ${timeoutMs} ms`);
		throw inWords(error as NodeJS.ErrnoException, url);
	}
}

/** Follows redirects that stay on the host: one that leaves it would make the bridge read whatever it can reach. */
async function answer(url: URL, options: RequestOptions, redirects = 0): Promise<IncomingMessage> {
	const response = await ask(url, options);
	const { statusCode = 0, headers } = response;
	if (statusCode === 200) return response;
	response.destroy();
	if (![301, 302, 303, 307, 308].includes(statusCode) || headers.location === undefined)
		throw new Error(`answered ${statusCode} ${STATUS_CODES[statusCode] ?? ""}`.trimEnd());
	if (redirects === MOST_REDIRECTS) throw new Error(`redirects more than ${MOST_REDIRECTS} times`);
	const next = URL.canParse(headers.location, url) ? new URL(headers.location, url) : undefined;
	const secure = next?.protocol === "https:" || next?.protocol === url.protocol;
	if (!next || next.host !== url.host || !secure)
		throw new Error("redirects to another host or scheme, which is not followed; write the final address");
	return answer(next, options, redirects + 1);
}

function ask(url: URL, options: RequestOptions, again = true): Promise<IncomingMessage> {
	return new Promise((resolve, reject) => {
		const request = url.protocol === "https:" ? httpsRequest(url, options) : httpRequest(url, options);
		request.on("response", resolve);
		request.on("error", (error: NodeJS.ErrnoException) => {
			// A connection that was kept may have been closed meanwhile: that says nothing of the target.
			if (again && request.reusedSocket && error.code === "ECONNRESET") ask(url, options, false).then(resolve, reject);
			else reject(error);
		});
		request.end();
	});
}

async function boundedText(response: IncomingMessage, maxBytes: number): Promise<string> {
	const decoder = new TextDecoder();
	let text = "";
	let bytes = 0;
	for await (const chunk of decompressed(response)) {
		bytes += (chunk as Buffer).byteLength;
		if (bytes > maxBytes) throw new Error(`the answer has more than ${maxBytes} bytes`);
		text += decoder.decode(chunk as Buffer, { stream: true });
	}
	return text + decoder.decode();
}

function decompressed(response: IncomingMessage): Readable {
	const encoding = response.headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
	if (encoding === "identity" || encoding === "") return response;
	const decompress = ENCODINGS.get(encoding);
	if (!decompress) {
		response.destroy();
		throw new Error("the response has a Content-Encoding that was not requested");
	}
	// Its reader gets the error.
	return pipeline(response, decompress(), () => {});
}

const DROPPED = new Set(["ECONNRESET", "EPIPE", "ERR_STREAM_PREMATURE_CLOSE"]);

function inWords(error: NodeJS.ErrnoException, url: string): Error {
	const { code = "" } = error;
	const words = error.message || code;
	if (DROPPED.has(code)) return new Dropped(`the connection was dropped (${words})`);
	if (code === "ECONNREFUSED") return new Error(`nothing listens at this address (${words})`);
	if (code === "ENOTFOUND" || code === "EAI_AGAIN") return new Error(`the host name cannot be resolved (${words})`);
	if (code.startsWith("HPE_")) return new Error(`the port does not speak HTTP${url.startsWith("http:") ? "; is it https?" : ""}`);
	if (code === "EPROTO" || code.startsWith("ERR_SSL_")) return new Error("the port does not speak TLS; is it http?");
	if (/^Z_|^ERR_.*BROTLI|^ERR__ERROR_FORMAT/.test(code)) return new Error("the answer's compression is broken");
	const tls = tlsWords(error);
	return tls === undefined ? error : new Error(`the target ${tls}`);
}
