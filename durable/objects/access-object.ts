/** Access on a Durable Object: a door, not a room. An object of its own, so that those who guess passwords do not slow down a colony. */
import { DurableObject } from "cloudflare:workers";
import { Access } from "../access/access.ts";
import { derive } from "../access/key-derivation.ts";
import { ACCESS_CALLS, type AccessCalls, type Derivation, DIRECTORY_CALLS, type DirectoryCalls } from "../access/port.ts";
import { answerCall, eachCall, invoke } from "../calls/calls.ts";
import { StoreFaults } from "../storage/storage-fault.ts";
import { Turns } from "../work/turns.ts";
import { objectSql } from "./object-sql.ts";

/** Its calls, as a caller over RPC names them. */
export type AccessObjectCalls = AccessCalls & DirectoryCalls & Derivation;

export class AccessObject extends DurableObject {
	readonly #calls: AccessObjectCalls;

	constructor(context: DurableObjectState, environment: Cloudflare.Env) {
		super(context, environment);
		const access = new Access(objectSql(context.storage), () => Date.now());
		const faults = new StoreFaults("the storage of sign-in and tokens", "access object");
		const deriving = new Turns(1);
		this.#calls = {
			...eachCall<AccessCalls & DirectoryCalls>({ ...ACCESS_CALLS, ...DIRECTORY_CALLS }, (name, given) => {
				try {
					return invoke(access, name, given);
				} catch (cause) {
					throw faults.of(cause);
				}
			}),
			// One at a time: each takes its megabytes of what the object has. workerd derives on the caller's thread, but says so nowhere.
			derive: (...given) => deriving.take(() => derive(...given)),
		};
	}

	/** @throws StorageFault where what is stored cannot be read or written: its name goes along over RPC, its class does not. */
	call(version: number, name: string, given: unknown[]): unknown {
		return answerCall(this.#calls, version, name, given);
	}
}
