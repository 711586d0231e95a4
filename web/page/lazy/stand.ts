/** A page that stands at an instant of the past. */
import type { Snapshot } from "../../../colony-bridge/protocol/query/view.ts";
import type { Page } from "../context.tsx";
import { type Following, SETTLE_MS } from "../follow.ts";

/** Such a page does not change: only what is asked anew, such as another window of a table, is fetched. */
export function stand(page: Page): Following {
	const { answers, queries, setQueries } = page.data;
	let settling: ReturnType<typeof setTimeout> | undefined;
	let fetching: AbortController | undefined;
	const fetchAnswers = async () => {
		fetching?.abort();
		fetching = new AbortController();
		const { signal } = fetching;
		try {
			const asked = encodeURIComponent(JSON.stringify(Object.values(queries())));
			const response = await fetch(`${page.links.reads("/api/view")}partial=true&queries=${asked}`, { signal });
			if (!response.ok) throw new Error(`the server answered ${response.status}`);
			const snapshot = (await response.json()) as Snapshot;
			if (!signal.aborted) answers.take(snapshot.answers, snapshot.log, true);
		} catch (error) {
			if (!signal.aborted) page.url.setPending({ failed: error instanceof Error ? error.message : String(error) });
		}
	};
	const settled = () => {
		clearTimeout(settling);
		fetching?.abort();
	};
	return {
		ask(name, query) {
			setQueries((before) => ({ ...before, [name]: query }));
			clearTimeout(settling);
			settling = setTimeout(() => void fetchAnswers(), SETTLE_MS);
		},
		renew(next) {
			settled();
			page.renew(next);
		},
		stop: settled,
	};
}
