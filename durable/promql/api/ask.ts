/** Requests of Prometheus' HTTP API to a cluster, with their parameters read, and what they are answered with. Instants and durations are in milliseconds. */

/** Faults in the API's words. */
export type ErrorType = "bad_data" | "not_found" | "execution" | "too_many_requests" | "canceled" | "internal" | "timeout" | "unavailable";

export interface Evaluation {
	query: string;
	/** Look-back of selectors; absent: five minutes. */
	lookback?: number;
	/** Series in the answer at most; 0: all. */
	limit: number;
	/** Wall time that it may take. */
	timeout?: number;
	/** Tell what the evaluation took. */
	stats: boolean;
}

/** Series that match one of the selectors and have a sample in the time; without selectors, all. */
export interface Found {
	matches: string[];
	start?: number;
	end?: number;
	limit: number;
}

export type PromqlAsk =
	/** `at` absent: now. */
	| ({ kind: "query"; at?: number } & Evaluation)
	| ({ kind: "query_range"; start: number; end: number; step: number } & Evaluation)
	| ({ kind: "series" } & Found)
	| ({ kind: "labels" } & Found)
	| ({ kind: "values"; label: string } & Found)
	/** A negative limit: all. */
	| { kind: "metadata"; metric?: string; limit: number; perMetric: number }
	| { kind: "exemplars" | "parse" | "format"; query: string }
	/** The newest value of each series that matches, as exposition text. */
	| { kind: "federate"; matches: string[]; openMetrics: boolean }
	/** The newest values of the colony, and the cluster's own numbers. */
	| { kind: "exposition"; openMetrics: boolean };

export interface PromqlAnswer {
	/** Absent: it is answered. */
	failed?: ErrorType;
	/** The body, whole: JSON of the API, or exposition text. */
	body: Uint8Array;
}
