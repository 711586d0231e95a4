/** The word that was probably meant: one that is or holds the other but for case and punctuation, or the nearest within a slip or two. */
export function nearest(given: string, words: Iterable<string>): string | undefined {
	const word = plain(given);
	if (word.length < 2 || word.length > 60) return undefined;
	let best: { text: string; slips: number } | undefined;
	for (const text of words) {
		const other = plain(text);
		const within = word.length > 3 && other.length > 3 && (other.includes(word) || word.includes(other));
		const slips = other === word ? 0 : within ? 1 : distance(word, other);
		if (slips <= Math.max(1, word.length / 4) && slips < (best?.slips ?? 3)) best = { text, slips };
	}
	return best?.text;
}

/** The end of a sentence: `; did you mean "workers"?`, or all words where none is near. */
export function suggestion(given: string, words: readonly string[], otherwise: string): string {
	const near = nearest(given, words);
	return near === undefined ? `${otherwise} ${words.join(", ")}` : `did you mean ${near}?`;
}

const plain = (text: string) => text.replace(/[^\p{L}\p{N}]/gu, "").toLowerCase();

/** Letters to change, add, drop or swap with the next (optimal string alignment), 3 where there are more of them. */
function distance(a: string, b: string): number {
	if (Math.abs(a.length - b.length) > 2) return 3;
	let before: number[] = [];
	let row = Array.from({ length: b.length + 1 }, (_, i) => i);
	for (let i = 1; i <= a.length; i++) {
		const next = [i];
		for (let j = 1; j <= b.length; j++) {
			const same = a[i - 1] === b[j - 1];
			let least = Math.min((row[j - 1] as number) + Number(!same), (row[j] as number) + 1, (next[j - 1] as number) + 1);
			if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, (before[j - 2] as number) + 1);
			next.push(least);
		}
		before = row;
		row = next;
	}
	return row[b.length] as number;
}
