import type { Health } from "../wire/state.ts";

/** The health of a cluster; `silent`: no bridge is heard; `unknown`: there is nothing to judge. */
export type ClusterStatus = Health | "silent" | "unknown";
