/** Browser state: hydration, theme, connection. */
import { createSignal } from "solid-js";
import type { Theme } from "../../colony-bridge/protocol/http/config.ts";
import type { LinkState } from "../live/connection.ts";
import type { PageInput } from "./data.ts";
import type { Url } from "./url.ts";

const YEAR_S = 31_536_000;

export function createDisplay(first: Pick<PageInput, "theme" | "config" | "root">, url: Url) {
	const [hydrated, setHydrated] = createSignal(false);
	const [chosen, setChosen] = createSignal(first.theme);
	const [system, setSystem] = createSignal<Theme>("light");
	const [link, setLink] = createSignal<{ state: LinkState; reason?: string | undefined }>({ state: "still" });
	/** The dashboard serves a newer build than this page's. */
	const [replaced, setReplaced] = createSignal(false);
	/** Before hydration the system theme is taken as light: only CSS knows it. */
	const theme = (): Theme => {
		const choice = chosen();
		return choice === "system" ? system() : choice;
	};
	return {
		/** False on the server and in the first browser render, which must be equal. */
		hydrated,
		theme,
		hydrate(): void {
			setHydrated(true);
			const dark = matchMedia("(prefers-color-scheme: dark)");
			const follow = () => setSystem(dark.matches ? "dark" : "light");
			follow();
			dark.addEventListener("change", follow);
		},
		/**
		 * Stores the choice in a cookie, for the server, and removes the theme from the URL. A choice equal to the system's removes the
		 * cookie.
		 */
		switchTheme(): void {
			const next = theme() === "dark" ? "light" : "dark";
			const follows = first.config.theme === "system" && next === system();
			// biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser we serve
			document.cookie = `theme=${next}; path=${first.root || "/"}; max-age=${follows ? 0 : YEAR_S}; samesite=lax`;
			const { dataset } = document.documentElement;
			if (follows) delete dataset.theme;
			else dataset.theme = next;
			setChosen(follows ? "system" : next);
			url.change({ theme: undefined }, { replace: true });
		},
		link,
		setLink,
		replaced,
		setReplaced,
	};
}
export type Display = ReturnType<typeof createDisplay>;
