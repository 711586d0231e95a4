/**
 * Changes the view in place: new data is fetched while the old is shown, then the URL changes. The latest call wins; a failed one leaves
 * URL and page as they were and reports the error.
 */
import type { Problem } from "../../colony-bridge/protocol/wire/problem.ts";
import type { Page } from "../page/context.tsx";
import type { PageInput } from "../page/data.ts";
import { asked, type ChangeOptions, type Changes, carried, withChanges } from "../page/url-state.ts";

interface Place {
	/** Number of history entries before this one. */
	place?: number;
}

const placeOf = (state: unknown): number => (state as Place | null)?.place ?? 0;

/** @throws with a message for the user */
async function fetchPage(url: string, signal?: AbortSignal): Promise<PageInput> {
	const response = await fetch(url, { headers: { accept: "application/json" }, cache: "no-store", ...(signal && { signal }) });
	// The server redirects to sign-in and back.
	if (response.status === 401) location.assign(url);
	if (response.ok) return (await response.json()) as PageInput;
	const problem = (await response.json().catch(() => undefined)) as Problem | undefined;
	throw new Error(problem?.detail ?? `the server answered ${response.status}`);
}

/** A URL without origin and hash. */
interface Target {
	path: string;
	search: string;
}

export interface Navigation {
	change(changes: Changes, options?: ChangeOptions): void;
	/** Fetches the data of the current URL. @throws if that fails */
	again(): Promise<PageInput>;
	stop(): void;
}

/** @param show draws the fetched data */
export function createNavigation(page: Page, show: (input: PageInput) => void): Navigation {
	const ended = new AbortController();
	let latest: AbortController | undefined;
	/** The URL once all pending changes have been applied. */
	let target: Target = { path: location.pathname, search: page.url.search() };
	let shown = target;
	let place = placeOf(history.state);

	const go = async (to: Target, arrive: () => void, refused: () => void) => {
		latest?.abort();
		target = to;
		const commit = () => {
			arrive();
			shown = to;
			page.url.setPending(undefined);
		};
		if (to.path === shown.path && asked(to.search) === asked(shown.search)) {
			latest = undefined;
			commit();
			page.url.setSearch(to.search);
			return;
		}
		const mine = new AbortController();
		latest = mine;
		page.url.setPending({});
		try {
			const input = await fetchPage(to.path + to.search, mine.signal);
			if (mine.signal.aborted) return;
			commit();
			show(input);
		} catch (error) {
			if (mine.signal.aborted) return;
			target = shown;
			page.url.setPending({ failed: error instanceof Error ? error.message : String(error) });
			refused();
		}
	};

	addEventListener(
		"popstate",
		({ state }) => {
			const from = place;
			const to = placeOf(state);
			const { pathname: path, search } = location;
			const arrive = () => {
				place = to;
			};
			// A jump within the page, or the return after a failed change.
			if (path === target.path && search === target.search) arrive();
			else void go({ path, search }, arrive, () => history.go(from - to));
		},
		{ signal: ended.signal },
	);

	return {
		change(changes, { replace, path = target.path } = {}) {
			const search = withChanges(path === target.path ? target.search : carried(target.search), changes);
			if (search === target.search && path === target.path) return;
			const arrive = () => {
				const url = path + search + (path === shown.path ? location.hash : "");
				if (replace) history.replaceState(history.state, "", url);
				else history.pushState({ place: ++place } satisfies Place, "", url);
			};
			void go({ path, search }, arrive, () => {});
		},
		again: () => fetchPage(location.pathname + location.search),
		stop() {
			ended.abort();
			latest?.abort();
		},
	};
}
