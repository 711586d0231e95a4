/** The dashboard's shortcuts, including those of two keys in sequence. */

import type { Page } from "../../page/context.tsx";
import type { Desk } from "../../page/desk.ts";
import { loadCode } from "../../page/load-code.ts";
import { AUDIT, BUILT_IN_LINKS, RUNS } from "../../page/titles.ts";
import { enterKiosk, leaveKiosk } from "../../view/lazy/kiosk.ts";
import { live, pause, shifted } from "../../view/time.ts";
import { addShortcuts, type Shortcut, shortcuts } from "../shortcuts.ts";

/** Time to press the second key of a sequence, ms. */
const SEQUENCE_MS = 1500;

const LETTERS: Record<string, string> = { overview: "o", workers: "w", tasks: "t", streaming: "s", metrics: "m" };

function navigationShortcuts({ page }: Desk): Shortcut[] {
	const to = (keys: string, title: string, path: string): Shortcut => ({
		keys: `g ${keys}`,
		does: `Go to ${title}`,
		act: () => location.assign(page.links.href(path)),
	});
	return [
		...BUILT_IN_LINKS.map(({ name, title, path }) => to(LETTERS[name] ?? "", title, path)),
		...page.data
			.layout()
			.pages.slice(0, 9)
			.map(({ name, title }, i) => to(String(i + 1), title, `/${name}`)),
		to("r", RUNS.title, RUNS.path),
		...(page.input.user?.role === "viewer" ? [] : [to("a", AUDIT.title, AUDIT.path)]),
	];
}

function shellShortcuts(desk: Desk): Shortcut[] {
	const { page } = desk;
	const shift = (by: number) => () => page.url.change(shifted(page.url.view(), by, page.past()?.now ?? page.time.clock.now()));
	return [
		{ keys: "?", does: "List the shortcuts", act: () => desk.shortcuts() },
		{ keys: "/", does: "Search", act: () => desk.search() },
		{ keys: "p", does: "Pause or resume", act: () => (page.time.pausedAt() === undefined ? pause(page) : page.url.change(live(page))) },
		{
			keys: "t",
			does: "The whole page as of the charts' cursor",
			act() {
				const at = page.time.cursor();
				if (at !== undefined) page.url.change({ at: new Date(at).toISOString(), end: undefined });
			},
		},
		{ keys: ",", does: "The event before, and the page as it was then", act: step(page, -1) },
		{ keys: ".", does: "The event after", act: step(page, 1) },
		{ keys: "<", does: "The error before, and the page as it was then", act: step(page, -1, "error") },
		{ keys: ">", does: "The error after", act: step(page, 1, "error") },
		{ keys: "a", does: "Annotate the charts' cursor, or now", act: () => annotate(page) },
		{ keys: "l", does: "Go live", act: () => page.url.change({ ...live(page), refresh: undefined }) },
		{ keys: "r", does: "Choose the time range", act: () => desk.time() },
		{ keys: "[", does: "Back in time, by the range shown", act: shift(-1) },
		{ keys: "]", does: "Forward in time, by the range shown", act: shift(1) },
		{
			keys: "z",
			does: "Times in UTC, or in your own zone",
			act: () => page.url.change({ tz: page.url.state().tz === "utc" ? undefined : "utc" }, { replace: true }),
		},
		{ keys: "d", does: "Dark or light theme", act: () => page.display.switchTheme() },
		{ keys: "k", does: "Wall screen, and back", act: () => (page.url.state().kiosk ? leaveKiosk(desk) : enterKiosk(desk)) },
	];
}

/** To the event before or after. */
const step = (page: Page, by: -1 | 1, only?: string) => (): void =>
	void loadCode(() => import("../../past/timeline.ts"), page).then((timeline) => timeline.step(page, by, only));

function annotate(page: Page): void {
	if (page.input.config.readonly || page.data.cluster().position === 0) return;
	const at = page.time.cursor() ?? page.past()?.at ?? page.time.now();
	void loadCode(() => import("../../control/lazy/Annotation.tsx"), page).then(({ openAnnotation }) => openAnnotation(page, { at }));
}

let before = "";
let waiting: ReturnType<typeof setTimeout> | undefined;
let registered: Desk | undefined;
let removeShortcuts: (() => void) | undefined;

/** Registers the dashboard's own shortcuts for a page; those of components take precedence. */
export function register(desk: Desk): void {
	if (registered === desk) return;
	registered = desk;
	removeShortcuts?.();
	const own = [...shellShortcuts(desk), ...navigationShortcuts(desk)].filter(({ keys }) => !shortcuts().has(keys));
	removeShortcuts = addShortcuts(own);
}

export function press(key: string, desk: Desk): void {
	if (desk.typed !== undefined) {
		if (key !== "Escape") desk.typed += key;
		return;
	}
	register(desk);
	clearTimeout(waiting);
	if (key === "Escape") {
		before = "";
		if (desk.page.url.pending()?.failed) desk.page.url.setPending(undefined);
		else if (desk.page.url.state().kiosk) leaveKiosk(desk);
		else if (desk.page.past()) desk.page.url.change(live(desk.page));
		return;
	}
	const keys = before ? `${before} ${key}` : key;
	before = "";
	const found = shortcuts().get(keys);
	if (found) found.act();
	else if ([...shortcuts().keys()].some((each) => each.startsWith(`${keys} `))) {
		before = keys;
		waiting = setTimeout(() => {
			before = "";
		}, SEQUENCE_MS);
	} else if (keys !== key) press(key, desk);
}
