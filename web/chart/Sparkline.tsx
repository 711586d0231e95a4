import { createMemo, type JSX, Show } from "solid-js";
import { emptyEnd } from "./no-data.ts";
import { SPARK_HEIGHT, sparkPath } from "./path.ts";
import { percent } from "./picture.ts";

/** Padding above and below the line, so that its stroke is not clipped. */
const EDGE = 4;

/** Tops of the units that are parts of a whole. */
const WHOLES = new Map([
	["percent", 100],
	["ratio", 1],
]);

/**
 * A line without axes beside a number, scaled from its minimum to its maximum; a constant one is in the middle. The scale of a percentage is the
 * whole of it, that of a rate begins at 0. @param max top of a scale from 0, where the unit implies none
 */
export function Sparkline(props: {
	values: readonly (number | null)[];
	unit?: string | undefined;
	max?: number | undefined;
	rate?: boolean | undefined;
}): JSX.Element {
	// Changes only with the drawn path.
	const drawn = createMemo(
		() => {
			const { values, unit = "" } = props;
			const whole = props.max ?? WHOLES.get(unit);
			const zeroed = props.rate || unit.endsWith("/s") || whole !== undefined;
			let max = whole ?? (zeroed ? 0 : -Infinity);
			let min = zeroed ? 0 : Infinity;
			let last = -1;
			for (const [i, value] of values.entries()) {
				if (value === null) continue;
				if (value > max) max = value;
				if (value < min) min = value;
				last = i;
			}
			if (last < 0) return { line: "", newest: "" };
			if (min === max) {
				// Constant zero is at the bottom, other constants in the middle.
				const level = zeroed && max === 0 ? 0 : 1;
				const newest = `M${last} ${SPARK_HEIGHT - (level * SPARK_HEIGHT) / 2}h0`;
				const constant = values.map((value) => (value === null ? null : level));
				return { line: sparkPath(constant, 0, 2), newest };
			}
			// By halves: the difference of the largest doubles overflows.
			const below = (max / 2 - (values[last] as number) / 2) / (max / 2 - min / 2);
			return { line: sparkPath(values, min, max), newest: `M${last} ${Math.round(below * SPARK_HEIGHT)}h0` };
		},
		undefined,
		{ equals: (a, b) => a.line === b.line && a.newest === b.newest },
	);
	const width = () => Math.max(1, props.values.length - 1);
	const line = (name?: string, size?: string) => (
		<svg
			class={name}
			width={size}
			height={size}
			viewBox={`0 ${-EDGE} ${width()} ${SPARK_HEIGHT + 2 * EDGE}`}
			preserveAspectRatio="none"
			aria-hidden="true"
		>
			<path d={drawn().line} />
			<path class="spark-newest" d={drawn().newest} />
		</svg>
	);
	/** Start of the range without data, as a share of the width. */
	const empty = () => emptyEnd(props.values) / width();
	return (
		<Show when={empty() > 0} fallback={line("spark")}>
			<svg class="spark" aria-hidden="true">
				<rect class="no-data" x={percent(Math.max(0, 1 - empty()))} width={percent(Math.min(1, empty()))} height="100%" />
				{line(undefined, "100%")}
			</svg>
		</Show>
	);
}
