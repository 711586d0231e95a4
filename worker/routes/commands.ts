import * as v from "valibot";
import type { CommandAnswer } from "../../colony-bridge/protocol/http/rest.ts";
import { COMMAND_STATES, isUnderWay } from "../../colony-bridge/protocol/query/command-words.ts";
import { IdempotencyKey, ScaleRequest } from "../../colony-bridge/protocol/query/control.ts";
import type { CommandRow } from "../../colony-bridge/protocol/query/rows.ts";
import { defined } from "../../colony-bridge/protocol/values/objects.ts";
import type { Command } from "../../colony-bridge/protocol/wire/down.ts";
import { Name } from "../../colony-bridge/protocol/wire/names.ts";
import { describeIssues } from "../../colony-bridge/protocol/wire/problem.ts";
import { withQueryAt } from "../handler/at-instant.ts";
import { clusterAnswers, type RequestContext, requireCluster } from "../handler/context.ts";
import { limitParameter, waitParameter, withQuery } from "../handler/query-parameters.ts";
import { jsonBody } from "../http/body.ts";
import { ProblemError } from "../http/problem.ts";
import { isoField, isoInstant, tableResponse } from "../http/responses.ts";

function commandAnswer(row: CommandRow): CommandAnswer {
	const { id, command, bridge, state, by, at, deliveredAt, endedAt, message } = row;
	return {
		id,
		...command,
		bridge,
		state,
		detail: COMMAND_STATES[state],
		...defined({ message, by }),
		created_at: isoInstant(at),
		...isoField("delivered_at", deliveredAt),
		...isoField("ended_at", endedAt),
	};
}

/** A command's status; with `wait`, answers once it has ended. */
export const getCommand = withQuery(v.object({ wait: waitParameter }), async ({ cluster, params }, { wait }) => {
	const id = params.id ?? "";
	const row = await cluster.port.follow(id, wait);
	if (!row) {
		if (!cluster.isDefault) requireCluster(cluster, (await cluster.port.view([])).position);
		throw new ProblemError(
			"not-found",
			`there is no command ${id.slice(0, 100)}: it was never given, or it is long over and only in the audit`,
		);
	}
	return Response.json(commandAnswer(row), { headers: { "Cache-Control": "no-store" } });
});

/** Newest first. */
export const getCommands = withQueryAt(v.object({ limit: limitParameter(5000, 100) }), async (context, { limit }) => {
	const [commands] = await clusterAnswers(context, [{ kind: "commands", limit }]);
	return tableResponse(context.request, commands.rows.map(commandAnswer), commands.total);
});

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

/** Accepts a command. The bridge carries it out; its status has an address of its own. */
async function order(context: RequestContext, command: Command, bridge: string | undefined, waitMs: number): Promise<Response> {
	const { cluster, actor } = context;
	const key = keyOf(context);
	const ordered = await cluster.port.order({ command, actor, ...defined({ bridge, key }) });
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
	const header = request.headers
		.get("idempotency-key")
		?.trim()
		.replace(/^"(.*)"$/, "$1");
	if (header === undefined) return undefined;
	const parsed = v.safeParse(IdempotencyKey, header);
	if (!parsed.success) throw new ProblemError("invalid", describeIssues(parsed.issues));
	return parsed.output;
}
