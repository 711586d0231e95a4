import type { Health } from "../wire/state.ts";

/** How a cluster is: as it was judged, or that nothing is heard of it, or that there is nothing to judge. */
export type ClusterStatus = Health | "silent" | "unknown";
