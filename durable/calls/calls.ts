/** Objects of calls, made from the list of their names: doors, stubs and hosts of one interface are written once. */

/** The same calls, answered later. */
export type Promised<Calls> = {
	[Name in keyof Calls]: Calls[Name] extends (...given: infer Given) => infer Answer
		? (...given: Given) => Promise<Awaited<Answer>>
		: never;
};

/** @param make what the call of this name does. */
export function eachCall<Calls>(names: Record<keyof Calls, unknown>, make: (name: string, given: unknown[]) => unknown): Calls {
	return Object.fromEntries(Object.keys(names).map((name) => [name, (...given: unknown[]) => make(name, given)])) as Calls;
}

/** Calls the method of a name that comes from a list. */
export function invoke(target: object, name: string, given: unknown[]): unknown {
	return (target as Record<string, (...given: unknown[]) => unknown>)[name]?.(...given);
}
