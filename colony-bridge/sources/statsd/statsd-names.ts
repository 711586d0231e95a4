/** Names of StatsD, which have dots between their parts, as the dashboard's. */

/** @returns "" where nothing is left of it. */
export const metricName = (name: string): string => name.replace(/[^A-Za-z0-9_:]+/g, "_").replace(/^(?=[0-9])/, "_");

/** `__name__` is the metric's own. @returns "" where nothing is left of it. */
export function metricLabel(name: string): string {
	const plain = name.replace(/[^A-Za-z0-9_]+/g, "_").replace(/^(?=[0-9])/, "_");
	return plain === "_" || plain === "__name__" ? "" : plain;
}
