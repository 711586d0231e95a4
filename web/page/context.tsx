/** What every component of a page may read: its answers, the time, the state of the link, how it is looked at. */
import { batch, type Component, createContext, createMemo, createSignal, type JSX, onMount, useContext } from "solid-js";
import type { PageLook, PageView } from "../../colony-bridge/protocol/pages/page-view.ts";
import type { Query, QueryKind } from "../../colony-bridge/protocol/query/query.ts";
import type { AnswerOf, ClusterView, Metrics } from "../../colony-bridge/protocol/query/view.ts";
import { toSegment } from "../../colony-bridge/protocol/wire/path-segment.ts";
import { type Answers, createAnswers } from "../live/answers.ts";
import { advancedBy, type Clock, type Columns, createClock, stepsBehind } from "../live/clock.ts";
import type { LinkState } from "../live/connection.ts";
import { silentSince } from "../live/liveness.ts";
import type { PageInput } from "./data.ts";
import { type ChangeOptions, type Changes, carried, ROW_ORDER, urlStateOf, withChanges } from "./url-state.ts";

/** What only a living page can do; the server draws without. */
export interface Acts {
	look(changes: Changes, options?: ChangeOptions): void;
	ask(index: number, query: Query): void;
	again(): void;
}

/** @param widgets draws the page's widgets: their code is loaded where a page has some */
export function createPage(first: PageInput, widgets: Component | undefined, acts?: Acts) {
	const answers: Answers = createAnswers(first.snapshot);
	const clock: Clock = createClock(first.snapshot.at);
	const [input, setInput] = createSignal(first);
	const [queries, setQueries] = createSignal(first.queries);
	const [search, putSearch] = createSignal(first.search);
	const [drawing, setDrawing] = createSignal<PageLook>(urlStateOf(first.search));
	/** Another look at the page is under way, or has failed. */
	const [looking, setLooking] = createSignal<{ failed?: string }>();
	/** The dashboard serves a newer build than this page is of. */
	const [replaced, setReplaced] = createSignal(false);
	const [hydrated, setHydrated] = createSignal(false);
	const [theme, setTheme] = createSignal(first.theme);
	const [link, setLink] = createSignal<{ state: LinkState; reason?: string | undefined }>({ state: "still" });
	/** Instant of the newest answer, the cluster's time. */
	const [heardAt, setHeardAt] = createSignal(first.snapshot.at);
	/** The page was added by a program, which has not added it again since it restarted. */
	const [gone, setGone] = createSignal(false);
	/** Which log the answers are of: what is kept by its numbers begins anew with another. */
	const [log, setLog] = createSignal(first.snapshot.log);
	/** Since when nothing is drawn that comes, the cluster's time; undefined: all is. */
	const [stoodAt, setStoodAt] = createSignal(urlStateOf(first.search).refresh === "off" ? first.snapshot.at : undefined);

	const setSearch = (next: string) =>
		batch(() => {
			putSearch(next);
			setDrawing(urlStateOf(next));
		});
	const latest = (): ClusterView => {
		heardAt();
		const [answer] = answers.peek();
		return answer?.kind === "cluster" ? answer.view : answers.read(0, "cluster").view;
	};
	const path = (to: string) => `${first.base}${to}`;
	/** Between the table of workers and their pages its order goes along: there is a worker before and one after. */
	const amongWorkers = () => carried(search(), /^workers(\/|$)/.test(input().page) ? ROW_ORDER : []);
	return {
		/** What the page was last drawn from; reading it in a component follows it. */
		get input() {
			return input();
		},
		widgets,
		answers,
		clock,
		/** False on the server and for the first drawing in the browser: both must write the same. */
		hydrated,
		setHydrated,
		replaced,
		setReplaced,
		theme,
		setTheme,
		link,
		setLink,
		heardAt,
		setHeardAt,
		gone,
		setGone,
		log,
		setLog,
		/** The time of what the page shows, ms: the cluster's, as long as the page does not stand still. */
		now: () => stoodAt() ?? clock.now(),
		stoodAt,
		setStoodAt,
		/** As drawn: it stands still when the page does. */
		cluster: (): ClusterView => answers.read(0, "cluster").view,
		/** As it is now, whatever the page shows. */
		latest,
		layout: () => answers.read(1, "layout").layout,
		/** Since when the colony has been silent, as of when the dashboard was last heard: a page that is cut off cannot tell. */
		silentSince: (): number | undefined => silentSince(latest(), heardAt()),

		/** How the page is looked at: what the cluster is asked depends on it. */
		view: (): PageView => input().view,
		/** How it is drawn. */
		drawing,
		/** Instants are written in UTC: as the address says, and until the page knows its reader's time zone. */
		inUtc: (): boolean => !hydrated() || drawing().tz === "utc",
		/** Parameters of the address, "" or with `?`. */
		search,
		setSearch,
		/** Undefined: all that was asked for is here. */
		looking,
		setLooking,
		/**
		 * Changes parameters of the address and shows the page so, without leaving it; `undefined` leaves one out. What is on the screen stays
		 * until the new is here.
		 */
		look: (changes: Changes, options?: ChangeOptions): void => acts?.look(changes, options),
		/** What the page asks by now. */
		queries,
		setQueries,
		/** Asks something else of the same kind at this place (a table's window, order or filter); other answers stay. Wait for the answer with {@link queries}. */
		ask: (index: number, query: Query): void => acts?.ask(index, query),
		/** Has the page planned and drawn anew as it would be by now, in place. */
		again: (): void => acts?.again(),
		/** The page has been given new data to draw in place. */
		renew(next: PageInput): void {
			batch(() => {
				const before = input().queries;
				const own = queries();
				const same = next.queries.map((query, i) => JSON.stringify(query) === JSON.stringify(before[i]));
				// Where the page asks something else than it was planned to, and still would be, that stands; so does what stands still.
				const stays = (i: number) => same[i] && own[i] !== before[i];
				answers.replace(next.snapshot.answers.map((answer, i) => (stays(i) || (same[i] && stoodAt() !== undefined) ? undefined : answer)));
				setQueries(next.queries.map((query, i) => (stays(i) ? (own[i] ?? query) : query)));
				setSearch(next.search);
				setInput(next);
			});
		},

		/** A path of this cluster, without parameters: `/api/cluster`. */
		path,
		/** The address of a page of this cluster, looked at through the same time: `/workers`. */
		href: (to: string) => path(to) + carried(search()),
		/** The same with parameters of that page's own. */
		hrefWith: (to: string, changes: Changes) => path(to) + withChanges(carried(search()), changes),
		/** The table of workers, in the order that the reader has it in. */
		workersHref: () => path("/workers") + amongWorkers(),
		/** A worker's own page. */
		workerHref: (id: string) => `${path("/workers/")}${toSegment(id)}${amongWorkers()}`,
		streamHref: (id: string) => `${path("/streaming/")}${toSegment(id)}${carried(search())}`,
		/** A task among the tasks. */
		taskHref: (id: string) => path("/tasks") + withChanges(carried(search()), { task: id.toWellFormed() }),
		/** The address of this page with other parameters: for links and forms, which work without script. */
		addressWith: (changes: Changes): string => withChanges(search(), changes) || "?",
	};
}
export type Page = ReturnType<typeof createPage>;

const PageContext = createContext<Page>();

export function PageProvider(props: { page: Page; children: JSX.Element }): JSX.Element {
	onMount(() => props.page.setHydrated(true));
	return <PageContext.Provider value={props.page}>{props.children}</PageContext.Provider>;
}

export function usePage(): Page {
	const page = useContext(PageContext);
	if (!page) throw new Error("usePage() outside a PageProvider");
	return page;
}

/** A page's answer as an accessor that follows it; what ends with the clock goes on with it. */
export function useAnswer<K extends QueryKind>(index: number, kind: K): () => AnswerOf<K> {
	const { answers } = usePage();
	const read = () => answers.read(index, kind);
	return kind === "metrics" ? (withClock(read as () => Metrics) as typeof read) : read;
}

/** The answer as it would be now, though nothing has come: where the next push is due, what stands still serves. */
function withClock(read: () => Metrics): () => Metrics {
	const page = usePage();
	const steps = createMemo(() => stepsOfClock(page, read()));
	return createMemo(() => advancedBy(read(), steps()));
}

/** Whole steps that columns which end with the clock are behind it. */
export const stepsOfClock = (page: Page, columns: Columns): number =>
	page.view().end === undefined ? stepsBehind(columns, page.now() - (page.cluster().intervalMs ?? 0)) : 0;

/** The page's widgets, if it has any. */
export function Widgets(): JSX.Element {
	const page = usePage();
	const Grid = page.widgets;
	return Grid && page.input.widgets.length > 0 ? <Grid /> : undefined;
}
