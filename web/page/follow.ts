/** Keeps a page's answers up to date over the connection, as its queries change. */

import { pageWidgets } from "../../colony-bridge/protocol/pages/pages.ts";
import type { Query } from "../../colony-bridge/protocol/query/query.ts";
import type { Snapshot } from "../../colony-bridge/protocol/query/view.ts";
import type { Layout } from "../../colony-bridge/protocol/wire/layout.ts";
import { MISSED_INTERVALS } from "../../colony-bridge/protocol/wire/liveness.ts";
import { backoff, connect } from "../live/connection.ts";
import { nextStale } from "../live/liveness.ts";
import type { Page } from "./context.tsx";
import type { PageInput } from "./data.ts";
import { reloadOnce } from "./load-code.ts";
import { folderOf } from "./titles.ts";

/** Bounds of the idle time before a ping, ms. */
const SHORTEST_QUIET_MS = 3000;
const LONGEST_QUIET_MS = 25_000;
/** Random delay of queries about a stale bridge, so that pages do not query together, ms. */
const SPREAD_MS = 500;
/** Minimum interval of queries about stale bridges, ms. */
const ASK_AGAIN_MS = 1000;
/** Maximum delay of a timer, ms. */
const LONGEST_MS = 2 ** 31 - 1;
/** A page that signs out by itself is on its way by then, which a reload would break off, ms. */
const LEAVING_MS = 500;
/** Debounce of query changes, such as scrolling through a table, ms. */
export const SETTLE_MS = 60;

/** @returns true if the current components can render the new data */
export function fitsInPlace({ input }: Page, next: PageInput): boolean {
	if (!next.snapshot.past !== !input.snapshot.past) return false;
	if (next.page !== input.page || JSON.stringify(next.widgets) !== JSON.stringify(input.widgets)) return false;
	return Object.entries(next.queries).every(([name, { kind }]) => kind === (input.queries[name]?.kind ?? kind));
}

export interface Renewal {
	/** Fetches the page again. @throws if that fails */
	again(): Promise<PageInput>;
	/** Replaces this page by a new one. */
	redraw(next: PageInput): void;
}

/** The keeper of a page's answers. */
export interface Following {
	/** Replaces a query by name. */
	ask(name: string, query: Query): void;
	/** Renders fetched data and follows its queries. */
	renew(next: PageInput): void;
	stop(): void;
}

/** Keeps the page's answers up to date, and replaces the page when its widgets change. */
export function follow(page: Page, { again, redraw }: Renewal): Following {
	const { input, data, display } = page;
	const { answers } = data;
	const drawn = JSON.stringify(input.widgets);
	const isAdded = (layout: Layout) => layout.pages.some(({ name }) => name === input.page);
	const added = isAdded(data.layout());
	let renewing = false;
	let retry: ReturnType<typeof setTimeout> | undefined;
	let failures = 0;
	let settling: ReturnType<typeof setTimeout> | undefined;

	let staleTimer: ReturnType<typeof setTimeout> | undefined;
	/** Time of the last query about a stale bridge, by `performance.now()`, ms. */
	let queriedAt = Number.NEGATIVE_INFINITY;

	/** A silent cluster sends nothing: when a bridge is due to be stale, the page queries again. */
	const scheduleStale = () => {
		clearTimeout(staleTimer);
		const now = page.time.clock.now();
		const next = nextStale(data.latest(), now);
		if (!Number.isFinite(next)) return;
		const wait = Math.max(next - now, queriedAt + ASK_AGAIN_MS - performance.now());
		staleTimer = setTimeout(queryAgain, Math.min(LONGEST_MS, wait + Math.random() * SPREAD_MS));
	};
	const queryAgain = () => {
		queriedAt = performance.now();
		connection.watch(Object.values(data.queries()));
		scheduleStale();
	};
	/** During a deployment a page may be newer than its cluster, so the build in the first snapshot is no change. */
	const checkBuild = ({ build }: Snapshot) => {
		if (build === undefined || build === input.build || build === input.snapshot.build || display.replaced()) return;
		display.setReplaced(true);
		// A wall screen reloads itself.
		if (page.url.state().kiosk) void reloadOnce();
	};
	/** The page stays until the new one is fetched. */
	const outdated = () => {
		if (renewing) return;
		renewing = true;
		clearTimeout(retry);
		again().then(redraw, (error) => {
			renewing = false;
			page.url.setPending({ failed: `${error instanceof Error ? error.message : error}. The page tries again.` });
			retry = setTimeout(outdated, backoff(++failures));
		});
	};
	/** Three missed pushes, within the bounds. */
	const quietMs = () => Math.min(LONGEST_QUIET_MS, Math.max(SHORTEST_QUIET_MS, MISSED_INTERVALS * (data.latest().intervalMs ?? 0)));
	const received = (message: { at: number }, fresh: boolean) => {
		page.time.clock.sync(message.at, fresh);
		data.setReceivedAt(message.at);
		scheduleStale();
		const { layout } = answers.peek("layout");
		data.setGone(added && !isAdded(layout));
		// A first push creates the cluster's pages, the first of its workers one of them; a deletion removes them.
		if (folderOf(input.page, data.latest()) !== folderOf(input.page, input)) outdated();
		else if (!data.gone() && JSON.stringify(pageWidgets(input.page, layout)) !== drawn) outdated();
	};
	const connection = connect({
		api: new URL(page.links.path("/api"), location.href).href,
		queries: Object.values(input.queries),
		intervalMs: input.config.refreshIntervalMs,
		answers: answers.wire,
		snapshot(snapshot, { fresh, last }) {
			answers.take(snapshot.answers, snapshot.log, last);
			data.setLog(snapshot.log);
			checkBuild(snapshot);
			received(snapshot, fresh);
		},
		delta(delta) {
			const fits = answers.apply(delta);
			if (fits) received(delta, false);
			return fits;
		},
		quietMs,
		alive: () => data.setReceivedAt(page.time.clock.now()),
		state: (state, reason) => display.setLink({ state, reason }),
		outdated,
		// The server redirects to sign-in and back.
		signedOut: input.user && (() => setTimeout(() => location.reload(), LEAVING_MS)),
	});
	page.time.clock.onJump(queryAgain);
	return {
		ask(name, query) {
			data.setQueries((queries) => ({ ...queries, [name]: query }));
			clearTimeout(settling);
			settling = setTimeout(() => connection.watch(Object.values(data.queries())), SETTLE_MS);
		},
		renew(next) {
			clearTimeout(settling);
			page.renew(next);
			received(next.snapshot, false);
			connection.watch(Object.values(data.queries()));
		},
		stop() {
			clearTimeout(settling);
			clearTimeout(retry);
			clearTimeout(staleTimer);
			connection.stop();
		},
	};
}
