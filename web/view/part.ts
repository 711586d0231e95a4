/** A part of how a page is drawn that its address says, so that a link shows what its sender saw: what a reader chose in one log or chart. */
import { createMemo } from "solid-js";
import type { DrawnPart } from "../page/address.ts";
import { usePage } from "../page/context.tsx";

export interface Part {
	/** As the address has it; undefined: nobody has chosen. */
	said(): string | undefined;
	/** Undefined or "": leave it out. */
	say(text: string | undefined): void;
}

/** @param aspect what is chosen, one of those of `address.ts` @param name what tells the parts of a page apart, in few letters */
export function createPart(aspect: DrawnPart, name: string): Part {
	const page = usePage();
	const parameter = `${aspect}.${name}`;
	return {
		said: createMemo(() => new URLSearchParams(page.search()).get(parameter) || undefined),
		say: (text) => page.look({ [parameter]: text || undefined }, { replace: true }),
	};
}

/** What a title is called in an address. */
export const partName = (title: string): string => title.toLowerCase().replace(/[^a-z0-9]+/g, "-");
