/**
 * The state that every component of a page may read, in parts: `data` (queries and answers), `time`, `url`, `links` and `display`.
 */
import { batch, type Component, createContext, createMemo, createSignal, type JSX, onMount, untrack, useContext } from "solid-js";
import type { AnswerName } from "../../colony-bridge/protocol/pages/page-queries.ts";
import type { WidgetAnswer } from "../../colony-bridge/protocol/pages/pages.ts";
import type { Query } from "../../colony-bridge/protocol/query/query.ts";
import type { Metrics } from "../../colony-bridge/protocol/query/view.ts";
import type { NamedAnswer } from "../live/answers.ts";
import { advancedBy, type Columns, stepsBehind } from "../live/clock.ts";
import { createClusterData } from "./cluster-data.ts";
import type { PageInput } from "./data.ts";
import { createDisplay } from "./display.ts";
import { createLinks } from "./links.ts";
import { createTime } from "./time.ts";
import { createUrl, type Navigate } from "./url.ts";

/** A page in the browser can do this; the server draws without it. */
export interface Acts extends Navigate {
	ask(name: string, query: Query): void;
}

/** @param widgets draws the page's widgets; their code is loaded only for a page that has some */
export function createPage(first: PageInput, widgets: Component | undefined, acts?: Acts) {
	const [input, setInput] = createSignal(first);
	const data = createClusterData(first, acts?.ask);
	const url = createUrl(first.search, () => input().view, acts);
	const display = createDisplay(first, url);
	const time = createTime(first.snapshot.at, url, display);
	return {
		/** The data that the page was last drawn from; a component that reads it follows it. */
		get input() {
			return input();
		},
		widgets,
		data,
		time,
		url,
		links: createLinks(first.base, () => input().page, url.search),
		display,
		/** Draws new data in place. */
		renew(next: PageInput): void {
			batch(() => {
				const before = input().queries;
				const own = data.queries();
				const same = (name: string) => JSON.stringify(next.queries[name]) === JSON.stringify(before[name]);
				// A query that the page has replaced stays while its plan has not changed; so does the answer of a paused page.
				const stays = (name: string) => own[name] !== before[name] && same(name);
				const paused = time.stoppedAt() !== undefined;
				data.answers.replace(Object.keys(next.queries), next.snapshot.answers, (name) => stays(name) || (paused && same(name)));
				data.setQueries(
					Object.fromEntries(Object.entries(next.queries).map(([name, query]) => [name, (stays(name) && own[name]) || query])),
				);
				url.setSearch(next.search);
				setInput(next);
			});
		},
	};
}
export type Page = ReturnType<typeof createPage>;

const PageContext = createContext<Page>();

export function PageProvider(props: { page: Page; children: JSX.Element }): JSX.Element {
	onMount(() => props.page.display.hydrate());
	return <PageContext.Provider value={props.page}>{props.children}</PageContext.Provider>;
}

export function usePage(): Page {
	const page = useContext(PageContext);
	if (!page) throw new Error("usePage() outside a PageProvider");
	return page;
}

/** The answer to a query of the page's plan as an accessor that follows it; what ends with the clock goes on with it. */
export function useAnswer<N extends AnswerName | WidgetAnswer>(name: N): () => NamedAnswer<N> {
	const { answers } = usePage().data;
	const read = () => answers.read(name);
	return untrack(read).kind === "metrics" ? (withClock(read as () => Metrics) as typeof read) : read;
}

/** The answer as it would be now, though nothing has come: where the next push is due, what stands still serves. */
function withClock(read: () => Metrics): () => Metrics {
	const page = usePage();
	const steps = createMemo(() => stepsOfClock(page, read()));
	return createMemo(() => advancedBy(read(), steps()));
}

/** Whole steps that columns which end with the clock are behind it. */
export const stepsOfClock = (page: Page, columns: Columns): number =>
	page.url.view().end === undefined ? stepsBehind(columns, page.time.now() - (page.data.cluster().intervalMs ?? 0)) : 0;

/** The page's widgets, if it has any. */
export function Widgets(): JSX.Element {
	const page = usePage();
	const Grid = page.widgets;
	return Grid && page.input.widgets.length > 0 ? <Grid /> : undefined;
}
