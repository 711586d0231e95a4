/** The Durable Objects by themselves, without the worker before them. */
export { AccessObject } from "../../durable/access-object.ts";
export { ClusterObject } from "../../durable/cluster-object.ts";
