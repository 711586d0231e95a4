/** Reads and changes the parameters of a page's URL as text, the same on server and browser. */
import type { PageLook } from "../../colony-bridge/protocol/pages/page-view.ts";

/** Parameters to change: a text, several texts, or undefined to remove one. */
export type Changes = Record<string, string | readonly string[] | undefined>;

/** Parameters that queries do not depend on. */
const DRAWING: readonly (keyof PageLook)[] = [
	"tz",
	"theme",
	"refresh",
	"kiosk",
	"rotate",
	"dim",
	"columns",
	"pages",
	"window",
	"bars",
	"only",
];
/** Parameters specific to one page. */
const OF_ONE_PAGE: readonly string[] = ["columns", "window", "bars", "only"];
/** Parameters kept in links to other pages. */
const CARRIED: readonly string[] = ["range", "end", "at", ...DRAWING.filter((name) => !OF_ONE_PAGE.includes(name))];

/** Order and filter of a page's main table. */
export const ROW_ORDER: readonly string[] = ["sort", "filter"];

/** Choices in one log (search, hidden levels, wrapping) or one chart (selected lines, hidden lines). */
const PARTS = ["search", "exclude", "wrap", "lines", "hidden"] as const;
export type DrawnPart = (typeof PARTS)[number];

/** Client-sorted tables have names, cluster-sorted ones the number of their widget. */
const DRAWN_HERE = new RegExp(`^(?:(?:columns|${PARTS.join("|")})\\..*|(?:sort|filter)\\.[a-z].*)$`);

const write = (parameters: URLSearchParams): string => {
	// Colons, commas and slashes are valid unescaped in a query, and more readable.
	const text = String(parameters).replace(/%3A/g, ":").replace(/%2C/g, ",").replace(/%2F/g, "/");
	return text && `?${text}`;
};

/** @param search "" or with `?`. @returns it with the changes */
export function withChanges(search: string, changes: Changes): string {
	const parameters = new URLSearchParams(search);
	for (const [name, value] of Object.entries(changes)) {
		const [first, ...more] = value === undefined ? [] : [value].flat();
		if (first === undefined) parameters.delete(name);
		else parameters.set(name, first);
		for (const text of more) parameters.append(name, text);
	}
	return write(parameters);
}

function only(search: string, keep: (name: string) => boolean): string {
	return write(new URLSearchParams([...new URLSearchParams(search)].filter(([name]) => keep(name))));
}

/** @returns the parameters kept on every page @param also further ones to keep */
export const carried = (search: string, also: readonly string[] = []): string =>
	only(search, (name) => CARRIED.includes(name) || also.includes(name));

/** @returns the parameters that queries depend on */
export const asked = (search: string): string =>
	only(search, (name) => !DRAWING.includes(name as keyof PageLook) && !DRAWN_HERE.test(name));

/** @returns the parameters that queries do not depend on. The server validates the first URL, the page writes only valid ones. */
export const urlStateOf = (search: string): PageLook => Object.fromEntries(new URLSearchParams(search)) as PageLook;

export interface ChangeOptions {
	/** Replaces the history entry. */
	replace?: boolean | undefined;
	/** Path of another page, to be rendered in place. */
	path?: string | undefined;
}
