/** Metrics whose values are instants, in seconds or milliseconds since 1970: their sum, mean or duration has no meaning. */

const NAMED =
	/(?:^|_)(?:timestamp|(?:start|boot|birth|creation|expiry|expiration|reload|push|scrape|success|failure|run)_time|expiry)(?:_(seconds|milliseconds|ms|unix))?$/;

/** @returns units a second; undefined: its name is not that of an instant. */
export function instantMetric(name: string): number | undefined {
	const found = NAMED.exec(name);
	return found ? (found[1] === "milliseconds" || found[1] === "ms" ? 1000 : 1) : undefined;
}

/** A metric that is 1 where something is up, else 0. */
export const isUp = (name: string): boolean => /(?:^|_)up$/.test(name);
