/** Saving what the page shows to a file or to the clipboard. */

export function saveFile(name: string, content: Blob | string): void {
	const address = URL.createObjectURL(typeof content === "string" ? new Blob([content], { type: "text/plain;charset=utf-8" }) : content);
	const link = document.createElement("a");
	link.href = address;
	link.download = name;
	link.click();
	setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** With the mark by which Excel knows UTF-8. @param name without `.csv` */
export const saveCsv = (name: string, text: string): void => saveFile(`${name}.csv`, `\uFEFF${text}`);

/** @returns whether it could be done: a page that came without TLS has no clipboard. */
export async function copyText(text: string): Promise<boolean> {
	try {
		await navigator.clipboard.writeText(text);
		return true;
	} catch {
		return false;
	}
}

/** A name that every file system takes. */
export const fileName = (...parts: string[]): string =>
	parts.map((part) => part.replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^-|-$/g, "")).join("_");

/** ISO 8601's basic form: a colon is no character for a file name everywhere. */
export const fileInstant = (at: number): string => new Date(at).toISOString().replace(/[-:]|\.\d+/g, "");
