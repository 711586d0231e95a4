/** Python writes NaN and infinities into JSON, which has none. */

const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\b(?:NaN|Infinity)\b/gs;

/** @returns what the JSON says, with null for a bare NaN or infinity. @throws SyntaxError */
export function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return JSON.parse(text.replace(STRING_OR_NUMBER, (token) => (token.startsWith('"') ? token : "null")));
	}
}
