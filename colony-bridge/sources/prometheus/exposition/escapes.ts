/** The backslash in help texts and label values. */

/** `\\`, `\n` and `\"`; any other backslash stands for itself, as Prometheus reads it. */
export function unescapeValue(text: string): string {
	return text.includes("\\") ? text.replace(/\\([\\n"])/g, (_, char: string) => (char === "n" ? "\n" : char)) : text;
}

/** 0.0.4 knows no `\"` in a help text: the backslash stands for itself there. */
export function unescapeHelp(text: string, openMetrics: boolean): string {
	if (openMetrics) return unescapeValue(text);
	return text.includes("\\") ? text.replace(/\\([\\n])/g, (_, char: string) => (char === "n" ? "\n" : char)) : text;
}
