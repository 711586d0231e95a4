/** The number of findings outside the page: a dot on the tab's icon in the colour of the status, a badge on an installed page's icon. */
import { createEffect, createMemo, createSignal } from "solid-js";
import type { Page } from "../../page/context.tsx";
import icon from "../icon.svg?raw";
import { troubleOf, verdict } from "../verdict.ts";

/** A closed page's badge would go stale. */
const [open, setOpen] = createSignal(true);
addEventListener("pagehide", () => setOpen(false));
addEventListener("pageshow", () => setOpen(true));

/** The icon without a dot. */
let plain: string | undefined;

/** Follows the page until its owner is disposed of. */
export function showBadge(page: Page): void {
	const link = document.querySelector<HTMLLinkElement>("link[rel=icon]");
	plain ??= link?.href;
	// What was wrong then is no news.
	const trouble = createMemo(() => (page.past() ? undefined : troubleOf(verdict(page))), undefined, {
		equals: (a, b) => a?.tone === b?.tone && a?.count === b?.count,
	});
	createEffect(() => {
		const now = trouble();
		page.display.theme();
		if (link && plain && page.past())
			link.href = `data:image/svg+xml,${encodeURIComponent(icon.replace("<svg ", '<svg style="filter:grayscale(1);opacity:.6" '))}`;
		else if (link && plain) link.href = now ? withDot(getComputedStyle(document.documentElement).getPropertyValue(`--${now.tone}`)) : plain;
	});
	createEffect(() => {
		const now = open() ? trouble() : undefined;
		// Without a number the browser draws a dot. It refuses where the page is not installed.
		const done = now ? navigator.setAppBadge?.(now.count || undefined) : navigator.clearAppBadge?.();
		done?.catch(() => {});
	});
}

const withDot = (color: string): string =>
	`data:image/svg+xml,${encodeURIComponent(icon.replace("</svg>", `<circle cx="23.5" cy="23.5" r="8" fill="${color}"/></svg>`))}`;
