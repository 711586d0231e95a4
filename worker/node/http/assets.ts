import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, extname, join, sep } from "node:path";
import { promisify } from "node:util";
import { gzip, gzipSync } from "node:zlib";

/** @returns the folder whose `assets/` is served. @throws where the pages have not been built. */
export function builtPublicFolder(): string {
	let pages: string;
	try {
		pages = createRequire(import.meta.url).resolve("#pages");
	} catch (cause) {
		throw notBuilt(cause);
	}
	const folder = join(dirname(pages), "..", "public");
	if (!existsSync(pages) || !existsSync(join(folder, "assets"))) throw notBuilt();
	return folder;
}

function notBuilt(cause?: unknown): Error {
	return new Error('the dashboard\'s pages are not built: run "npm run build" in the folder of hiveframe-dashboard first', { cause });
}

const compress = promisify(gzip);
/** Levels of compression. What programs ask for may be large, and often: five times as fast, it has a fifth more bytes. */
const LEVEL = { page: 6, data: 1 } as const;

/** Up to so many bytes the way to another thread and back takes longer than compressing them. */
const MOST_AT_ONCE = 64_000;
/** Most answers come out in one piece. */
const CHUNK_BYTES = 65_536;

/** Below this, the saving is smaller than a packet. */
const SMALLEST_BYTES = 1024;

function acceptsGzip(request: Request): boolean {
	return /(?:^|,)\s*(?:gzip|\*)\s*(?!;\s*q=0(?:\.0*)?\s*(?:,|$))(?:;|,|$)/i.test(request.headers.get("accept-encoding") ?? "");
}

/** The same answer, in gzip where the client reads it and it helps. */
export async function compressedResponse(request: Request, response: Response): Promise<Response> {
	const type = response.headers.get("content-type") ?? "";
	if (response.body === null || !/^(text\/|application\/(json|problem\+json|x-ndjson|openmetrics-text))/.test(type)) return response;
	const { status, statusText, headers } = response;
	headers.append("Vary", "Accept-Encoding");
	// Downloads may have any length and are streamed.
	if (headers.get("content-disposition")?.startsWith("attachment")) {
		if (!acceptsGzip(request)) return new Response(response.body, { status, statusText, headers });
		headers.set("Content-Encoding", "gzip");
		return new Response(response.body.pipeThrough(new CompressionStream("gzip")), { status, statusText, headers });
	}
	let body = new Uint8Array(await response.arrayBuffer());
	if (body.length >= SMALLEST_BYTES && acceptsGzip(request)) {
		const options = { level: type.startsWith("text/html") ? LEVEL.page : LEVEL.data, chunkSize: CHUNK_BYTES };
		body = body.length <= MOST_AT_ONCE ? gzipSync(body, options) : await compress(body, options);
		headers.set("Content-Encoding", "gzip");
	}
	headers.set("Content-Length", String(body.length));
	return new Response(body, { status, statusText, headers });
}

/** The browser's files. Their names carry a hash of their content, so a browser keeps them for ever. */
const TYPES: Record<string, string> = {
	".js": "text/javascript; charset=utf-8",
	".css": "text/css; charset=utf-8",
	".map": "application/json",
	".json": "application/json",
	".svg": "image/svg+xml",
	".png": "image/png",
	".ico": "image/x-icon",
	".webp": "image/webp",
	".woff2": "font/woff2",
	".txt": "text/plain; charset=utf-8",
};
const ALREADY_SMALL = new Set([".png", ".webp", ".woff2"]);

interface Asset {
	plain: Uint8Array<ArrayBuffer>;
	gzip?: Uint8Array<ArrayBuffer>;
}

export class AssetFiles {
	readonly #folder: string;
	readonly #assets = new Map<string, Asset>();

	/** @param publicFolder holds `assets/`. */
	constructor(publicFolder: string) {
		this.#folder = join(publicFolder, "assets") + sep;
	}

	/** @returns undefined where the request is for no file of ours. */
	async respond(request: Request): Promise<Response | undefined> {
		const { pathname } = new URL(request.url);
		if (!pathname.startsWith("/assets/") || (request.method !== "GET" && request.method !== "HEAD")) return undefined;
		const asset = await this.#load(pathname.slice("/assets/".length));
		if (!asset) return undefined;
		const zipped = acceptsGzip(request) ? asset.gzip : undefined;
		const body = zipped ?? asset.plain;
		return new Response(request.method === "HEAD" ? null : body, {
			headers: {
				"Content-Type": TYPES[extname(pathname)] ?? "application/octet-stream",
				"Content-Length": String(body.length),
				"Cache-Control": "public, max-age=31536000, immutable",
				"X-Content-Type-Options": "nosniff",
				...(asset.gzip && { Vary: "Accept-Encoding" }),
				...(zipped && { "Content-Encoding": "gzip" }),
			},
		});
	}

	async #load(name: string): Promise<Asset | undefined> {
		const loaded = this.#assets.get(name);
		if (loaded) return loaded;
		// Names as the build writes them: nothing to decode, no way out of the folder.
		if (!/^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/.test(name)) return undefined;
		const plain = await readFile(join(this.#folder, name)).catch(() => undefined);
		if (!plain) return undefined;
		const asset: Asset = { plain: new Uint8Array(plain) };
		if (!ALREADY_SMALL.has(extname(name))) asset.gzip = new Uint8Array(gzipSync(plain, { level: 9 }));
		this.#assets.set(name, asset);
		return asset;
	}
}
