/**
 * Another look at the same page without leaving it: the new data is fetched while the old stays on the screen, and the address changes when
 * it is here. The call made last wins; one that fails leaves address and page as they were, and says so.
 */
import type { Problem } from "../../colony-bridge/protocol/wire/problem.ts";
import type { Page } from "../page/context.tsx";
import type { PageInput } from "../page/data.ts";
import { asked, type ChangeOptions, type Changes, carried, withChanges } from "../page/url-state.ts";

interface Place {
	/** Number of this document's history entries before it. */
	place?: number;
}

const placeOf = (state: unknown): number => (state as Place | null)?.place ?? 0;

/** @throws with words for people. */
async function fetchPage(url: string, signal?: AbortSignal): Promise<PageInput> {
	const response = await fetch(url, { headers: { accept: "application/json" }, cache: "no-store", ...(signal && { signal }) });
	// The server knows where to: to sign in, and back here.
	if (response.status === 401) location.assign(url);
	if (response.ok) return (await response.json()) as PageInput;
	const problem = (await response.json().catch(() => undefined)) as Problem | undefined;
	throw new Error(problem?.detail ?? `the server answered ${response.status}`);
}

/** An address without what stands before and behind it. */
interface Target {
	path: string;
	search: string;
}

export interface Navigation {
	change(changes: Changes, options?: ChangeOptions): void;
	/** The page at its address as it is by now. @throws where it cannot be had */
	again(): Promise<PageInput>;
	stop(): void;
}

/** @param show draws what has come, in place or anew */
export function createNavigation(page: Page, show: (input: PageInput) => void): Navigation {
	const ended = new AbortController();
	let latest: AbortController | undefined;
	/** The URL once all pending changes have been applied. */
	let wanted: Target = { path: location.pathname, search: page.url.search() };
	let shown = wanted;
	let place = placeOf(history.state);

	const go = async (to: Target, arrive: () => void, refused: () => void) => {
		latest?.abort();
		wanted = to;
		const here = () => {
			arrive();
			shown = to;
			page.url.setPending(undefined);
		};
		if (to.path === shown.path && asked(to.search) === asked(shown.search)) {
			latest = undefined;
			here();
			page.url.setSearch(to.search);
			return;
		}
		const mine = new AbortController();
		latest = mine;
		page.url.setPending({});
		try {
			const input = await fetchPage(to.path + to.search, mine.signal);
			if (mine.signal.aborted) return;
			here();
			show(input);
		} catch (error) {
			if (mine.signal.aborted) return;
			wanted = shown;
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
			// A jump within the page, or our own way back.
			if (path === wanted.path && search === wanted.search) arrive();
			else void go({ path, search }, arrive, () => history.go(from - to));
		},
		{ signal: ended.signal },
	);

	return {
		change(changes, { replace, path = wanted.path } = {}) {
			const search = withChanges(path === wanted.path ? wanted.search : carried(wanted.search), changes);
			if (search === wanted.search && path === wanted.path) return;
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
