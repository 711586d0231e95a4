/** What a route asks of its caller. Every route says one: there is no default. */
export type Need =
	/** Nothing: see the one list of them in `worker/routes.ts`. */
	| "public"
	/** Somebody who may look. */
	| "view"
	/** An operator, on a dashboard that is not read-only: whatever makes the colony do something. */
	| "act"
	/** An operator, read-only or not, whether or not anybody has to sign in: who did what. */
	| "review"
	/** An operator, read-only or not: who may get in. */
	| "manage"
	/** A bridge of the cluster. */
	| "bridge";
