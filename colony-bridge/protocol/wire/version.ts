/**
 * Versions of the wire between a bridge and a cluster. `hello` offers a range, `welcome` names the version of the link: the newest that both
 * speak. Frames that a version added are sent only once it is named, so a bridge and a cluster are upgraded in any order.
 *
 * One line a version, newest first. A change of the wire shows in `test/node/protocol-version.test.ts`.
 *
 * 1: the first release.
 */
export const PROTOCOL_VERSION: number = 1;

/** The oldest version that is still spoken: one release back, or more. */
export const OLDEST_PROTOCOL_VERSION: number = 1;

/** @returns the newest version that both ends speak; undefined: there is none. */
export function commonVersion(theirs: { protocol: number; oldest: number }): number | undefined {
	const version = Math.min(theirs.protocol, PROTOCOL_VERSION);
	return version < theirs.oldest || version < OLDEST_PROTOCOL_VERSION ? undefined : version;
}
