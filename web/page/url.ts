/** The parameters of the page's URL, changed in place. */
import { createMemo, createSignal } from "solid-js";
import type { PageView } from "../../colony-bridge/protocol/pages/page-view.ts";
import { type ChangeOptions, type Changes, urlStateOf, withChanges } from "./url-state.ts";

/** Absent on the server. */
export interface Navigate {
	change(changes: Changes, options?: ChangeOptions): void;
	reload(): void;
}

/** @param view time range and selection, parsed by the server */
export function createUrl(first: string, view: () => PageView, navigate: Navigate | undefined) {
	const [search, setSearch] = createSignal(first);
	/** Data for a changed URL is being fetched, or failed to be. */
	const [pending, setPending] = createSignal<{ failed?: string }>();
	return {
		/** The part that queries depend on. */
		view,
		/** The part that queries do not depend on. */
		state: createMemo(() => urlStateOf(search())),
		/** All parameters, "" or with `?`. */
		search,
		setSearch,
		pending,
		setPending,
		/** Changes parameters; `undefined` removes one. The page shows the old data until the new data arrives. */
		change: (changes: Changes, options?: ChangeOptions): void => navigate?.change(changes, options),
		/** Fetches and renders the page at its URL again. */
		reload: (): void => navigate?.reload(),
		/** This page with changed parameters, for links and forms that work without script. */
		address: (changes: Changes): string => withChanges(search(), changes) || "?",
	};
}
export type Url = ReturnType<typeof createUrl>;
