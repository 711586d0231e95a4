/** The browser's files. Their names carry a hash of their content, so a browser keeps them for ever. */
import { readFile } from "node:fs/promises";
import { extname, join, sep } from "node:path";
import { gzipSync } from "node:zlib";
import { acceptsGzip } from "./compressed-response.ts";

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
		const known = this.#assets.get(name);
		if (known) return known;
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
