/** A screen on a wall: it stays awake, has no pointer, and goes from page to page by itself. */
import { durationMs } from "../../../colony-bridge/protocol/wire/measure.ts";
import type { Page } from "../../page/context.tsx";
import type { Desk } from "../../page/desk.ts";
import { BUILT_IN_LINKS } from "../../page/titles.ts";

export function enterKiosk({ page }: Desk, rotation: { rotate?: string | undefined; pages?: string | undefined } = {}): void {
	page.url.change({ kiosk: "1", ...rotation });
	// The browser may refuse full screen to a script; its own key still works.
	void document.documentElement.requestFullscreen?.().catch(() => {});
}

export function leaveKiosk({ page }: Desk): void {
	page.url.change({ kiosk: undefined, rotate: undefined, pages: undefined });
	if (document.fullscreenElement) void document.exitFullscreen();
}

/** The pointer is hidden this long after its last move. */
const POINTER_MS = 3000;
/** Of a screenful that stays in sight when the next one comes. */
const OVERLAP = 0.1;
/** A remainder up to this height gets no screen of its own, px. */
const SCRAP = 40;

/** @returns what ends it. */
export function runKiosk(desk: Desk): () => void {
	const ended = new AbortController();
	const { signal } = ended;
	const root = document.documentElement;

	let lock: WakeLockSentinel | undefined;
	const stayAwake = async () => {
		if (document.hidden || !("wakeLock" in navigator)) return;
		// Refused where the power is low: then the screen may sleep.
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

	// The browser takes Escape for itself where the page fills the screen.
	document.addEventListener("fullscreenchange", () => !document.fullscreenElement && leaveKiosk(desk), { signal });

	const { rotate } = desk.page.url.state();
	const rotation = rotate && setInterval(() => document.hidden || goOn(desk.page), Math.max(1000, durationMs(rotate)));
	return () => {
		ended.abort();
		clearTimeout(pointer);
		if (rotation) clearInterval(rotation);
		delete root.dataset.still;
		void lock?.release();
	};
}

/** A screenful down, or where there is no more the next page. */
function goOn(page: Page): void {
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
