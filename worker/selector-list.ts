/** Splits `a,b{x="1,2"},c` at the commas between selectors, not at those inside braces or quotes. */
export function splitSelectors(text: string): string[] {
	const parts: string[] = [];
	let start = 0;
	let braces = false;
	let quotes = false;
	for (let at = 0; at < text.length; at++) {
		const character = text[at];
		if (quotes) {
			if (character === "\\") at++;
			else if (character === '"') quotes = false;
		} else if (character === '"') quotes = braces;
		else if (character === "{") braces = true;
		else if (character === "}") braces = false;
		else if (character === "," && !braces) {
			parts.push(text.slice(start, at));
			start = at + 1;
		}
	}
	parts.push(text.slice(start));
	return parts.map((part) => part.trim()).filter(Boolean);
}
