const HEADER_CHARS = 4000;

/** Names with commas between. Label values may hold any character, a header may not; nor may it be of any length. */
export function headerList(names: readonly string[]): string {
	let text = "";
	for (const [at, name] of names.map(encodeURI).entries()) {
		if (text.length + name.length > HEADER_CHARS) return `${text} and ${names.length - at} more`;
		text += at === 0 ? name : `,${name}`;
	}
	return text;
}

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
