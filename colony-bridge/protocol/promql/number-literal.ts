/** A number or a duration of the grammar's tree. */
import type { NumberLiteral } from "./ast.ts";
import { durationOf, numberOf } from "./literals.ts";
import type { Refuse } from "./parse-error.ts";

/** Without its sign. */
export function numberLiteral(query: string, { from, to }: { from: number; to: number }, refuse: Refuse): NumberLiteral {
	const [text] = /[^+\-\s].*/s.exec(query.slice(from, to)) as RegExpExecArray;
	const place = { start: to - text.length, end: to };
	const seconds = /^\d.*[smhdwy]$/.test(text) ? durationOf(text) : undefined;
	if (seconds !== undefined) return { kind: "number", value: seconds, duration: true, place };
	const value = numberOf(text);
	if (!Number.isFinite(value) && !/^(?:nan|inf)$/i.test(text))
		refuse(place, `error parsing number: ${JSON.stringify(text)} is no number, or out of range`);
	return { kind: "number", value, duration: false, place };
}
