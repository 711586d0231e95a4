/** Bytes that are not what they are said to be: what was wrong, where. */
export class Malformed extends Error {
	override readonly name = "Malformed";
}
