/** The page's state, in parts: `data` (queries and answers), `time`, `url`, `links` and `display`. */
import { batch, type Component, createContext, createMemo, createSignal, type JSX, untrack, useContext } from "solid-js";
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

/** Actions of a page in the browser; absent on the server. */
export interface Acts extends Navigate {
	ask(name: string, query: Query): void;
}

interface Loaded {
	/** Component of the page's widgets, loaded only for pages that have some. */
	widgets?: Component | undefined;
	/** The band over a page of the past, loaded only for those. */
	pastBand?: Component | undefined;
}

export function createPage(first: PageInput, { widgets, pastBand }: Loaded, acts?: Acts) {
	const [input, setInput] = createSignal(first);
	const data = createClusterData(first, acts?.ask);
	const url = createUrl(first.search, () => input().view, acts);
	const display = createDisplay(first, url);
	const time = createTime(first.snapshot.at, url, display);
	return {
		/** The data that the page was last rendered from; reactive. */
		get input() {
			return input();
		},
		/** The past that the page shows; undefined: the present. */
		past: () => input().snapshot.past,
		/** False for a read-only dashboard or viewer, and in the past. */
		mayAct: () => !input().config.readonly && !input().snapshot.past,
		widgets,
		pastBand,
		data,
		time,
		url,
		links: createLinks(
			first.base,
			() => input().page,
			url.search,
			() => input().view.at,
		),
		display,
		/** Renders new data in place. */
		renew(next: PageInput): void {
			batch(() => {
				const before = input().queries;
				const current = data.queries();
				const same = (name: string) => JSON.stringify(next.queries[name]) === JSON.stringify(before[name]);
				// A replaced query is kept if its plan is unchanged, and so are the answers of a paused page.
				const retained = (name: string) => current[name] !== before[name] && same(name);
				const paused = time.pausedAt() !== undefined;
				data.answers.replace(Object.keys(next.queries), next.snapshot.answers, (name) => retained(name) || (paused && same(name)));
				data.setQueries(
					Object.fromEntries(Object.entries(next.queries).map(([name, query]) => [name, (retained(name) && current[name]) || query])),
				);
				url.setSearch(next.search);
				if (next.snapshot.past) time.clock.stand(next.snapshot.at);
				setInput(next);
			});
		},
	};
}
export type Page = ReturnType<typeof createPage>;

const PageContext = createContext<Page>();

export function PageProvider(props: { page: Page; children: JSX.Element }): JSX.Element {
	return <PageContext.Provider value={props.page}>{props.children}</PageContext.Provider>;
}

export function usePage(): Page {
	const page = useContext(PageContext);
	if (!page) throw new Error("usePage() outside a PageProvider");
	return page;
}

/** The answer to a query of the page's plan as an accessor. Metrics advance with the clock. */
export function useAnswer<N extends AnswerName | WidgetAnswer>(name: N): () => NamedAnswer<N> {
	const { answers } = usePage().data;
	const read = () => answers.read(name);
	return untrack(read).kind === "metrics" ? (withClock(read as () => Metrics) as typeof read) : read;
}

/** The answer advanced to now, until the next push is due. */
function withClock(read: () => Metrics): () => Metrics {
	const page = usePage();
	const steps = createMemo(() => stepsOfClock(page, read()));
	return createMemo(() => advancedBy(read(), steps()));
}

/** Whole steps by which columns that end now are behind. */
export const stepsOfClock = (page: Page, columns: Columns): number =>
	page.url.view().end === undefined ? stepsBehind(columns, page.time.now() - (page.data.cluster().intervalMs ?? 0)) : 0;

/** The page's widgets, if any. */
export function Widgets(): JSX.Element {
	const page = usePage();
	const Grid = page.widgets;
	return Grid && page.input.widgets.length > 0 ? <Grid /> : undefined;
}
