/** Whether a text matches a glob of `*` (any run) and `?` (any one). Linear in practice and never exponential: patterns come from outside. */
export function matchesGlob(pattern: string, text: string): boolean {
	let p = 0;
	let t = 0;
	/** The last star, and where the text stood when it was met: on a mismatch the star takes one character more. */
	let star = -1;
	let mark = 0;
	while (t < text.length) {
		const wanted = pattern[p];
		if (wanted === "*") {
			star = p++;
			mark = t;
		} else if (wanted !== undefined && (wanted === "?" || wanted === text[t])) {
			p++;
			t++;
		} else if (star >= 0) {
			p = star + 1;
			t = ++mark;
		} else return false;
	}
	while (pattern[p] === "*") p++;
	return p === pattern.length;
}
