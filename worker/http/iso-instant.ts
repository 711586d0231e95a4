import { isoText } from "../../colony-bridge/protocol/http/iso-text.ts";

/** @param at ms since 1970. @returns ISO 8601 in UTC, with milliseconds only where there are some: `2024-01-15T10:00:00Z`. */
export function isoInstant(at: number): string {
	const text = isoText(at);
	return text.endsWith(".000Z") ? `${text.slice(0, -5)}Z` : text;
}

/** The field `name` holding an instant, or nothing where the colony never said it. */
export function isoField<Name extends string>(name: Name, at: number | undefined): { [key in Name]?: string } {
	return (at === undefined ? {} : { [name]: isoInstant(at) }) as { [key in Name]?: string };
}
