/** When a wall screen is dark. */

/** @param dim first hour and the one after the last, `22-7` */
export function isNight(dim: string, hour: number): boolean {
	const [from = 0, until = 0] = dim.split("-").map(Number);
	return from <= until ? hour >= from && hour < until : hour >= from || hour < until;
}
