/** The Durable Objects by themselves, without the worker before them. */
import { type ObjectSettings, ClusterObject as PlainClusterObject } from "../../durable/objects/cluster-object.ts";

export { AccessObject } from "../../durable/objects/access-object.ts";
export { RelayObject } from "../../durable/objects/relay-object.ts";

/** So few that a test comes past it. */
export const VIEWERS_PER_OBJECT = 3;

export class ClusterObject extends PlainClusterObject {
	protected override settingsOf(environment: object): ObjectSettings {
		return { ...super.settingsOf(environment), viewersPerObject: VIEWERS_PER_OBJECT };
	}
}
