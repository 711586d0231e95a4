/** Natural order: worker-2 before worker-10. The cluster sorts rows by it, and pages what they sort themselves. */

/** A text whose plain order is the natural order of what it was made from: each run of digits is led by its length. */
export function naturalKey(text: string): string {
	return text.replace(/0*(\d+)/g, (_, number: string) => String.fromCharCode(48 + number.length) + number);
}

export function compareText(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
