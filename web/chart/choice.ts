/** The selected and hidden lines of a chart, in the URL. */
import { createMemo } from "solid-js";
import { fnv1a } from "../../colony-bridge/protocol/values/hash.ts";
import { createUrlPart } from "../view/url-part.ts";
import { PICKS, type Pick } from "./pick.ts";

/** Hash of a line's key for the URL, at most seven characters. */
const lineMark = (key: string): string => fnv1a(key).toString(36);

/** Maximum hidden lines. */
const MOST_HIDDEN = 16;

/** @param name of the chart in the URL */
export function createChoice(name: string) {
	const [picked, excluded] = [createUrlPart("lines", name), createUrlPart("hidden", name)];
	const marks = createMemo(() => new Set(excluded.value()?.split(",", MOST_HIDDEN)));
	return {
		pick: (): Pick => {
			const chosen = picked.value();
			return chosen !== undefined && Object.hasOwn(PICKS, chosen) ? (chosen as Pick) : "highest";
		},
		setPick: (pick: Pick): void => picked.set(pick === "highest" ? undefined : pick),
		/** Keys of hidden lines. */
		hidden: (keys: readonly string[]): ReadonlySet<string> =>
			marks().size === 0 ? NONE : new Set(keys.filter((key) => marks().has(lineMark(key)))),
		setHidden: (keys: Iterable<string>): void => excluded.set(Array.from(keys, lineMark).join(",")),
	};
}

const NONE: ReadonlySet<string> = new Set();
