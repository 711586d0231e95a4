/** The parameters of the page's URL, and changing them without leaving the page. */
import { createMemo, createSignal } from "solid-js";
import type { PageView } from "../../colony-bridge/protocol/pages/page-view.ts";
import { type ChangeOptions, type Changes, urlStateOf, withChanges } from "./url-state.ts";

/** A page in the browser navigates; a page on the server does not. */
export interface Navigate {
	change(changes: Changes, options?: ChangeOptions): void;
	reload(): void;
}

/** @param view time range and selection, as the server read them from the URL */
export function createUrl(first: string, view: () => PageView, navigate: Navigate | undefined) {
	const [search, setSearch] = createSignal(first);
	/** Data for another URL is being fetched, or could not be fetched. */
	const [pending, setPending] = createSignal<{ failed?: string }>();
	return {
		/** The cluster's answers depend on this part of the URL. */
		view,
		/** Only the drawing depends on this part. */
		state: createMemo(() => urlStateOf(search())),
		/** All parameters, "" or with `?`. */
		search,
		setSearch,
		/** Undefined: nothing is being fetched. */
		pending,
		setPending,
		/** Changes parameters in place; `undefined` removes one. The page shows the old data until the new data has arrived. */
		change: (changes: Changes, options?: ChangeOptions): void => navigate?.change(changes, options),
		/** Fetches the page at its URL again and draws it in place. */
		reload: (): void => navigate?.reload(),
		/** This page with other parameters: for links and forms, which work without script. */
		address: (changes: Changes): string => withChanges(search(), changes) || "?",
	};
}
export type Url = ReturnType<typeof createUrl>;
