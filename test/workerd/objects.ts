/** The Durable Objects by themselves, without the worker before them. */
export { AccessObject } from "../../durable/objects/access-object.ts";
export { ClusterObject } from "../../durable/objects/cluster-object.ts";
