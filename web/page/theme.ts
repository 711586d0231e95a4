import type { Theme } from "../../colony-bridge/protocol/http/config.ts";
import type { Page } from "./context.tsx";

const YEAR_S = 31_536_000;

export const otherTheme = (page: Page): Theme => (page.theme() === "dark" ? "light" : "dark");

/** Dark or light. The choice is a cookie, so that the server draws the next page in it from the first byte; it ends what a link has chosen. */
export function changeTheme(page: Page): void {
	const theme = otherTheme(page);
	// biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser we serve
	document.cookie = `theme=${theme}; path=/; max-age=${YEAR_S}; samesite=lax`;
	document.documentElement.dataset.theme = theme;
	page.setTheme(theme);
	page.look({ theme: undefined }, { replace: true });
}
