/** Backslashes in help texts and label values, and names that are written in quotes. */

/** `\\`, `\n` and `\"`; any other backslash stands for itself, as Prometheus reads it. */
export function unescapeValue(text: string): string {
	return text.includes("\\") ? text.replace(/\\([\\n"])/g, (_, char: string) => (char === "n" ? "\n" : char)) : text;
}

/** 0.0.4 knows no `\"` in a help text: the backslash stands for itself there. */
export function unescapeHelp(text: string, openMetrics: boolean): string {
	if (openMetrics) return unescapeValue(text);
	return text.includes("\\") ? text.replace(/\\([\\n])/g, (_, char: string) => (char === "n" ? "\n" : char)) : text;
}

/** Place of the quote that ends a text, -1 where it does not end. @param at where the text begins, behind its first quote */
export function closingQuote(line: string, at: number): number {
	for (let end = line.indexOf('"', at); end !== -1; end = line.indexOf('"', end + 1)) {
		let slashes = 0;
		while (end - slashes > at && line[end - slashes - 1] === "\\") slashes++;
		if (slashes % 2 === 0) return end;
	}
	return -1;
}

/** Any name as a metric's or a label's, by Prometheus' escaping `underscores`: `service.name` is `service_name`. */
export function underscored(name: string, others: "" | ":" = ""): string {
	return name.replace(others === ":" ? /[^A-Za-z0-9_:]/gu : /[^A-Za-z0-9_]/gu, "_").replace(/^\d/, "_");
}
