/** Query parameters, validated in one place for every route. */
import * as v from "valibot";
import { suggestion } from "../../colony-bridge/protocol/http/did-you-mean.ts";
import type { RowCursor } from "../../colony-bridge/protocol/query/row-cursor.ts";
import { describeIssues } from "../../colony-bridge/protocol/wire/problem.ts";
import { ProblemError } from "../http/problem.ts";
import type { Handler, RequestContext } from "./context.ts";

/** A parameter is text, or a list of texts where it is repeated. */
type Raw = Record<string, string | string[]>;

/** A handler that says which parameters it takes. */
export interface Described extends Handler {
	query: v.GenericSchema;
	/** Names of others, which it has from around it. */
	also: readonly string[];
}

/** A handler whose query satisfies `schema`. @param also names that it may have besides. @throws ProblemError naming each parameter that does not, or that there is not. */
export function withQuery<Schema extends v.GenericSchema>(
	schema: Schema,
	handle: (context: RequestContext, query: v.InferOutput<Schema>) => Response | Promise<Response>,
	also: readonly string[] = [],
): Described {
	const names = ["entries" in schema ? Object.keys(schema.entries as object) : [], also].flat();
	const handler: Handler = (context) => {
		for (const name of context.url.searchParams.keys()) {
			if (names.includes(name)) continue;
			const hint = names.length === 0 ? "it takes none" : suggestion(name, names, "it takes");
			throw new ProblemError("invalid", `unknown parameter "${name.slice(0, 100)}"; ${hint}`);
		}
		return handle(context, readQuery(schema, context.url));
	};
	return Object.assign(handler, { query: schema, also });
}

/** A handler that takes no parameters. */
export const withoutQuery = (handle: Handler): Described => withQuery(v.object({}), handle);

/** @throws ProblemError naming each parameter that does not satisfy `schema`. */
export function readQuery<Schema extends v.GenericSchema>(schema: Schema, url: URL): v.InferOutput<Schema> {
	const raw: Raw = Object.create(null);
	for (const [name, value] of url.searchParams) {
		const before = raw[name];
		raw[name] = before === undefined ? value : [before, value].flat();
	}
	const parsed = v.safeParse(schema, raw);
	if (!parsed.success) throw new ProblemError("invalid", describeIssues(parsed.issues));
	return parsed.output;
}

const once = v.string("give it once");

/** A whole number from 1 to `most`. */
export function countParameter(most: number) {
	const message = `write a whole number from 1 to ${most}`;
	return v.pipe(once, v.regex(/^[0-9]{1,9}$/, message), v.transform(Number), v.minValue(1, message), v.maxValue(most, message));
}

/** Row limit, if given. */
export function limitParameter(most: number, otherwise: number) {
	return v.optional(countParameter(most), String(otherwise));
}

const LONGEST_WAIT_MS = 30_000;
const WAIT = "write how long to wait for the end: 10s, at most 30s";

/** Longest wait for the answer, ms; 0 by default. */
export const waitParameter = v.optional(
	v.pipe(
		once,
		v.regex(/^\d{1,5}(ms|s)$/, WAIT),
		v.transform((text) => Number.parseInt(text, 10) * (text.endsWith("ms") ? 1 : 1000)),
		v.maxValue(LONGEST_WAIT_MS, WAIT),
	),
	"0s",
);

/** Names with commas between, or the parameter repeated. */
export const listParameter = v.pipe(
	v.union([v.string(), v.array(v.string())]),
	v.transform((value) =>
		[value]
			.flat()
			.flatMap((text) => text.split(","))
			.map((text) => text.trim())
			.filter(Boolean),
	),
);

const CURSOR = "write next of the answer before, as it stands there";

/** Cursor of the next page, as `rowCursor` writes it. */
export const cursorParameter = v.pipe(
	v.string(CURSOR),
	v.regex(/^\d{1,15}-\d{1,16}$/, CURSOR),
	v.transform((text): RowCursor => {
		const [row = 0, log = 0] = text.split("-").map(Number);
		return { row, log };
	}),
);
