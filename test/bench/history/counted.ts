/** What the counted worker says of the default cluster's object. */
export interface Counted {
	/** Written since it began. */
	rows: number;
	/** Delays of all timers it has set, ms. */
	timerMs: number;
}
