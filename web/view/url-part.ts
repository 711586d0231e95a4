/** A parameter of one log or chart in the URL, such as a search or hidden lines. */
import { createMemo } from "solid-js";
import { usePage } from "../page/context.tsx";
import type { DrawnPart } from "../page/url-state.ts";

export interface UrlPart {
	/** Value in the URL; undefined: not set. */
	value(): string | undefined;
	/** Undefined or "" removes it. */
	set(text: string | undefined): void;
}

/** @param aspect one of the parts of `url-state.ts` @param name distinguishes the logs or charts of a page */
export function createUrlPart(aspect: DrawnPart, name: string): UrlPart {
	const page = usePage();
	const parameter = `${aspect}.${name}`;
	return {
		value: createMemo(() => new URLSearchParams(page.url.search()).get(parameter) || undefined),
		set: (text) => page.url.change({ [parameter]: text || undefined }, { replace: true }),
	};
}

export const partName = (title: string): string => title.toLowerCase().replace(/[^a-z0-9]+/g, "-");
