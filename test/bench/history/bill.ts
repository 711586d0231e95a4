/**
 * What a cluster costs a month on Cloudflare, out of counted rows, messages and bytes.
 *
 * Prices as of November 2026, US dollars, Workers Paid plan: https://developers.cloudflare.com/durable-objects/platform/pricing/
 */
const PRICES = {
	/** What the plan itself costs. */
	plan: 5,
	/** A million requests; twenty WebSocket messages in count as one. */
	requests: { million: 0.15, included: 1 },
	/** A million GB-seconds; an object awake counts as 128 MB. */
	duration: { million: 12.5, included: 0.4 },
	rowsWritten: { million: 1, included: 50 },
	/** A GB and month. */
	storage: { gigabyte: 0.2, included: 5 },
} as const;

const SECONDS = 30 * 86_400;
const OBJECT_GB = 0.128;

export interface Usage {
	intervalMs: number;
	rowsPerPush: number;
	/** When retention is reached. */
	bytes: number;
}

/** @returns dollars: all there is to pay where this is the only cluster of the account, and what one more costs beyond what is included. */
export function monthlyBill({ intervalMs, rowsPerPush, bytes }: Usage): { alone: number; oneMore: number } {
	const pushes = (SECONDS * 1000) / intervalMs;
	const used = [
		{ amount: pushes / 20 / 1e6, price: PRICES.requests.million, included: PRICES.requests.included },
		// Pushes come too often for the object to sleep.
		{ amount: (SECONDS * OBJECT_GB) / 1e6, price: PRICES.duration.million, included: PRICES.duration.included },
		{ amount: (pushes * rowsPerPush) / 1e6, price: PRICES.rowsWritten.million, included: PRICES.rowsWritten.included },
		{ amount: bytes / 1e9, price: PRICES.storage.gigabyte, included: PRICES.storage.included },
	];
	const sum = (cost: (use: (typeof used)[number]) => number): number => used.reduce((total, use) => total + cost(use), 0);
	return {
		alone: PRICES.plan + sum(({ amount, price, included }) => Math.max(0, amount - included) * price),
		oneMore: sum(({ amount, price }) => amount * price),
	};
}
