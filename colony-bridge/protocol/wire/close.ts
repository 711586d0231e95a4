/** Close codes beyond RFC 6455's own. */
export const CLOSE = {
	/** The server restarts or has lost its memory: come back and resume. */
	restart: 1012,
	/** What a page asked for is refused for now: an error frame said why. */
	refused: 1013,
	/** RFC 6455: what was sent breaks the contract; an error frame said how. */
	policy: 1008,
	/** The session or token it was opened with is over: sign in again. */
	ended: 4401,
	/** A viewer that does not keep up. */
	slow: 4008,
	/** Another run of the same bridge has taken over: do not come back. */
	superseded: 4009,
} as const;
