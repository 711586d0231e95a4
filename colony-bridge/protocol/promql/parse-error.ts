/** A query that does not parse, or is of wrong types: what is wrong, and where. */

import type { Place } from "./ast.ts";
import { QueryError } from "./terms.ts";

/** Line and column, from 1: `1:5`. */
export function lineAndColumn(query: string, { start }: Place): string {
	const before = query.slice(0, start);
	const lines = before.split("\n");
	return `${lines.length}:${(lines.at(-1) as string).length + 1}`;
}

export class ParseError extends QueryError {
	override readonly name = "ParseError";
	readonly reason: string;
	readonly place: Place;

	constructor(query: string, place: Place, reason: string) {
		super(`${lineAndColumn(query, place)}: parse error: ${reason}`);
		this.reason = reason;
		this.place = place;
	}
}

/** Refuses the query, at a place. */
export type Refuse = (place: Place, reason: string) => never;
