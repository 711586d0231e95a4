/** The one place where it is decided whether a request may reach its handler. */
import type { Actor } from "../../colony-bridge/protocol/access.ts";
import type { RequestContext } from "../context.ts";
import { ProblemError } from "../problem-error.ts";
import { requireBridgeToken } from "./bridge-token.ts";
import type { Need } from "./needs.ts";
import type { Peer } from "./peer.ts";

export type Asked = Omit<RequestContext, "actor"> & { peer: Peer };

/** @returns who asks. @throws ProblemError where they may not. */
export async function decide(needs: Need, asked: Asked): Promise<Actor> {
	const address = asked.peer.address ?? "";
	if (needs === "public") return { name: "", role: "viewer", via: "nobody", address };
	if (needs === "bridge") {
		await requireBridgeToken(asked);
		return { name: "", role: "operator", via: "bridge", address };
	}
	const actor: Actor = { name: "", role: "operator", via: "open", address };
	if (needs === "act" && asked.app.config.readonly) {
		throw new ProblemError("forbidden", "this dashboard is read-only: it shows the colony and has no controls");
	}
	return actor;
}
