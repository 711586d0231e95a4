import type { HealthAnswer } from "../../colony-bridge/protocol/rest.ts";
import { PROTOCOL_VERSION } from "../../colony-bridge/protocol/version.ts";
import type { Handler } from "../context.ts";
import { jsonResponse } from "../json-response.ts";
import { VERSION } from "../version.ts";

/** The dashboard's own health, for load balancers: it asks no cluster. */
export const getHealth: Handler = ({ request }) => {
	const answer: HealthAnswer = { status: "ok", version: VERSION, protocol: PROTOCOL_VERSION };
	return jsonResponse(request, answer);
};
