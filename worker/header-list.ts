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
