/**
 * One line a bump, newest first. A change of the wire shows in `test/node/protocol-version.test.ts`.
 *
 * 1: first protocol.
 */
export const PROTOCOL_VERSION = 1;

/** The oldest bridge a cluster still talks to. */
export const OLDEST_PROTOCOL_VERSION = 1;
