/** Keeps a page's answers up to date over the link, whatever the page comes to ask. */
import { pageWidgets } from "../../colony-bridge/protocol/plan.ts";
import type { Query } from "../../colony-bridge/protocol/query.ts";
import type { Page } from "../page-context.tsx";
import type { PageInput } from "../page-data.ts";
import { connect } from "./connection.ts";

/** Quick changes of what is asked, a scroll through a table, become one. */
const SETTLE_MS = 60;

const kindsOf = (queries: readonly Query[]): string => queries.map(({ kind }) => kind).join();

/** Whether this can be drawn by the components that stand. */
export function fitsInPlace({ input }: Page, next: PageInput): boolean {
	if (next.page !== input.page || JSON.stringify(next.widgets) !== JSON.stringify(input.widgets)) return false;
	const [before, after] = [kindsOf(input.queries), kindsOf(next.queries)];
	return `${before},`.startsWith(`${after},`) || `${after},`.startsWith(`${before},`);
}

/** @param anew called once, when the page must be drawn anew */
export function follow(page: Page, anew: () => void) {
	const { input, answers } = page;
	const drawn = JSON.stringify(input.widgets);
	let replaced = false;
	let settling: ReturnType<typeof setTimeout> | undefined;

	const outdated = () => {
		if (replaced) return;
		replaced = true;
		anew();
	};
	const heard = (message: { at: number }, fresh: boolean) => {
		page.clock.hear(message.at, fresh);
		page.setHeardAt(message.at);
		const layout = answers.peek()[1];
		if (layout?.kind === "layout" && JSON.stringify(pageWidgets(input.page, layout.layout)) !== drawn) outdated();
	};
	const connection = connect({
		api: new URL(page.path("/api"), location.href).href,
		queries: input.queries,
		intervalMs: input.config.refreshIntervalMs,
		held: answers.wire,
		snapshot(snapshot, { fresh, last }) {
			answers.take(snapshot.answers, last);
			heard(snapshot, fresh);
		},
		delta(delta) {
			const fits = answers.apply(delta);
			if (fits) heard(delta, false);
			return fits;
		},
		state: (state, reason) => page.setLink({ state, reason }),
		outdated,
		// The server knows where to: to sign in, and back here.
		signedOut: input.user && (() => location.reload()),
	});
	return {
		ask(index: number, query: Query): void {
			page.setQueries((queries) => queries.with(index, query));
			clearTimeout(settling);
			settling = setTimeout(() => connection.watch(page.queries()), SETTLE_MS);
		},
		/** Draws what has been fetched for another look, and follows that from now on. */
		renew(next: PageInput): void {
			clearTimeout(settling);
			page.renew(next);
			heard(next.snapshot, false);
			connection.watch(page.queries());
		},
		stop(): void {
			clearTimeout(settling);
			connection.stop();
		},
	};
}
