/** Entry of the browser's build: brings the page that came as HTML to life, and keeps it live. */
import "./design/index.css";
import type { JSX } from "solid-js";
import { hydrate, render } from "solid-js/web";
import { pageWidgets } from "../colony-bridge/protocol/plan.ts";
import type { Snapshot } from "../colony-bridge/protocol/view.ts";
import { App } from "./app.tsx";
import { connect } from "./live/connection.ts";
import { createPage, type Page } from "./page-context.tsx";
import { DATA_ID, type PageInput, ROOT_ID, readEmbedded } from "./page-data.ts";
import { loadPage, loadWidgets } from "./pages/load.ts";

function root(): HTMLElement {
	const element = document.getElementById(ROOT_ID);
	if (!element) throw new Error(`the document has no element #${ROOT_ID}: it is no page of the dashboard`);
	return element;
}

/** @param mount `hydrate` for HTML of the server's, `render` into an empty root. @returns what takes the page down */
async function show(input: PageInput, mount: (code: () => JSX.Element, element: HTMLElement) => () => void): Promise<() => void> {
	const [Content, widgets] = await Promise.all([loadPage(input.page), input.widgets.length > 0 ? loadWidgets() : undefined]);
	const page = createPage(input, widgets);
	const element = root();
	if (mount === render) element.replaceChildren();
	const unmount = mount(() => <App page={page} content={Content} />, element);
	const stopClock = page.clock.start();
	const stop = goLive(page, () => {
		stop();
		stopClock();
		page.answers.stop();
		unmount();
	});
	return stop;
}

/** @param takeDown called when the page must be drawn anew, once its new data is here */
function goLive(page: Page, takeDown: () => void): () => void {
	const { input, answers } = page;
	const drawn = JSON.stringify(input.widgets);
	let replaced = false;

	const anew = () => {
		if (replaced) return;
		replaced = true;
		void replace(takeDown);
	};
	const heard = (message: { at: number }, fresh: boolean) => {
		page.clock.hear(message.at, fresh);
		page.setHeardAt(message.at);
		const layout = answers.peek()[1];
		if (layout?.kind === "layout" && JSON.stringify(pageWidgets(input.page, layout.layout)) !== drawn) anew();
	};
	return connect({
		api: new URL(`${input.base}/api`, location.href).href,
		queries: input.queries,
		intervalMs: input.config.refreshIntervalMs,
		snapshot(snapshot: Snapshot, fresh) {
			answers.take(snapshot);
			heard(snapshot, fresh);
		},
		delta(delta) {
			const fits = answers.apply(delta);
			if (fits) heard(delta, false);
			return fits;
		},
		state: (state, reason) => page.setLink({ state, reason }),
		outdated: anew,
		// The server knows where to: to sign in, and back here.
		signedOut: input.user && (() => location.reload()),
	});
}

/** The page is another by now: fetch the page again and draw it in place, without a flash. Where that fails, the browser's own way. */
async function replace(takeDown: () => void): Promise<void> {
	try {
		const response = await fetch(location.href, { headers: { accept: "text/html" }, cache: "no-store" });
		if (!response.ok) throw new Error(`the server answered ${response.status}`);
		const input = readEmbedded(new DOMParser().parseFromString(await response.text(), "text/html"));
		takeDown();
		await show(input, render);
	} catch {
		location.reload();
	}
}

// A document that tells of a problem has no data, and nothing to bring to life.
if (document.getElementById(DATA_ID)) void show(readEmbedded(document), hydrate);
