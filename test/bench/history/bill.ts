/**
 * What a cluster costs a month on Cloudflare, out of counted rows, messages, bytes and time awake.
 *
 * Prices as of November 2026, US dollars: https://developers.cloudflare.com/durable-objects/platform/pricing/
 */

/** Workers Paid. */
const PRICES = {
	/** What the plan itself costs. */
	plan: 5,
	/** A million requests; twenty WebSocket messages in count as one. */
	requests: { unit: 1e6, price: 0.15, included: 1 },
	/** A million GB-seconds; an object awake counts as 128 MB. Idle and without a timer it counts as nothing. */
	duration: { unit: 1e6, price: 12.5, included: 0.4 },
	rowsWritten: { unit: 1e6, price: 1, included: 50 },
	/** A GB and month. */
	storage: { unit: 1e9, price: 0.2, included: 5 },
} as const;
type Item = Exclude<keyof typeof PRICES, "plan">;

/** Workers Free: what a day has, storage in all. */
const FREE: Record<Item, number> = { requests: 100_000, duration: 13_000, rowsWritten: 100_000, storage: 5e9 };

const DAYS = 30;
const DAY_MS = 86_400_000;
const OBJECT_GB = 0.128;
/** An alarm while bridges speak: `LOOK_MS`. It is a request, and a row where it is set anew. */
const ALARMS_A_DAY = DAY_MS / 300_000;

export interface Usage {
	intervalMs: number;
	/** Written by a push. */
	rows: number;
	/** To the object with a push: itself, and what viewers say. */
	messages: number;
	/** For which the object is awake with a push, ms. */
	awakeMs: number;
	/** When retention is reached. */
	bytes: number;
}

/** Amounts of a day; storage in all. */
function used({ intervalMs, rows, messages, awakeMs, bytes }: Usage): Record<Item, number> {
	const pushes = DAY_MS / intervalMs;
	return {
		requests: (pushes * messages) / 20 + ALARMS_A_DAY,
		duration: ((pushes * awakeMs) / 1000) * OBJECT_GB,
		rowsWritten: pushes * rows + ALARMS_A_DAY,
		storage: bytes,
	};
}

/** @returns dollars: all there is to pay where this is the only cluster of the account, and what one more costs beyond what is included. */
export function monthlyBill(usage: Usage): { alone: number; oneMore: number; duration: number } {
	const amounts = Object.entries(used(usage)).map(([name, amount]) => {
		const item = PRICES[name as Item];
		return { name, price: item.price, included: item.included, units: (amount * (name === "storage" ? 1 : DAYS)) / item.unit };
	});
	const sum = (cost: (of: (typeof amounts)[number]) => number): number => amounts.reduce((total, each) => total + cost(each), 0);
	return {
		alone: PRICES.plan + sum(({ units, price, included }) => Math.max(0, units - included) * price),
		oneMore: sum(({ units, price }) => units * price),
		duration: sum(({ name, units, price }) => (name === "duration" ? units * price : 0)),
	};
}

/** @returns the greatest share that one cluster takes of anything the free plan has, and of what. */
export function freePlan(usage: Usage): { share: number; of: Item } {
	const shares = Object.entries(used(usage)).map(([of, amount]) => ({ of: of as Item, share: amount / FREE[of as Item] }));
	return shares.reduce((most, each) => (each.share > most.share ? each : most));
}
