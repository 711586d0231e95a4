/** The colony of the browser tests. */

/** Keeps a core busy for so many ms. */
export function spin(ms: number): number {
	const end = performance.now() + ms;
	let turns = 0;
	while (performance.now() < end) turns++;
	return turns;
}

export function stumble(falls: boolean): void {
	if (falls) throw new TypeError("the floor was not where it was expected");
}
