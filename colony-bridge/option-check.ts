import * as v from "valibot";
import { suggestion } from "./protocol/http/did-you-mean.ts";
import { issueWords } from "./protocol/wire/problem.ts";

/** A mistake in the command or its configuration: only the message is printed. */
export class UsageError extends Error {}

/**
 * Validates options that a caller's code passes.
 * @param owner the class or method, for the message.
 * @throws TypeError naming each option that is wrong and what it may be.
 */
export function checkOptions<const Schema extends v.GenericSchema>(owner: string, schema: Schema, given: unknown): v.InferOutput<Schema> {
	const result = v.safeParse(schema, given);
	if (result.success) return result.output;
	const issues = result.issues.slice(0, 3).map((issue) => {
		const path = v.getDotPath(issue);
		if (issue.type === "strict_object" && path)
			return issue.expected === "never" ? unknownOption(path, namesOf(schema)) : `${path} is missing`;
		return path ? `${path}: ${issueWords(issue)}` : issueWords(issue);
	});
	throw new TypeError(`${owner}: ${issues.join("; ")}`);
}

/**
 * Options whose values are judged one by one where they are used.
 * @param allowed all that there are.
 * @throws TypeError naming one that there is not.
 */
export function refuseUnknown<Options extends object>(owner: string, allowed: Record<keyof Options, true>, given: Options): void {
	const stranger = Object.keys(given).find((name) => !Object.hasOwn(allowed, name));
	if (stranger !== undefined) throw new TypeError(`${owner}: ${unknownOption(stranger, Object.keys(allowed))}`);
}

const namesOf = (schema: v.GenericSchema): string[] =>
	"entries" in schema ? Object.keys(schema.entries as object).filter((key) => key !== "kind") : [];

function unknownOption(name: string, allowed: readonly string[]): string {
	return `there is no option "${name.slice(0, 100)}"; ${suggestion(name, allowed, "the options are")}`;
}
