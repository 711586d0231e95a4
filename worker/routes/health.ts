import type { HealthAnswer } from "../../colony-bridge/protocol/http/rest.ts";
import { PROTOCOL_VERSION } from "../../colony-bridge/protocol/wire/version.ts";
import type { Handler } from "../handler/context.ts";
import { jsonResponse } from "../http/responses.ts";
import { VERSION } from "../http/version.ts";

/** The dashboard's own health, for load balancers: it asks no cluster. */
export const getHealth: Handler = ({ request }) => {
	const answer: HealthAnswer = { status: "ok", version: VERSION, protocol: PROTOCOL_VERSION };
	return jsonResponse(request, answer);
};
