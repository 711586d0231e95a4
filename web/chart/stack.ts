/** Stacked areas, for the parts of a sum. */
import type { ChartKind, ChartModel, Line } from "./model.ts";

/** Ratios and temperatures do not add up. */
const NO_SUM = new Set(["percent", "ratio", "celsius", "fahrenheit", "kelvin", "volts"]);

/** @param drawn drawn lines of the model */
export function stacks(kind: ChartKind, model: ChartModel, drawn: readonly Line[]): boolean {
	const [first] = drawn;
	return (
		kind === "area" &&
		drawn.length > 1 &&
		model.left === 0 &&
		drawn.length === model.lines.length &&
		!NO_SUM.has(model.unit ?? "") &&
		drawn.every(({ metric, values }) => metric !== undefined && metric === first?.metric && values.every((value) => (value ?? 0) >= 0))
	);
}

/**
 * The upper edge of each part: its value plus those below. A missing value has no edge and adds nothing.
 * @returns undefined if a sum overflows
 */
export function stacked(lines: readonly Line[]): (number | null)[][] | undefined {
	const sums: number[] = [];
	const edges = lines.map(({ values }) =>
		values.map((value, i) => {
			if (value === null) return null;
			sums[i] = (sums[i] ?? 0) + value;
			return sums[i] as number;
		}),
	);
	return sums.every(Number.isFinite) ? edges : undefined;
}

/** The lower edge of each part. */
export const floorOf = (edge: readonly (number | null)[], { values }: Line): (number | null)[] =>
	edge.map((top, i) => (top === null ? null : top - (values[i] ?? 0)));
