/** Objects of calls, made from the list of their names: doors, stubs and hosts of one interface are written once. */
import type { Refusal } from "../../colony-bridge/protocol/wire/problem.ts";

/** The same calls, answered later. */
export type Promised<Calls> = {
	[Name in keyof Calls]: Calls[Name] extends (...given: infer Given) => infer Answer
		? (...given: Given) => Promise<Awaited<Answer>>
		: never;
};

/** @param make the implementation of the call of this name. */
export function eachCall<Calls>(names: Record<keyof Calls, unknown>, make: (name: string, given: unknown[]) => unknown): Calls {
	return Object.fromEntries(Object.keys(names).map((name) => [name, (...given: unknown[]) => make(name, given)])) as Calls;
}

/** Calls the method of a name that comes from a list. */
export function invoke(target: object, name: string, given: unknown[]): unknown {
	return (target as Record<string, (...given: unknown[]) => unknown>)[name]?.(...given);
}

/**
 * The version of the calls between a Worker and the Durable Objects, and between these. For minutes after a deploy a Worker of one version may
 * call an object of another: a call says its version, and an object that does not know it says so, so that the caller tries again later.
 *
 * A new call or a new optional argument needs no new version: an object that is older lacks the call, or passes over the argument.
 * Versions:
 * 1: the first.
 */
export const SURFACE_VERSION = 1;
/** The oldest whose calls are still answered. */
export const OLDEST_SURFACE_VERSION = 1;

/** Header of an upgrade on its way to an object: the version of the headers beside it. */
export const SURFACE_HEADER = "Cluster-Surface";

/** Time for which a deploy may take to reach the other side, s. */
const RETRY_S = 5;

const UPGRADING = "the dashboard is being upgraded, and its parts are of two versions for a moment: try again in some seconds";

/** The answer to an upgrade of a WebSocket, and to a bridge's push. */
export const upgrading: Refusal = { type: "refused", kind: "unavailable", detail: UPGRADING, retryAfter: RETRY_S };

/** The answer of an object to a call it does not know: a value, since an exception would be logged as a fault. */
const OTHER_VERSION = { type: "other-version" } as const;

/** The error that the caller throws on that answer. Over RPC an error keeps its name and loses its class. */
class SurfaceMismatch extends Error {
	override name = "SurfaceMismatch";
}
export const isSurfaceMismatch = (error: unknown): boolean => error instanceof Error && error.name === "SurfaceMismatch";

export const speaksSurface = (version: number): boolean => version >= OLDEST_SURFACE_VERSION && version <= SURFACE_VERSION;

/** The door of an object. */
export function answerCall(calls: object, version: number, name: string, given: unknown[]): unknown {
	const call: unknown = Object.hasOwn(calls, name) ? (calls as Record<string, unknown>)[name] : undefined;
	return speaksSurface(version) && typeof call === "function" ? call(...given) : OTHER_VERSION;
}

/** An object as its callers see it. */
export interface Door {
	call(version: number, name: string, given: unknown[]): unknown;
}

/** @throws SurfaceMismatch where the object does not know the version or the call. */
export async function callDoor(door: Door, name: string, given: unknown[]): Promise<unknown> {
	const answer = await door.call(SURFACE_VERSION, name, given);
	if ((answer as Partial<typeof OTHER_VERSION> | undefined)?.type === OTHER_VERSION.type) throw new SurfaceMismatch(UPGRADING);
	return answer;
}

type Given<Call> = Call extends (...given: infer Given) => unknown ? Given : never;
type Answer<Call> = Call extends (...given: never[]) => infer Answer ? Awaited<Answer> : never;
/** Calls an object by the names and types of its calls. */
export type Caller<Calls> = <Name extends keyof Calls & string>(name: Name, ...given: Given<Calls[Name]>) => Promise<Answer<Calls[Name]>>;

export const callerOf =
	<Calls>(door: Door): Caller<Calls> =>
	(name, ...given) =>
		callDoor(door, name, given) as Promise<never>;
