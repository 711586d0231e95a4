/** A link with an absolute time, so that it shows what its sender sees. */

import type { Page } from "../../page/context.tsx";
import { withChanges } from "../../page/url-state.ts";
import { iso } from "../time.ts";

export function absoluteLink(page: Page): string {
	const { end } = page.url.view();
	const search = withChanges(page.url.search(), {
		...(end === undefined && { end: iso(page.time.now()) }),
		refresh: undefined,
		kiosk: undefined,
		rotate: undefined,
		pages: undefined,
	});
	return location.origin + location.pathname + search;
}

/** @returns false if the browser does not allow it, as over plain HTTP */
export async function copied(text: string): Promise<boolean> {
	try {
		await navigator.clipboard.writeText(text);
		return true;
	} catch {
		return false;
	}
}
