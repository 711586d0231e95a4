/** worker-2 before worker-10: runs of digits count as numbers. */

/** A text whose plain order is the natural order of what it was made from: each run of digits is led by its length. */
export function naturalKey(text: string): string {
	return text.replace(/[0-9]+/g, (digits) => {
		const number = digits.replace(/^0+(?=.)/, "");
		return String.fromCharCode(0x30 + Math.min(number.length, 200)) + number;
	});
}

export function compareText(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
