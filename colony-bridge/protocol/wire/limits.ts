/**
 * Bounds on everything that enters. They are part of the contract: a bridge that stays inside them is never refused for size.
 * A push becomes one log row, and a Durable Object's row holds 2 MB at most.
 */
export const LIMITS = {
	/** UTF-8 bytes of one push (one WebSocket message or one POST body). */
	pushBytes: 1_000_000,
	/** Characters of one message from a viewer; it must also fit a hibernating socket's 16 KB attachment. */
	viewerChars: 8_000,
	/** Values in one tick, definitions in one series frame. */
	samplesPerFrame: 20_000,
	/** Entries of one kind in one state frame. */
	entriesPerFrame: 20_000,
	/** Events in one events frame. */
	eventsPerFrame: 5_000,
	/** Characters of a request's address behind the host, as they are sent; and of one whose queries stand in it, percent-encoded. */
	addressChars: 16_000,
	viewAddressChars: 48_000,
	/** Characters of a name: series, worker, task, stream, check, bridge, source. */
	nameChars: 200,
	/** Characters of a message, an error's text or a help text. */
	textChars: 8_000,
	/** Characters of a stack trace. */
	stackChars: 32_000,
	/** Characters of a custom widget's HTML. */
	htmlChars: 16_000,
	/** Fields of which a bridge says that it left something out, and characters of the reason. */
	leftOutFields: 32,
	reasonChars: 500,
	/** Labels of one series, and characters of a label's value. */
	labels: 64,
	labelChars: 1024,
	/** Series alive in one cluster. */
	series: 100_000,
	/** Characters of a PromQL expression. */
	exprChars: 2_000,
	/** Metric names in one REST request or one query. */
	selectors: 100,
	/** Queries a viewer may hold open at once: the shell's, the page's own, one a widget, and three of what charts mark. */
	queries: 68,
	/** Widgets of one page. */
	widgets: 48,
	/** Rows of one answer to a viewer; REST has limits of its own. */
	rows: 500,
	/** Points a series in one metrics answer. */
	points: 5_000,
	/** Instants of what happened lie after this, ms since 1970 (2000-01-01), and no more than this ahead of the clock, ms. */
	earliestInstant: 946_684_800_000,
	instantAheadMs: 86_400_000,
	/** A tick may be this far ahead of the cluster's clock, in ms. */
	futureMs: 5 * 60_000,
	/** A tick may be this old, in ms. */
	pastMs: 24 * 3_600_000,
} as const;
