/** The page in the reader's browser: hydrated or not, dark or light, connected or not. */
import { createSignal } from "solid-js";
import type { Theme } from "../../colony-bridge/protocol/http/config.ts";
import type { LinkState } from "../live/connection.ts";
import type { Url } from "./url.ts";

const YEAR_S = 31_536_000;

export function createDisplay(first: Theme, url: Url) {
	const [hydrated, setHydrated] = createSignal(false);
	const [theme, setTheme] = createSignal(first);
	const [link, setLink] = createSignal<{ state: LinkState; reason?: string | undefined }>({ state: "still" });
	/** The dashboard serves a newer build than this page belongs to. */
	const [replaced, setReplaced] = createSignal(false);
	const otherTheme = (): Theme => (theme() === "dark" ? "light" : "dark");
	return {
		/** False on the server and for the first drawing in the browser: both must write the same. */
		hydrated,
		setHydrated,
		theme,
		otherTheme,
		/** Keeps the choice in a cookie, so that the server draws the next page with it from the first byte, and removes the theme of the URL. */
		switchTheme(): void {
			const next = otherTheme();
			// biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser we serve
			document.cookie = `theme=${next}; path=/; max-age=${YEAR_S}; samesite=lax`;
			document.documentElement.dataset.theme = next;
			setTheme(next);
			url.change({ theme: undefined }, { replace: true });
		},
		link,
		setLink,
		replaced,
		setReplaced,
	};
}
export type Display = ReturnType<typeof createDisplay>;
