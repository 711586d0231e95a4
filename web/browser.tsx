/** Entry of the browser's build: hydrates the page and keeps it live. */
import "./styles/styles.ts";
import type { JSX } from "solid-js";
import { hydrate, render } from "solid-js/web";
import { App } from "./app.tsx";
import { createPage } from "./page/context.tsx";
import { DATA_ID, type PageInput, ROOT_ID, readEmbedded } from "./page/data.ts";
import { fitsInPlace, follow } from "./page/follow.ts";
import { partsAlive } from "./page/parts.ts";
import { loadPage, loadPast, loadWidgets } from "./pages/load.ts";
import { createNavigation } from "./view/navigation.ts";

function root(): HTMLElement {
	const element = document.getElementById(ROOT_ID);
	if (!element) throw new Error(`the document has no element #${ROOT_ID}: it is no page of the dashboard`);
	return element;
}

/** @param mount `hydrate` for the server's HTML, `render` into an empty root */
async function show(input: PageInput, mount: (code: () => JSX.Element, element: HTMLElement) => () => void): Promise<void> {
	const [Content, widgets, past] = await Promise.all([
		loadPage(input),
		input.widgets.length > 0 ? loadWidgets() : undefined,
		input.snapshot.past && loadPast(),
	]);
	const { promise: alive, resolve } = Promise.withResolvers<void>();
	const page = createPage(
		input,
		{ widgets, pastBand: past?.PastBand },
		{
			// Requests during hydration wait for the connection, which is created after it.
			change: (changes, options) => void alive.then(() => navigation.change(changes, options)),
			ask: (name, query) => void alive.then(() => live.ask(name, query)),
			reload: () => void alive.then(() => navigation.again().then(shown, () => {})),
		},
	);
	const element = root();
	if (mount === render) element.replaceChildren();
	const unmount = mount(() => <App page={page} content={Content} />, element);
	await partsAlive();
	page.display.hydrate();
	const stopClock = past ? () => {} : page.time.clock.start();
	/** Replaces the page by another one, rendered in place. */
	const redraw = (next: PageInput) => {
		live.stop();
		navigation.stop();
		stopClock();
		page.data.answers.stop();
		unmount();
		void show(next, render);
	};
	const shown = (next: PageInput) => (fitsInPlace(page, next) ? live.renew(next) : redraw(next));
	const navigation = createNavigation(page, shown);
	const live = past ? past.stand(page) : follow(page, { again: () => navigation.again(), redraw });
	resolve();
}

// A page restored by the browser may have an outdated theme; the server renders the current one.
let cookies: string;
addEventListener("pagehide", () => {
	cookies = document.cookie;
});
addEventListener("pageshow", ({ persisted }) => persisted && cookies !== document.cookie && location.reload());

// Error documents have no data and are not hydrated.
if (document.getElementById(DATA_ID)) void show(readEmbedded(document), hydrate);
