/** Bodies of people and programs, small and validated; a bridge's push has its own reader. */
import * as v from "valibot";
import { describeIssues } from "../colony-bridge/protocol/problem.ts";
import { boundedBody } from "./bounded-body.ts";
import { ProblemError } from "./problem-error.ts";

const MOST_BYTES = 16_384;

/** @throws ProblemError naming what does not fit. */
export async function jsonBody<Schema extends v.GenericSchema>(request: Request, schema: Schema): Promise<v.InferOutput<Schema>> {
	const parsed = v.safeParse(v.pipe(v.string(), v.parseJson({}, "the body is no JSON"), schema), await boundedBody(request, MOST_BYTES));
	if (!parsed.success) throw new ProblemError("invalid", describeIssues(parsed.issues));
	return parsed.output;
}

/** Fields of an HTML form. @throws ProblemError where it is none. */
export async function formBody(request: Request): Promise<URLSearchParams> {
	const type = request.headers.get("content-type") ?? "";
	if (!type.toLowerCase().startsWith("application/x-www-form-urlencoded")) {
		throw new ProblemError("invalid", "send the fields as a form does: Content-Type: application/x-www-form-urlencoded");
	}
	return new URLSearchParams(await boundedBody(request, MOST_BYTES));
}
