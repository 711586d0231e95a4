/** A page's parameters behind the `?` of its address: read and changed as text, the same on the server and in the browser. */
import type { PageLook } from "../../colony-bridge/protocol/pages/page-view.ts";

/** Parameters to change: a text, several texts, or undefined to remove one. */
export type Changes = Record<string, string | readonly string[] | undefined>;

/** Only the drawing depends on these: the cluster is asked the same. */
const DRAWING: readonly (keyof PageLook)[] = ["tz", "theme", "refresh", "kiosk", "rotate", "columns", "pages", "window", "bars", "only"];
/** Of those, what means something on one page only. */
const OF_ONE_PAGE: readonly string[] = ["columns", "window", "bars", "only"];
/** These go along from page to page. */
const CARRIED: readonly string[] = ["range", "end", ...DRAWING.filter((name) => !OF_ONE_PAGE.includes(name))];

/** The order of a page's own table, and what it leaves out. */
export const ROW_ORDER: readonly string[] = ["sort", "filter"];

/** The reader's choices in one log (search, hidden levels, wrapping) or one chart (selection of lines, hidden lines). */
const PARTS = ["search", "without", "wrap", "pick", "out"] as const;
export type DrawnPart = (typeof PARTS)[number];

/** Tables that the browser sorts by itself go by a name, those that the cluster sorts by the number of their widget. */
const DRAWN_HERE = new RegExp(`^(?:(?:columns|${PARTS.join("|")})\\..*|(?:sort|filter)\\.[a-z].*)$`);

const write = (parameters: URLSearchParams): string => {
	// A colon, a comma and a slash are good in a query as they are, and people read addresses.
	const text = String(parameters).replace(/%3A/g, ":").replace(/%2C/g, ",").replace(/%2F/g, "/");
	return text && `?${text}`;
};

/** @param search "" or what begins with `?`. @returns the same with the changes. */
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

/** @returns the parameters that every page keeps. @param also names of further parameters to keep */
export const carried = (search: string, also: readonly string[] = []): string =>
	only(search, (name) => CARRIED.includes(name) || also.includes(name));

/** @returns the parameters that the queries depend on. */
export const asked = (search: string): string =>
	only(search, (name) => !DRAWING.includes(name as keyof PageLook) && !DRAWN_HERE.test(name));

/** @returns the state of the drawing. The server has validated the first URL, and the page writes only valid ones. */
export const urlStateOf = (search: string): PageLook => Object.fromEntries(new URLSearchParams(search)) as PageLook;

export interface ChangeOptions {
	/** Back does not come by here again. */
	replace?: boolean | undefined;
	/** Of another page, to be drawn in place of this one. */
	path?: string | undefined;
}
