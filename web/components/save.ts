/** Saving what the page shows to a file. */

export function saveFile(name: string, content: Blob | string): void {
	const address = URL.createObjectURL(typeof content === "string" ? new Blob([content], { type: "text/plain;charset=utf-8" }) : content);
	const link = document.createElement("a");
	link.href = address;
	link.download = name;
	link.click();
	setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** With a BOM, by which Excel detects UTF-8. @param name without `.csv` */
export const saveCsv = (name: string, text: string): void => saveFile(`${name}.csv`, `\uFEFF${text}`);

/** A file name valid on every file system. */
export const fileName = (...parts: string[]): string =>
	parts.map((part) => part.replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^-|-$/g, "")).join("_");

/** ISO 8601 basic format: colons are invalid in file names on Windows. */
export const fileInstant = (at: number): string => new Date(at).toISOString().replace(/[-:]|\.\d+/g, "");
