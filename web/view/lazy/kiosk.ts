/** Kiosk mode for wall screens: wake lock, hidden pointer, rotation of pages. */
import { durationMs } from "../../../colony-bridge/protocol/wire/duration.ts";
import type { Page } from "../../page/context.tsx";
import type { Desk } from "../../page/desk.ts";
import { BUILT_IN_LINKS } from "../../page/titles.ts";
import { isNight } from "./night.ts";

export function enterKiosk({ page }: Desk, rotation: { rotate?: string | undefined; pages?: string | undefined } = {}): void {
	page.url.change({ kiosk: "1", ...rotation });
	// The browser may refuse full screen; F11 still works.
	void document.documentElement.requestFullscreen?.().catch(() => {});
}

export function leaveKiosk({ page }: Desk): void {
	page.url.change({ kiosk: undefined, rotate: undefined, pages: undefined, dim: undefined });
	if (document.fullscreenElement) void document.exitFullscreen();
}

/** Idle time before the pointer is hidden, ms. */
const POINTER_MS = 3000;
/** Share of a screen that stays visible after scrolling. */
const OVERLAP = 0.1;
/** A remainder up to this height is not scrolled to, px. */
const SCRAP = 40;

/** Interval between checks of the hour, ms. */
const NIGHT_MS = 10_000;

/** @returns a function that ends it */
export function runKiosk(desk: Desk): () => void {
	const ended = new AbortController();
	const { signal } = ended;
	const root = document.documentElement;

	let lock: WakeLockSentinel | undefined;
	const stayAwake = async () => {
		if (document.hidden || !("wakeLock" in navigator)) return;
		// Refused on low battery.
		lock = await navigator.wakeLock.request("screen").catch(() => undefined);
		if (signal.aborted) void lock?.release();
	};
	document.addEventListener("visibilitychange", stayAwake, { signal });
	void stayAwake();

	let pointer: ReturnType<typeof setTimeout> | undefined;
	const show = () => {
		delete root.dataset.still;
		clearTimeout(pointer);
		pointer = setTimeout(() => {
			root.dataset.still = "";
		}, POINTER_MS);
	};
	document.addEventListener("pointermove", show, { signal });
	root.dataset.still = "";

	// In full screen the browser handles Escape itself.
	document.addEventListener("fullscreenchange", () => !document.fullscreenElement && leaveKiosk(desk), { signal });

	const { rotate, dim } = desk.page.url.state();
	const darken = () => {
		const { clock, inUtc } = desk.page.time;
		const now = new Date(clock.now());
		root.toggleAttribute("data-dim", dim !== undefined && isNight(dim, inUtc() ? now.getUTCHours() : now.getHours()));
	};
	darken();
	const night = setInterval(darken, NIGHT_MS);
	const rotation =
		rotate && setInterval(() => document.hidden || stopped(desk.page) || advance(desk.page), Math.max(1000, durationMs(rotate)));
	return () => {
		ended.abort();
		clearTimeout(pointer);
		if (rotation) clearInterval(rotation);
		clearInterval(night);
		root.removeAttribute("data-dim");
		delete root.dataset.still;
		void lock?.release();
	};
}

/** In trouble the screen stays on Overview, and the clock tells why. */
function stopped(page: Page): boolean {
	const status = page.data.staleSince() === undefined ? page.data.latest().status : "silent";
	const trouble = status === "unhealthy" || status === "silent";
	const clock = document.querySelector<HTMLElement>(".kiosk-clock");
	if (!trouble) delete clock?.dataset.stopped;
	else if (page.input.page !== "overview") page.url.change({}, { path: page.links.path("/"), replace: true });
	else {
		if (clock) clock.dataset.stopped = status === "silent" ? "no data" : status;
		scrollTo({ top: 0 });
	}
	return trouble;
}

/** Scrolls down by a screen; at the end goes to the next page. */
function advance(page: Page): void {
	const { scrollTop, scrollHeight, clientHeight } = document.documentElement;
	if (scrollTop + clientHeight < scrollHeight - SCRAP) {
		const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
		scrollBy({ top: clientHeight * (1 - OVERLAP), behavior: still ? "instant" : "smooth" });
		return;
	}
	const all = [
		...BUILT_IN_LINKS.map(({ name, path }) => ({ name, path })),
		...page.data.layout().pages.map(({ name }) => ({ name, path: `/${name}` })),
	];
	const chosen = page.url.state().pages?.split(",");
	const rounds = chosen ? chosen.flatMap((name) => all.find((one) => one.name === name) ?? []) : all;
	const next = rounds[(rounds.findIndex(({ name }) => name === page.input.page) + 1) % rounds.length];
	if (next && next.name !== page.input.page) page.url.change({}, { path: page.links.path(next.path), replace: true });
	else scrollTo({ top: 0 });
}
