/** Metrics whose values are instants, in seconds or milliseconds since 1970: no sum, mean or duration of them says anything. */

const NAMED =
	/(?:^|_)(?:timestamp|(?:start|boot|birth|creation|expiry|expiration|reload|push|scrape|success|failure|run)_time|expiry)(?:_(seconds|milliseconds|ms|unix))?$/;

/** @returns how many of its units a second has; undefined: its values are no instants, as far as the name says. */
export function instantMetric(name: string): number | undefined {
	const found = NAMED.exec(name);
	return found ? (found[1] === "milliseconds" || found[1] === "ms" ? 1000 : 1) : undefined;
}

/** A metric that is 1 where something is up, else 0. */
export const isUp = (name: string): boolean => /(?:^|_)up$/.test(name);
