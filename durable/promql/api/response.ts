/** Bodies of the API's answers: JSON as bytes, whose values are written as Go writes them. */
import type { ErrorType } from "./ask.ts";

/** Notes of each kind that an answer tells; of more it tells the number. */
const MOST_NOTES = 10;

const encoder = new TextEncoder();

/** @param data as JSON */
export function success(data: string, warnings: readonly string[] = [], infos: readonly string[] = []): Uint8Array {
	return encoder.encode(`{"status":"success","data":${data}${notesText(warnings, infos)}}`);
}

/** The fields after `data`. */
export const notesText = (warnings: readonly string[], infos: readonly string[]): string =>
	told("warnings", warnings, "warning") + told("infos", infos, "info");

export function failure(type: ErrorType, error: string): Uint8Array {
	return encoder.encode(JSON.stringify({ status: "error", errorType: type, error }));
}

function told(field: string, notes: readonly string[], kind: string): string {
	if (notes.length === 0) return "";
	const more = notes.length > MOST_NOTES ? [`${notes.length - MOST_NOTES} more ${kind} annotations omitted`] : [];
	return `,"${field}":${JSON.stringify([...notes.slice(0, MOST_NOTES), ...more])}`;
}
