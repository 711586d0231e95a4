/** Values of `datetime-local` inputs, in the page's time zone. */

const two = (value: number): string => String(value).padStart(2, "0");

/** @param at ms */
export function toInput(at: number, inUtc: boolean): string {
	const date = new Date(at);
	if (inUtc) return date.toISOString().slice(0, 19);
	return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** @returns ms; NaN where there is no instant */
export const fromInput = (text: string, inUtc: boolean): number => Date.parse(inUtc ? `${text}Z` : text);
