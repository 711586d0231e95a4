import type { JSX } from "solid-js";
import type { Theme } from "../../colony-bridge/protocol/config.ts";
import { usePage } from "../page-context.tsx";

const YEAR_S = 31_536_000;

/** Dark or light. The choice is a cookie, so that the server draws the next page in it from the first byte. */
export function ThemeSwitch(): JSX.Element {
	const page = usePage();
	const other = (): Theme => (page.theme() === "dark" ? "light" : "dark");
	const toggle = () => {
		const theme = other();
		// biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser we serve
		document.cookie = `theme=${theme}; path=/; max-age=${YEAR_S}; samesite=lax`;
		document.documentElement.dataset.theme = theme;
		page.setTheme(theme);
	};
	return (
		<button type="button" class="theme-switch" on:click={toggle}>
			<svg viewBox="0 0 16 16" aria-hidden="true" class="glyph">
				<circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" stroke-width="1.6" />
				<path d="M8 1.8a6.2 6.2 0 0 1 0 12.4z" fill="currentColor" />
			</svg>
			{other() === "light" ? "Light theme" : "Dark theme"}
		</button>
	);
}
