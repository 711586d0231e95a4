import * as v from "valibot";
import { describe, expect, test } from "vitest";

/** A value as a test title: JSON, with what JSON cannot say, cut to a readable length. */
function titled(value: unknown): string {
	const text =
		JSON.stringify(value, (_, part) => (typeof part === "number" && !Number.isFinite(part) ? String(part) : part)) ?? String(value);
	return text.length > 80 ? `${text.slice(0, 76)}... (${text.length} characters)` : text;
}

/**
 * One test a value: `good` values pass and come out as they went in (or as the second of a pair), `bad` ones are refused where the dot path
 * says (""  for the value itself).
 */
export function accepts(
	name: string,
	schema: v.GenericSchema,
	values: { good: unknown[]; becomes?: [input: unknown, output: unknown][]; bad: [value: unknown, path: string][] },
): void {
	describe(name, () => {
		for (const value of values.good) test(`takes ${titled(value)}`, () => expect(v.parse(schema, value)).toEqual(value));
		for (const [input, output] of values.becomes ?? []) {
			test(`makes ${titled(output)} of ${titled(input)}`, () => expect(v.parse(schema, input)).toEqual(output));
		}
		for (const [value, path] of values.bad) {
			test(`refuses ${titled(value)} at "${path}"`, () => {
				const { success, issues = [] } = v.safeParse(schema, value);
				expect(success).toBe(false);
				expect(issues.map((issue) => v.getDotPath(issue) ?? "")).toContain(path);
			});
		}
	});
}
