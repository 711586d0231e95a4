/** URLs of the cluster's pages, with the current time range. */
import { toSegment } from "../../colony-bridge/protocol/wire/path-segment.ts";
import { type Changes, carried, ROW_ORDER, withChanges } from "./url-state.ts";

/**
 * @param base prefix of the cluster's paths
 * @param page name of the current page
 * @param search its parameters
 * @param at the instant of the past that the page shows, ms
 */
export function createLinks(base: string, page: () => string, search: () => string, at: () => number | undefined) {
	const path = (to: string) => base + to;
	const hrefWith = (to: string, changes: Changes) => path(to) + withChanges(carried(search()), changes);
	/** The order of the workers table is kept on a worker's page, whose links to neighbours depend on it. */
	const workerSearch = () => carried(search(), /^workers(\/|$)/.test(page()) ? ROW_ORDER : []);
	return {
		/** A path without parameters: `/api/cluster`. */
		path,
		/** A path to read from, as of the instant that the page shows, up to where its parameters go on: `/api/view?`. */
		reads: (to: string) => path(to) + (at() ? `?at=${at()}&` : "?"),
		href: (to: string) => path(to) + carried(search()),
		hrefWith,
		workers: () => path("/workers") + workerSearch(),
		worker: (id: string) => path("/workers/") + toSegment(id) + workerSearch(),
		stream: (id: string) => path("/streaming/") + toSegment(id) + carried(search()),
		task: (id: string) => hrefWith("/tasks", { task: id.toWellFormed() }),
	};
}
