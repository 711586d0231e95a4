/** Errors as data (RFC 9457): people read `detail`, programs read `kind`. */
import * as v from "valibot";

/** Closed list of what can be wrong, with the HTTP status it maps to. */
export const PROBLEMS = {
	/** Not JSON, or not the shape the schema asks for. */
	invalid: 400,
	/** Credentials are missing or wrong. */
	unauthorized: 401,
	/** Who asks may not; or another site's page tried to use this dashboard from the viewer's browser. */
	forbidden: 403,
	"not-found": 404,
	method: 405,
	/** A frame jumped ahead of the sequence. */
	sequence: 409,
	/** A newer run of a bridge with this name has taken over. */
	superseded: 409,
	/** Another bridge has this name. */
	"in-use": 409,
	/** The first frame of a link was not `hello`. */
	"no-hello": 400,
	/** The protocol version is not spoken here. */
	protocol: 400,
	"too-large": 413,
	/** A body of another type, or compressed in another way, than is read here. */
	"media-type": 415,
	/** The address of a request. */
	"too-long": 414,
	/** It takes more work than one request or one query of a watch may. */
	"too-heavy": 422,
	/** A tick names a series that was never announced. */
	"unknown-series": 400,
	/** A tick's instant is too far in the past or future. */
	instant: 400,
	/** A limit of the cluster is reached. */
	limit: 409,
	/** The request conflicts with an earlier one, or is ambiguous. */
	conflict: 409,
	/** The bridge is silent: nobody would hear it. It may be asked again once the bridge is heard. */
	"not-heard": 503,
	/** A socket route was called without an upgrade. */
	upgrade: 426,
	/** Too many requests, sockets or tries in too short a time; `Retry-After` says when it is worth another. */
	"too-many": 429,
	/** Too slow a viewer. */
	slow: 408,
	internal: 500,
	/** The cluster is being moved, begins anew or has too much to do; `Retry-After` says when it is worth another. */
	unavailable: 503,
	/** The colony cannot do that. */
	unsupported: 501,
} as const;
export type ProblemKind = keyof typeof PROBLEMS;
export const ProblemKind = v.picklist(Object.keys(PROBLEMS) as ProblemKind[]);

export const Problem = v.object({
	type: v.string(),
	title: v.string(),
	status: v.number(),
	detail: v.string(),
	kind: ProblemKind,
});
export type Problem = v.InferOutput<typeof Problem>;

/** One sentence of a schema's issue: where, what was wrong, what is expected. */
export function describeIssues(issues: readonly v.BaseIssue<unknown>[]): string {
	const first = issues.slice(0, 3).map((issue) => {
		const path = v.getDotPath(issue);
		const words = issueWords(issue);
		return path ? `${path}: ${words}` : words;
	});
	const more = issues.length - first.length;
	return first.join("; ") + (more > 0 ? `; and ${more} more` : "");
}

/** Messages for issues without one in the schema: an unknown or missing key, a wrong type, none of a list. */
export function issueWords({ type, message }: v.BaseIssue<unknown>): string {
	const [, what, expected = "", received = ""] = /^Invalid (\S+): Expected (.*) but received (.*)$/s.exec(message) ?? [];
	if (what === undefined) return message;
	if (what === "key") return expected === "never" ? "there is no such field" : "this field is missing";
	if (type === "picklist" || type === "literal") return `write ${expected.replace(/^\((.*)\)$/, "$1").replaceAll(" | ", ", ")}`;
	return `expected ${what === "length" ? "a length of " : ""}${expected}, not ${received.length > 100 ? "that" : received}`;
}

/** Why a request was refused. */
export interface Refusal {
	type: "refused";
	kind: ProblemKind;
	/** A sentence for people. */
	detail: string;
	/** When it is worth another try, s. */
	retryAfter?: number;
}
