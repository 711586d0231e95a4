/** Expressions this browser has graphed, newest first. */
const KEY = "hiveframe-expressions";
const MOST = 40;

export interface Recent {
	expr: string;
	/** Instant of its last use, ms. */
	at: number;
}

/** @returns an empty list where the browser keeps nothing */
export function recent(): Recent[] {
	try {
		const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
		return Array.isArray(kept) ? kept.filter((one): one is Recent => typeof one?.expr === "string" && typeof one.at === "number") : [];
	} catch {
		return [];
	}
}

export function remember(expr: string, at: number): void {
	const others = recent().filter((one) => one.expr !== expr);
	try {
		localStorage.setItem(KEY, JSON.stringify([{ expr, at }, ...others].slice(0, MOST)));
	} catch {
		// A full or forbidden storage costs the history, not the query.
	}
}
