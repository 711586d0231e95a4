/**
 * A text as a cell of CSV (RFC 4180). Texts are a colony's and may be anybody's: a spreadsheet would run one that begins like a formula, and an
 * apostrophe makes it a text again (OWASP, "CSV injection").
 */
export function csvCell(text: string, separator = ","): string {
	const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
	return /["\r\n]/.test(safe) || safe.includes(separator) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
