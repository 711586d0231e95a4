/** What makes the colony do something: taken in at once, carried out by the bridge, followed at its own address. */
import * as v from "valibot";
import { isUnderWay } from "../../colony-bridge/protocol/command-words.ts";
import { IdempotencyKey, ScaleRequest } from "../../colony-bridge/protocol/control.ts";
import type { Command } from "../../colony-bridge/protocol/down.ts";
import { Name } from "../../colony-bridge/protocol/names.ts";
import { describeIssues } from "../../colony-bridge/protocol/problem.ts";
import { commandAnswer } from "../command-answer.ts";
import { type RequestContext, requireCluster } from "../context.ts";
import { ProblemError } from "../problem-error.ts";
import { waitParameter, withQuery } from "../query-parameters.ts";
import { jsonBody } from "../request-body.ts";

/** When it is worth trying again where too much is under way, or nobody hears, s. */
const RETRY_S = 10;

export const postRestart = withQuery(v.object({ wait: waitParameter }), (context, { wait }) => {
	const worker = v.safeParse(Name, context.params.id);
	if (!worker.success) throw new ProblemError("invalid", `worker: ${describeIssues(worker.issues)}`);
	return order(context, { action: "restart", worker: worker.output }, undefined, wait);
});

export const postScale = withQuery(v.object({ wait: waitParameter }), async (context, { wait }) => {
	const { workers, bridge } = await jsonBody(context.request, ScaleRequest);
	return order(context, { action: "scale", workers }, bridge, wait);
});

async function order(context: RequestContext, command: Command, bridge: string | undefined, waitMs: number): Promise<Response> {
	const { cluster, actor } = context;
	const key = keyOf(context);
	const ordered = await cluster.port.order({ command, actor, ...(bridge !== undefined && { bridge }), ...(key !== undefined && { key }) });
	if (ordered.type === "refused") {
		if (!cluster.isDefault) requireCluster(cluster, (await cluster.port.view([])).position);
		const later = ordered.kind === "too-many" || ordered.kind === "not-heard";
		throw new ProblemError(ordered.kind, ordered.detail, later ? { "Retry-After": String(RETRY_S) } : {});
	}
	const { id } = ordered.command;
	const row = (waitMs > 0 && (await cluster.port.follow(id, waitMs))) || ordered.command;
	return Response.json(commandAnswer(row), {
		status: isUnderWay(row.state) ? 202 : 200,
		headers: { Location: `${cluster.base}/api/commands/${id}`, "Cache-Control": "no-store" },
	});
}

function keyOf({ request }: RequestContext): string | undefined {
	// The draft standard writes it as a quoted string, most programs do not.
	const given = request.headers
		.get("idempotency-key")
		?.trim()
		.replace(/^"(.*)"$/, "$1");
	if (given === undefined) return undefined;
	const parsed = v.safeParse(IdempotencyKey, given);
	if (!parsed.success) throw new ProblemError("invalid", describeIssues(parsed.issues));
	return parsed.output;
}
