import { PROBLEMS, type Problem, type ProblemKind } from "../../colony-bridge/protocol/wire/problem.ts";

/** RFC 9110's words for the statuses a problem can have. */
const TITLES: Record<number, string> = {
	400: "Bad Request",
	401: "Unauthorized",
	403: "Forbidden",
	404: "Not Found",
	405: "Method Not Allowed",
	408: "Request Timeout",
	409: "Conflict",
	413: "Content Too Large",
	414: "URI Too Long",
	415: "Unsupported Media Type",
	422: "Unprocessable Content",
	426: "Upgrade Required",
	429: "Too Many Requests",
	500: "Internal Server Error",
	501: "Not Implemented",
	503: "Service Unavailable",
};

/** An expected fault: thrown where the caller has to change the request. */
export class ProblemError extends Error {
	override readonly name = "ProblemError";
	readonly kind: ProblemKind;
	/** Headers the status asks for, such as Allow. */
	readonly headers: Record<string, string>;

	/** @param detail a sentence for people: what was wrong, where, what to do. */
	constructor(kind: ProblemKind, detail: string, headers: Record<string, string> = {}) {
		super(detail);
		this.kind = kind;
		this.headers = headers;
	}
}

/** The cluster does not exist, and so none of its pages does. */
export class UnknownCluster extends ProblemError {}

/** RFC 9457. `type` is `about:blank`: the status says it all, and `kind` tells programs the rest. */
export function problemOf(kind: ProblemKind, detail: string): Problem {
	const status = PROBLEMS[kind];
	return { type: "about:blank", title: TITLES[status] ?? "Error", status, detail, kind };
}

/** A problem as a program reads it. */
export function jsonProblem(problem: Problem, headers: Record<string, string> = {}): Response {
	return new Response(JSON.stringify(problem), {
		status: problem.status,
		headers: { "Content-Type": "application/problem+json", "Cache-Control": "no-store", ...headers },
	});
}
