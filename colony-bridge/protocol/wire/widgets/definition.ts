/** The parts that definitions of widgets share. */
import * as v from "valibot";
import { LIMITS } from "../limits.ts";
import { Count } from "../names.ts";
import { numberFormatError } from "../number-format.ts";

/** Fields of every widget. */
export const frame = {
	title: v.pipe(v.string(), v.maxLength(LIMITS.nameChars)),
	/** Row and column of the grid; absent: flows after the placed ones. */
	position: v.optional(v.strictTuple([v.pipe(Count, v.maxValue(999)), v.pipe(Count, v.maxValue(11))])),
};

/** Python's format string, e.g. `{value:.1f}/s`. */
export const format = v.optional(
	v.pipe(
		v.string(),
		v.maxLength(100),
		v.check(
			(text) => numberFormatError(text) === undefined,
			({ input }) => numberFormatError(input) ?? "",
		),
	),
);

/** True if one of the two is given. */
export const isEither = (one: unknown, other: unknown): boolean => (one === undefined) !== (other === undefined);

/** Refuses a definition that has neither or both of `name` and `query`, a PromQL expression. */
export const eitherOrQuery = <Name extends string, I, O extends { [name in Name | "query"]?: unknown }>(
	name: Name,
	schema: v.GenericSchema<I, O>,
): v.GenericSchema<I, O> =>
	v.pipe(
		schema,
		v.check((written) => isEither(written[name], written.query), `write ${name}, or query with PromQL, and not both`),
	);

/** Definition as it crosses the wire. */
export const specOf = <K extends string, F extends v.ObjectEntries>(kind: K, fields: F) =>
	v.object({ kind: v.literal(kind), ...frame, ...fields });

/**
 * Definition as its class takes it: the class sets the kind, the page the place, and an unknown option is refused.
 * @param optional fields that a program may leave out, with their defaults
 */
export const optionsOf = <F extends v.ObjectEntries, O extends v.ObjectEntries = Record<never, never>>(fields: F, optional?: O) =>
	v.strictObject({ title: frame.title, ...fields, ...optional } as unknown as Pick<typeof frame, "title"> & Omit<F, keyof O> & O);
