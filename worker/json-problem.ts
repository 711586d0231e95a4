/** A problem as a program reads it. */
import type { Problem } from "../colony-bridge/protocol/problem.ts";

export function jsonProblem(problem: Problem, headers: Record<string, string> = {}): Response {
	return new Response(JSON.stringify(problem), {
		status: problem.status,
		headers: { "Content-Type": "application/problem+json", "Cache-Control": "no-store", ...headers },
	});
}
