/** A link that shows what its sender sees: its time is told, not counted from now. */

import type { Page } from "../../page/context.tsx";
import { withChanges } from "../../page/url-state.ts";
import { iso } from "../range.ts";

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

/** @returns false where the browser does not let us: over plain HTTP it does not. */
export async function copied(text: string): Promise<boolean> {
	try {
		await navigator.clipboard.writeText(text);
		return true;
	} catch {
		return false;
	}
}
