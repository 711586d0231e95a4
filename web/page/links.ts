/** Addresses of the cluster's other pages, for the time range that this page shows. */
import { toSegment } from "../../colony-bridge/protocol/wire/path-segment.ts";
import { type Changes, carried, ROW_ORDER, withChanges } from "./url-state.ts";

/**
 * @param base the prefix of every path of the cluster
 * @param page name of the page that is open
 * @param search its parameters
 */
export function createLinks(base: string, page: () => string, search: () => string) {
	const path = (to: string) => base + to;
	const hrefWith = (to: string, changes: Changes) => path(to) + withChanges(carried(search()), changes);
	/** The order of the table of workers is kept on a worker's page: its links to the worker before and after depend on it. */
	const workerSearch = () => carried(search(), /^workers(\/|$)/.test(page()) ? ROW_ORDER : []);
	return {
		/** A path without parameters: `/api/cluster`. */
		path,
		href: (to: string) => path(to) + carried(search()),
		/** @param changes parameters of that page */
		hrefWith,
		workers: () => path("/workers") + workerSearch(),
		worker: (id: string) => path("/workers/") + toSegment(id) + workerSearch(),
		stream: (id: string) => path("/streaming/") + toSegment(id) + carried(search()),
		task: (id: string) => hrefWith("/tasks", { task: id.toWellFormed() }),
	};
}
