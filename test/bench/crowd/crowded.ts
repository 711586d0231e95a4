/** Counters of the worker over all its objects, since it began. */
export interface Crowded {
	rows: number;
	/** WebSocket messages in. */
	messages: number;
	/** Calls between worker and objects. */
	calls: number;
	/** Instants of upgrades since sockets were dropped, ms. */
	connects: number[];
	/** By their own estimate. */
	relays: Record<string, { bytes: number; sockets: number }>;
}
