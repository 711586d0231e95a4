/** A text whose plain order is the natural order of what it was made from: each run of digits is led by its length. */
export function naturalKey(text: string): string {
	return text.replace(/0*(\d+)/g, (_, number: string) => String.fromCharCode(48 + number.length) + number);
}

export function compareText(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}

/** The beginning of a text, without half a surrogate pair at its end. */
export function beginning(text: string, most: number): string {
	if (text.length <= most) return text;
	return text.slice(0, /[\uD800-\uDBFF]/.test(text.charAt(most - 1)) ? most - 1 : most);
}

/** A text of more than `most` becomes its beginning and an ellipsis, together as long as that where nothing else is said. */
export const shorten = (text: string, most: number, length = most - 1): string =>
	text.length > most ? `${beginning(text, length)}…` : text;

/** `1 frame`, `2 frames`. */
export function counted(count: number, what: string): string {
	return `${count} ${what}${count === 1 ? "" : "s"}`;
}
