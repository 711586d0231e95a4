import type { Cluster } from "../../durable/cluster.ts";
import type { Layout } from "../protocol/layout.ts";
import type { Hello, UpFrameOf } from "../protocol/up.ts";
import { PROTOCOL_VERSION } from "../protocol/version.ts";

/** Pages and widgets come from a bridge of their own, so that a colony's bridge may bring others and neither replaces the other's. */
const BRIDGE = "layout";

let lastEpoch = 0;

/** Makes `layout` what the program behind the dashboard has added. @throws where the cluster refuses it. */
export function publishLayout(cluster: Cluster, colony: string, layout: Layout): void {
	// Each time is a run of its own; two within one millisecond are two as well.
	lastEpoch = Math.max(Date.now(), lastEpoch + 1);
	const hello: Hello = {
		type: "hello",
		protocol: PROTOCOL_VERSION,
		bridge: BRIDGE,
		epoch: lastEpoch,
		colony,
		can: [],
		intervalMs: 3_600_000,
	};
	const frame: UpFrameOf<"layout"> = { type: "layout", seq: 1, layout };
	const answers = cluster.push(`${JSON.stringify(hello)}\n${JSON.stringify(frame)}`);
	const refusal = answers.find((answer) => answer.type === "error");
	if (refusal) throw new Error(`the cluster refused the pages and widgets: ${refusal.detail}`);
}
