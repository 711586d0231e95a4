import type { JSX } from "solid-js";
import { usePage } from "../page-context.tsx";
import { changeTheme, otherTheme } from "./theme.ts";

export function ThemeSwitch(): JSX.Element {
	const page = usePage();
	return (
		<button type="button" class="theme-switch" on:click={() => changeTheme(page)}>
			<svg viewBox="0 0 16 16" aria-hidden="true" class="glyph">
				<circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" stroke-width="1.6" />
				<path d="M8 1.8a6.2 6.2 0 0 1 0 12.4z" fill="currentColor" />
			</svg>
			{otherTheme(page) === "light" ? "Light theme" : "Dark theme"}
		</button>
	);
}
