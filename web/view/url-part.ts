/** A part of how a page is drawn that its address says, so that a link shows what its sender saw: what a reader chose in one log or chart. */
import { createMemo } from "solid-js";
import { usePage } from "../page/context.tsx";
import type { DrawnPart } from "../page/url-state.ts";

export interface UrlPart {
	/** As the address has it; undefined: nobody has chosen. */
	value(): string | undefined;
	/** Undefined or "": leave it out. */
	set(text: string | undefined): void;
}

/** @param aspect what is chosen, one of those of `url-state.ts` @param name what tells the parts of a page apart, in few letters */
export function createUrlPart(aspect: DrawnPart, name: string): UrlPart {
	const page = usePage();
	const parameter = `${aspect}.${name}`;
	return {
		value: createMemo(() => new URLSearchParams(page.url.search()).get(parameter) || undefined),
		set: (text) => page.url.change({ [parameter]: text || undefined }, { replace: true }),
	};
}

/** A title as part of a URL. */
export const partName = (title: string): string => title.toLowerCase().replace(/[^a-z0-9]+/g, "-");
