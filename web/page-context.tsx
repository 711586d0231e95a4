/** What every component of a page may read: its answers, the time, the state of the link. */
import { type Component, createContext, createSignal, type JSX, onMount, useContext } from "solid-js";
import type { QueryKind } from "../colony-bridge/protocol/query.ts";
import type { AnswerOf, ClusterView } from "../colony-bridge/protocol/view.ts";
import { type Answers, createAnswers } from "./live/answers.ts";
import { type Clock, createClock } from "./live/clock.ts";
import type { LinkState } from "./live/connection.ts";
import { silentSince } from "./live/silence.ts";
import type { PageInput } from "./page-data.ts";

/** @param widgets draws the page's widgets: their code is loaded where a page has some */
export function createPage(input: PageInput, widgets: Component | undefined) {
	const answers: Answers = createAnswers(input.snapshot);
	const clock: Clock = createClock(input.snapshot.at);
	const [hydrated, setHydrated] = createSignal(false);
	const [theme, setTheme] = createSignal(input.theme);
	const [link, setLink] = createSignal<{ state: LinkState; reason?: string | undefined }>({ state: "still" });
	/** Instant of the newest answer, the cluster's time. */
	const [heardAt, setHeardAt] = createSignal(input.snapshot.at);

	const cluster = (): ClusterView => answers.read(0, "cluster").view;
	return {
		input,
		widgets,
		answers,
		clock,
		/** False on the server and for the first drawing in the browser: both must write the same. */
		hydrated,
		setHydrated,
		theme,
		setTheme,
		link,
		setLink,
		heardAt,
		setHeardAt,
		/** The cluster's time, ms. */
		now: clock.now,
		cluster,
		layout: () => answers.read(1, "layout").layout,
		/** Since when the colony has been silent, as far as we can know: a page that is cut off cannot tell. */
		silentSince: (): number | undefined => silentSince(cluster(), cutOff(link().state) ? heardAt() : clock.now()),
		/** A path of this cluster: `/workers`. */
		href: (path: string) => `${input.base}${path}`,
		/** A worker's own page; half a character of an id cannot stand in an address. */
		workerHref: (id: string) => `${input.base}/workers/${encodeURIComponent(id.toWellFormed())}`,
	};
}
export type Page = ReturnType<typeof createPage>;

const cutOff = (state: LinkState): boolean => state === "reconnecting" || state === "connecting";

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

/** A page's answer as an accessor that follows it. */
export function useAnswer<K extends QueryKind>(index: number, kind: K): () => AnswerOf<K> {
	const { answers } = usePage();
	return () => answers.read(index, kind);
}

/** The page's widgets, if it has any. */
export function Widgets(): JSX.Element {
	const page = usePage();
	const Grid = page.widgets;
	return Grid && page.input.widgets.length > 0 ? <Grid /> : undefined;
}
