/** One measured number as `npm run bench` prints it: a JSON line. */
export interface Figure {
	bench: string;
	name: string;
	value: number;
	/** `ms`, `MB` (1,000,000 bytes), `kB` (1,000 bytes), `rows/push`, ... */
	unit: string;
	/** The same measure of something well known, taken in the same run. */
	reference?: { name: string; value: number };
}

/** A bench is a file in `test/bench/`; its name is the file's. */
export interface Bench {
	/** @param options of the command line, such as `--full`. */
	run(options: ReadonlySet<string>): AsyncIterable<Omit<Figure, "bench">>;
}

/** @param share 0 to 1, e.g. 0.99. Nearest rank: a value that was measured, none between two. */
export function quantile(values: number[], share: number): number {
	const sorted = values.toSorted((a, b) => a - b);
	const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
	if (value === undefined) throw new RangeError("no values to take a quantile of");
	return value;
}

export const median = (values: number[]): number => quantile(values, 0.5);

/** Three significant digits: more would claim what a shared machine cannot measure. */
export const rounded = (value: number): number => Number(value.toPrecision(3));
