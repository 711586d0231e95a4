import type { Clusters } from "../../durable/port.ts";

/** Closes what is open by a grant that has been taken back. A cluster that cannot be reached has no sockets left, or closes them by their time. */
export async function closeSockets(clusters: Clusters, names: readonly string[], grant: string): Promise<void> {
	const results = await Promise.allSettled(names.map((name) => clusters.get(name).dismiss(grant)));
	for (const result of results) if (result.status === "rejected") console.error("sockets could not be closed:", result.reason);
}
