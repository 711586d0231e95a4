/** Texts cut to a length, in UTF-16 units. */

/** The beginning of a text, without half a surrogate pair at its end. */
export function beginning(text: string, most: number): string {
	if (text.length <= most) return text;
	return text.slice(0, /[\uD800-\uDBFF]/.test(text.charAt(most - 1)) ? most - 1 : most);
}

/** A text of more than `most` becomes its beginning and an ellipsis, together as long as that where nothing else is said. */
export const shorten = (text: string, most: number, kept = most - 1): string => (text.length > most ? `${beginning(text, kept)}…` : text);
