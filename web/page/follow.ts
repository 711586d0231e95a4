/** Keeps a page's answers up to date over the link, whatever the page comes to ask. */

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

/** Bounds of the wait before a link without a word is asked, ms. */
const SHORTEST_QUIET_MS = 3000;
const LONGEST_QUIET_MS = 25_000;
/** A thousand pages that hear the same silence do not ask at once, ms. */
const SPREAD_MS = 500;
/** Where many bridges fall silent one after the other, the page asks about them no more often than this, ms. */
const ASK_AGAIN_MS = 1000;
/** Longer than this no timer waits. */
const LONGEST_MS = 2 ** 31 - 1;
/** Quick changes of what is asked, a scroll through a table, become one. */
const SETTLE_MS = 60;

/** @returns true where the components on the page can draw the new data. */
export function fitsInPlace({ input }: Page, next: PageInput): boolean {
	if (next.page !== input.page || JSON.stringify(next.widgets) !== JSON.stringify(input.widgets)) return false;
	return Object.entries(next.queries).every(([name, { kind }]) => kind === (input.queries[name]?.kind ?? kind));
}

export interface Renewal {
	/** The page as it is by now. @throws where it cannot be had */
	again(): Promise<PageInput>;
	/** Draws it in place of this one, which is over then. */
	redraw(next: PageInput): void;
}

/** Keeps the page's answers up to date, and has it drawn anew where its widgets are others by now. */
export function follow(page: Page, { again, redraw }: Renewal) {
	const { input, data, display } = page;
	const { answers } = data;
	const drawn = JSON.stringify(input.widgets);
	const isAdded = (layout: Layout) => layout.pages.some(({ name }) => name === input.page);
	const added = isAdded(data.layout());
	let renewing = false;
	let retry: ReturnType<typeof setTimeout> | undefined;
	let failures = 0;
	let settling: ReturnType<typeof setTimeout> | undefined;

	let listening: ReturnType<typeof setTimeout> | undefined;
	/** When it last asked because a bridge was due to be silent, on the browser's count of time, ms. */
	let asked = Number.NEGATIVE_INFINITY;

	/** A cluster to which nobody speaks sends nothing: when a bridge falls silent by what it promised, what is shown is asked for anew. */
	const listen = () => {
		clearTimeout(listening);
		const now = page.time.clock.now();
		const next = nextStale(data.latest(), now);
		if (!Number.isFinite(next)) return;
		const wait = Math.max(next - now, asked + ASK_AGAIN_MS - performance.now());
		listening = setTimeout(askAnew, Math.min(LONGEST_MS, wait + Math.random() * SPREAD_MS));
	};
	const askAnew = () => {
		asked = performance.now();
		connection.watch(Object.values(data.queries()));
		listen();
	};
	/** While a release spreads, a page may be newer than its cluster: what that said at first is no news. */
	const checkBuild = ({ build }: Snapshot) => {
		if (build === undefined || build === input.build || build === input.snapshot.build || display.replaced()) return;
		display.setReplaced(true);
		// Nobody stands at a screen on the wall.
		if (page.url.state().kiosk) void reloadOnce();
	};
	/** The old page stays until the new one has been fetched. */
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
	/** Three pushes that did not come, as the cluster is told to expect them. */
	const quietMs = () => Math.min(LONGEST_QUIET_MS, Math.max(SHORTEST_QUIET_MS, MISSED_INTERVALS * (data.latest().intervalMs ?? 0)));
	const heard = (message: { at: number }, fresh: boolean) => {
		page.time.clock.hear(message.at, fresh);
		data.setHeardAt(message.at);
		listen();
		const { layout } = answers.peek("layout");
		data.setGone(added && !isAdded(layout));
		// With its first push a cluster has pages; deleted, it has none again.
		if (folderOf(input.page, data.latest().position) !== folderOf(input.page, input.position)) outdated();
		else if (!data.gone() && JSON.stringify(pageWidgets(input.page, layout)) !== drawn) outdated();
	};
	const connection = connect({
		api: new URL(page.links.path("/api"), location.href).href,
		queries: Object.values(input.queries),
		intervalMs: input.config.refreshIntervalMs,
		held: answers.wire,
		snapshot(snapshot, { fresh, last }) {
			answers.take(snapshot.answers, snapshot.log, last);
			data.setLog(snapshot.log);
			checkBuild(snapshot);
			heard(snapshot, fresh);
		},
		delta(delta) {
			const fits = answers.apply(delta);
			if (fits) heard(delta, false);
			return fits;
		},
		quietMs,
		alive: () => data.setHeardAt(page.time.clock.now()),
		state: (state, reason) => display.setLink({ state, reason }),
		outdated,
		// The server knows where to: to sign in, and back here.
		signedOut: input.user && (() => location.reload()),
	});
	page.time.clock.onJump(askAnew);
	return {
		ask(name: string, query: Query): void {
			data.setQueries((queries) => ({ ...queries, [name]: query }));
			clearTimeout(settling);
			settling = setTimeout(() => connection.watch(Object.values(data.queries())), SETTLE_MS);
		},
		/** Draws what has been fetched for another look, and follows that from now on. */
		renew(next: PageInput): void {
			clearTimeout(settling);
			page.renew(next);
			heard(next.snapshot, false);
			connection.watch(Object.values(data.queries()));
		},
		stop(): void {
			clearTimeout(settling);
			clearTimeout(retry);
			clearTimeout(listening);
			connection.stop();
		},
	};
}
