import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

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
