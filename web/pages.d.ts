/** The server renderer as the worker imports it (`#pages`): built by `npm run build:pages` from `web/server.tsx`. */
import type { DashboardConfig, Theme } from "../colony-bridge/protocol/config.ts";
import type { Problem } from "../colony-bridge/protocol/problem.ts";
import type { PageData } from "../durable/port.ts";

export interface PageContext {
	/** Cluster name as in the URL. */
	cluster: string;
	/** What stands before every path of this cluster: "" for the default cluster, else "/clusters/NAME". */
	base: string;
	config: Omit<DashboardConfig, "authUsers">;
	/** The viewer's choice (cookie `theme`), else the config's. */
	theme: Theme;
	/** For inline scripts and styles under the Content-Security-Policy. */
	nonce: string;
}

/** @returns a whole HTML document with the data inside. `data.queries` and `data.snapshot` are there. */
export function renderPage(page: string, data: Required<PageData>, context: PageContext): string;
/** @returns a whole HTML document for what went wrong: no such page, no such cluster, our fault. */
export function renderProblem(problem: Problem, context: PageContext): string;
