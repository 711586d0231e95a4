/** The reader's choice of a chart's lines: the selection that is drawn, and the hidden ones. Part of the URL. */
import { createMemo } from "solid-js";
import { createUrlPart } from "../view/url-part.ts";
import { PICKS, type Pick } from "./pick.ts";

/** A line in an address, however long its name: FNV-1a (Fowler, Noll, Vo), 32 bits, at most seven characters. */
export function lineMark(key: string): string {
	let sum = 0x811c9dc5;
	for (let i = 0; i < key.length; i++) sum = Math.imul(sum ^ key.charCodeAt(i), 0x01000193);
	return (sum >>> 0).toString(36);
}

/** Lines out at most: a chart draws as many as there are colours, and never none. */
const MOST_OUT = 16;

/** @param name what the chart is called in the address */
export function createChoice(name: string) {
	const [picked, out] = [createUrlPart("pick", name), createUrlPart("out", name)];
	const marks = createMemo(() => new Set(out.value()?.split(",", MOST_OUT)));
	return {
		pick: (): Pick => {
			const chosen = picked.value();
			return chosen !== undefined && Object.hasOwn(PICKS, chosen) ? (chosen as Pick) : "highest";
		},
		setPick: (pick: Pick): void => picked.set(pick === "highest" ? undefined : pick),
		/** Keys of the lines that are out. */
		hidden: (keys: readonly string[]): ReadonlySet<string> =>
			marks().size === 0 ? NONE : new Set(keys.filter((key) => marks().has(lineMark(key)))),
		setHidden: (keys: Iterable<string>): void => out.set(Array.from(keys, lineMark).join(",")),
	};
}

const NONE: ReadonlySet<string> = new Set();
