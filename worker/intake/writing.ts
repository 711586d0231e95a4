/** Batches handed to a cluster, one after the other: each is durable before the next, and a request that breaks off is sent again whole. */

import type { SENDER_DOORS } from "../../colony-bridge/protocol/wire/names.ts";
import type { Refusal } from "../../colony-bridge/protocol/wire/problem.ts";
import type { LeftOut } from "../../colony-bridge/protocol/wire/state.ts";
import type { ClusterPort } from "../../durable/port.ts";
import type { Batches } from "./batches.ts";

/** Result of a request. */
export interface Written {
	samples: number;
	leftOut: LeftOut[];
}

/** @returns a refusal where the cluster takes none of what is left. */
export async function write(batches: Batches, port: Pick<ClusterPort, "write">): Promise<Written | Refusal> {
	const written: Written = { samples: 0, leftOut: batches.leftOut };
	for (const batch of batches.finish()) {
		const taken = await port.write(batch);
		if (taken.type === "refused") return taken;
		written.samples += taken.samples;
		written.leftOut.push(...taken.leftOut);
	}
	return written;
}

/** Values that are no finite numbers are common, and their sender can do nothing about them: they are told on the dashboard alone. */
export const refused = ({ leftOut }: Written): LeftOut[] => leftOut.filter(({ field }) => field !== "values");

/** `12 samples were not stored: ...`. */
export function describeLeftOut(leftOut: readonly LeftOut[]): string {
	return leftOut.map(({ field, count, reason }) => `${count} left out (${field}): ${reason}`).join("; ");
}

/** A sender's name among the bridges. @param token the name of its token; empty: that of all bridges. */
export const senderName = (door: (typeof SENDER_DOORS)[number], token: string): string => (token === "" ? door : `${door}/${token}`);
