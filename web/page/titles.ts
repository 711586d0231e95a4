import { isOfSeries, lacking } from "../../colony-bridge/protocol/pages/pages.ts";
import type { ClusterView } from "../../colony-bridge/protocol/query/view.ts";
import type { BuiltInPage, Layout } from "../../colony-bridge/protocol/wire/layout.ts";

export const BUILT_IN_LINKS: { name: BuiltInPage; title: string; path: string }[] = [
	{ name: "overview", title: "Overview", path: "/" },
	{ name: "workers", title: "Workers", path: "/workers" },
	{ name: "tasks", title: "Tasks", path: "/tasks" },
	{ name: "streaming", title: "Streaming", path: "/streaming" },
	{ name: "metrics", title: "Metrics", path: "/metrics" },
];

/** Colonies' runs, also those of which nothing else is left. */
export const RUNS = { name: "runs", title: "Runs", path: "/runs" };

/** Shown to operators only. */
export const AUDIT = { name: "audit", title: "Audit", path: "/audit" };

export function pageTitle(page: string, layout: Layout): string {
	const found = [...BUILT_IN_LINKS, RUNS, AUDIT].find(({ name }) => name === page) ?? layout.pages.find(({ name }) => name === page);
	// The id, on the page of a worker or stream.
	return found?.title ?? page.slice(page.indexOf("/") + 1);
}

/** Detail pages, by the first segment of their path. */
const OF_ONE: Record<string, string> = { workers: "worker", streaming: "stream" };

/**
 * The folder of a page's code: a built-in page's name, `worker` or `stream` for detail pages, or `custom`. Before the first push every page
 * shows how to begin; a page of what the cluster has never reported says so.
 */
export function folderOf(page: string, { position, reported }: Pick<ClusterView, "position" | "reported">): string {
	if (position === 0 && page !== AUDIT.name) return "empty";
	if (isOfSeries(page, reported)) return "series";
	if (lacking(page, reported)) return "lacking";
	const slash = page.indexOf("/");
	if (slash >= 0) return OF_ONE[page.slice(0, slash)] ?? "custom";
	return [...BUILT_IN_LINKS, RUNS, AUDIT].some(({ name }) => name === page) ? page : "custom";
}
