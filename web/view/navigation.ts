/**
 * Another look at the same page without leaving it: the new data is fetched while the old stays on the screen, and the address changes when
 * it is here. The call made last wins; one that fails leaves address and page as they were, and says so.
 */
import type { Problem } from "../../colony-bridge/protocol/problem.ts";
import type { Page } from "../page-context.tsx";
import type { PageInput } from "../page-data.ts";
import { asked, type Changes, withChanges } from "./address.ts";

interface Place {
	/** How many looks of this document lie before it. */
	place?: number;
}

const placeOf = (state: unknown): number => (state as Place | null)?.place ?? 0;

/** @throws with words for people. */
async function fetchPage(search: string, signal?: AbortSignal): Promise<PageInput> {
	const url = location.pathname + search;
	const response = await fetch(url, { headers: { accept: "application/json" }, cache: "no-store", ...(signal && { signal }) });
	// The server knows where to: to sign in, and back here.
	if (response.status === 401) location.assign(url);
	if (response.ok) return (await response.json()) as PageInput;
	const problem = (await response.json().catch(() => undefined)) as Problem | undefined;
	throw new Error(problem?.detail ?? `the server answered ${response.status}`);
}

export interface Navigation {
	look(changes: Changes, options?: { replace?: boolean | undefined }): void;
	/** The page at its address as it is by now. @throws where it cannot be had */
	again(): Promise<PageInput>;
	stop(): void;
}

/** @param show draws what has come, in place or anew */
export function createNavigation(page: Page, show: (input: PageInput) => void): Navigation {
	const ended = new AbortController();
	let latest: AbortController | undefined;
	/** What the address will be once all that is under way is here. */
	let wanted = page.search();
	let place = placeOf(history.state);

	const go = async (search: string, arrive: () => void, refused: () => void) => {
		latest?.abort();
		wanted = search;
		if (asked(search) === asked(page.search())) {
			latest = undefined;
			arrive();
			page.setSearch(search);
			page.setLooking(undefined);
			return;
		}
		const mine = new AbortController();
		latest = mine;
		page.setLooking({});
		try {
			const input = await fetchPage(search, mine.signal);
			if (mine.signal.aborted) return;
			arrive();
			page.setLooking(undefined);
			show(input);
		} catch (error) {
			if (mine.signal.aborted) return;
			wanted = page.search();
			page.setLooking({ failed: error instanceof Error ? error.message : String(error) });
			refused();
		}
	};

	addEventListener(
		"popstate",
		({ state }) => {
			const to = placeOf(state);
			const from = place;
			// A jump within the page, or our own way back.
			if (location.search === wanted) {
				place = to;
				return;
			}
			void go(
				location.search,
				() => {
					place = to;
				},
				() => history.go(from - to),
			);
		},
		{ signal: ended.signal },
	);

	return {
		look(changes, { replace } = {}) {
			const search = withChanges(wanted, changes);
			if (search === wanted) return;
			const url = location.pathname + search + location.hash;
			const arrive = () => {
				if (replace) history.replaceState(history.state, "", url);
				else {
					place++;
					history.pushState({ place } satisfies Place, "", url);
				}
			};
			void go(search, arrive, () => {});
		},
		again: () => fetchPage(location.search),
		stop() {
			ended.abort();
			latest?.abort();
		},
	};
}
