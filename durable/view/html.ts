/** What custom widgets show. */
import type { Html } from "../../colony-bridge/protocol/view.ts";
import type { ClusterState } from "../state/cluster-state.ts";
import type { DrawnWidget } from "../state/link.ts";
import type { QueryOf } from "./facts.ts";

const NOTHING: Html = { kind: "html" };
/** The same drawing is the same answer, which is known at once for no change. */
const answers = new WeakMap<DrawnWidget, Html>();

export function html(state: ClusterState, { id }: QueryOf<"html">): Html {
	for (const link of state.links.values()) {
		const drawn = link.html.get(id);
		if (!drawn) continue;
		const answer = answers.get(drawn) ?? { kind: "html", ...drawn };
		answers.set(drawn, answer);
		return answer;
	}
	return NOTHING;
}
